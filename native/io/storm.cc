#include "storm.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <functional>
#include <thread>

#include "failure.h"
#include "monotonic.h"
#include "page_memory.h"
#include "storm_lane.h"
#include "storm_ring.h"
#include "threads.h"

namespace io {
namespace {

constexpr size_t kMostWrongReads = 16;
// How often the attendant looks after the journal: a fraction of the time in which writers could fill what is there.
constexpr std::chrono::milliseconds kAttendance{20};

void sleep_until(uint64_t ns) {
  const timespec time{static_cast<time_t>(ns / kSecondNs), static_cast<long>(ns % kSecondNs)};
  while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nullptr) == EINTR) {
  }
}

// Signals are for the event loop's thread: none may cut one of our calls short.
void block_signals() {
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, nullptr);
}

}  // namespace

// Reads slots at random and judges them while the storm goes on. A read is right if the unit is whole; where a write on
// the slot was in flight at any time during the read, only nothing can be said.
class Storm::Reader {
 public:
  Reader(Storm& storm, int index) : storm_(storm), draw_(~storm.plan_.seed + static_cast<uint64_t>(index)) {
    const SlotArea& area = storm.plan_.area;
    file_ = Descriptor(::open(area.path.c_str(), O_RDONLY | O_CLOEXEC | (area.direct ? O_DIRECT : 0)));
    if (!file_.is_open()) fail("open", area.path);
    memory_.reserve(area.slot_bytes, 0);
  }

  void work() {
    while (!storm_.writers_done_) {
      if (!look(draw_.below(storm_.plan_.area.slots))) return;
    }
  }

 private:
  bool look(uint64_t slot) {
    const SlotArea& area = storm_.plan_.area;
    const SlotState& state = storm_.slots_[slot];
    const uint32_t begun = state.begun;
    const uint32_t ended = state.ended;
    const uint64_t latest = state.latest;
    const uint64_t address = slot * area.slot_bytes;
    const ssize_t got = ::pread(file_.get(), memory_.data(), area.slot_bytes, static_cast<off_t>(address));
    if (got != static_cast<ssize_t>(area.slot_bytes)) {
      storm_.reader_counters_.read_errors++;
      return false;
    }
    const bool is_quiet = begun == ended && state.begun == begun;
    storm_.reader_counters_.reads.fetch_add(1, std::memory_order_relaxed);
    judge(address, is_quiet, latest);
    return true;
  }

  void judge(uint64_t address, bool is_quiet, uint64_t latest) {
    const SlotArea& area = storm_.plan_.area;
    const bool has_one_size = storm_.plan_.unit_bytes.size() == 1 && storm_.plan_.unit_bytes[0] == area.slot_bytes;
    uint64_t generation = 0;
    const bool is_right = has_one_size
                              ? is_whole_unit(engine_, memory_.data(), area.slot_bytes, address, area.block_bytes,
                                              area.run, generation)
                              : are_blocks_in_place(engine_, memory_.data(), area.slot_bytes, address,
                                                    area.block_bytes, area.run);
    // Only one writer's slots have an order that the reader can know.
    const bool is_ordered = has_one_size && !storm_.plan_.overlapping;
    const bool misses = is_ordered && is_right && generation < latest;
    if (is_right && !misses) return;
    if (!is_right && !is_quiet) {
      storm_.reader_counters_.torn_while_written++;
      return;
    }
    storm_.reader_counters_.wrong_reads++;
    const std::lock_guard<std::mutex> lock(storm_.mutex_);
    if (storm_.end_.wrong_reads.size() >= kMostWrongReads) return;
    storm_.end_.wrong_reads.push_back(
        {address, is_ordered ? latest : 0, {memory_.data(), memory_.data() + area.slot_bytes}});
  }

  Storm& storm_;
  const StampEngine engine_ = best_stamp_engine();
  Draw draw_;
  Descriptor file_;
  PageMemory memory_;
};

Storm::Storm(StormPlan plan)
    : plan_(std::move(plan)),
      lanes_(plan_.writers * plan_.depth),
      journal_(plan_.journal_path, plan_.area.run, best_stamp_engine()),
      units_(plan_.area.slot_bytes, static_cast<size_t>(lanes_)),
      lane_counters_(static_cast<size_t>(lanes_)),
      slots_(plan_.readers > 0 ? new SlotState[plan_.area.slots] : nullptr) {}

Storm::~Storm() = default;

bool Storm::may_begin() {
  if (stop_.load(std::memory_order_relaxed)) return false;
  if (plan_.most_writes == 0 && plan_.writes_per_second <= 0) return true;
  const uint64_t number = issued_.fetch_add(1, std::memory_order_relaxed);
  if (plan_.most_writes > 0 && number >= plan_.most_writes) return false;
  if (plan_.writes_per_second <= 0) return true;
  wait_for_rate(number);
  return !stop_;
}

void Storm::wait_for_rate(uint64_t number) {
  const double seconds = static_cast<double>(number) / plan_.writes_per_second;
  const uint64_t due = started_ns_ + static_cast<uint64_t>(seconds * static_cast<double>(kSecondNs));
  // In pieces, so that a storm can be stopped.
  for (uint64_t now = monotonic_ns(); now < due && !stop_; now = monotonic_ns()) sleep_until(std::min(due, now + kSecondNs / 10));
}

void Storm::failed(int error, int64_t result) {
  stop_ = true;
  const std::lock_guard<std::mutex> lock(mutex_);
  if (end_.error != 0 || end_.result != 0) return;
  // A write of nothing at all is an error, too, though the kernel names none.
  end_.error = error == 0 && result == 0 ? ENOSPC : error;
  end_.result = error == 0 ? result : 0;
}

void Storm::broke(std::exception_ptr error) {
  stop_ = true;
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!error_) error_ = error;
}

void Storm::attend() {
  const uint64_t most_ns = plan_.most_nanoseconds;
  std::unique_lock<std::mutex> lock(mutex_);
  while (writers_at_work_ > 0) {
    lock.unlock();
    journal_.grow_ahead();
    const uint64_t passed_ns = monotonic_ns() - started_ns_;
    if (most_ns > 0 && passed_ns >= most_ns) stop_ = true;
    lock.lock();
    const auto left = std::chrono::nanoseconds(stop_ || most_ns == 0 ? UINT64_MAX >> 1 : most_ns - passed_ns);
    writer_left_.wait_for(lock, std::min<std::chrono::nanoseconds>(left, kAttendance),
                          [this] { return writers_at_work_ == 0; });
  }
}

StormEnd Storm::run() {
  const auto guarded = [this](const std::function<void()>& work) {
    return [this, work] {
      block_signals();
      try {
        work();
      } catch (...) {
        broke(std::current_exception());
      }
    };
  };
  const auto writing = [&](const std::function<void()>& work) {
    return [this, inner = guarded(work)] {
      inner();
      const std::lock_guard<std::mutex> lock(mutex_);
      writers_at_work_--;
      writer_left_.notify_one();
    };
  };
  // Everything is open before the first write begins: the filesystem may be gone soon after.
  std::vector<std::unique_ptr<Lane>> lanes;
  std::vector<std::unique_ptr<Ring>> rings;
  std::vector<std::unique_ptr<Reader>> watchers;
  if (plan_.ring) {
    for (int i = 0; i < plan_.writers; i++) rings.push_back(std::make_unique<Ring>(*this, i));
  } else {
    for (int i = 0; i < lanes_; i++) lanes.push_back(std::make_unique<Lane>(*this, i));
  }
  for (int i = 0; i < plan_.readers; i++) watchers.push_back(std::make_unique<Reader>(*this, i));

  journal_.grow_ahead();
  started_ns_ = monotonic_ns();
  const size_t wanted = lanes.size() + rings.size();
  writers_at_work_ = static_cast<int>(wanted);
  std::vector<std::thread> writers;
  std::vector<std::thread> readers;
  writers.reserve(wanted);
  readers.reserve(watchers.size());
  try {
    for (const auto& lane : lanes) writers.push_back(start_thread(writing([&lane] { lane->work(); })));
    for (const auto& ring : rings) writers.push_back(start_thread(writing([&ring] { ring->work(); })));
    for (const auto& watcher : watchers) readers.push_back(start_thread(guarded([&watcher] { watcher->work(); })));
  } catch (const Failure&) {
    // Those that are at work already end first.
    broke(std::current_exception());
    const std::lock_guard<std::mutex> lock(mutex_);
    writers_at_work_ -= static_cast<int>(wanted - writers.size());
  }
  attend();
  for (std::thread& writer : writers) writer.join();
  end_.seconds = static_cast<double>(monotonic_ns() - started_ns_) / static_cast<double>(kSecondNs);
  writers_done_ = true;
  for (std::thread& reader : readers) reader.join();
  journal_.finish();
  if (error_) std::rethrow_exception(error_);
  return std::move(end_);
}

}  // namespace io
