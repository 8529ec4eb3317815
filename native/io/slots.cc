#include "slots.h"

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <mutex>
#include <thread>

#include "descriptor.h"
#include "failure.h"
#include "page_memory.h"
#include "threads.h"

namespace io {
namespace {

constexpr uint64_t kPieceBytes = 1 << 20;

uint64_t slots_per_piece(const SlotArea& area) { return std::max<uint64_t>(1, kPieceBytes / area.slot_bytes); }

Descriptor open_area(const SlotArea& area, int access) {
  Descriptor file(::open(area.path.c_str(), access | O_CLOEXEC | (area.direct ? O_DIRECT : 0)));
  if (!file.is_open()) fail("open", area.path);
  return file;
}

// All of it; false where an error or the end of the file comes before.
bool read_all(int file, unsigned char* out, uint64_t length, uint64_t offset) {
  for (uint64_t done = 0; done < length;) {
    const ssize_t got = ::pread(file, out + done, length - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    done += static_cast<uint64_t>(got);
  }
  return true;
}

void write_all(const SlotArea& area, int file, const unsigned char* bytes, uint64_t length, uint64_t offset) {
  for (uint64_t done = 0; done < length;) {
    const ssize_t put = ::pwrite(file, bytes + done, length - done, static_cast<off_t>(offset + done));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) fail("pwrite", area.path);
    if (put == 0) throw Failure(ENOSPC, "pwrite", area.path);
    done += static_cast<uint64_t>(put);
  }
}

// Looks through pieces until there are none left; every thread takes the next one.
class Scan {
 public:
  Scan(const SlotArea& area, const double* expected, JobState& state)
      : area_(area), expected_(expected), state_(state) {}

  void work() {
    try {
      const Descriptor file = open_area(area_, O_RDONLY);
      PageMemory memory;
      const uint64_t step = slots_per_piece(area_);
      memory.reserve(step * area_.slot_bytes, 0);
      for (uint64_t first = next_.fetch_add(step); first < area_.slots && !state_.stop; first = next_.fetch_add(step)) {
        look(file.get(), memory.data(), first, std::min(step, area_.slots - first));
      }
    } catch (...) {
      const std::lock_guard<std::mutex> lock(mutex_);
      error_ = std::current_exception();
    }
  }

  SlotScan result() {
    if (error_) std::rethrow_exception(error_);
    std::sort(scan_.suspects.begin(), scan_.suspects.end());
    return std::move(scan_);
  }

 private:
  void look(int file, unsigned char* memory, uint64_t first, uint64_t count) {
    const bool is_there = read_all(file, memory, count * area_.slot_bytes, first * area_.slot_bytes);
    std::vector<uint64_t> suspects;
    for (uint64_t i = 0; i < count; i++) {
      const uint64_t slot = first + i;
      uint64_t generation = 0;
      const bool is_whole = is_there && is_whole_unit(engine_, memory + i * area_.slot_bytes, area_.slot_bytes,
                                                      slot * area_.slot_bytes, area_.block_bytes, area_.run, generation);
      if (!is_whole || static_cast<double>(generation) != expected_[slot]) suspects.push_back(slot);
    }
    state_.done += count;
    const std::lock_guard<std::mutex> lock(mutex_);
    scan_.clean += count - suspects.size();
    scan_.suspects.insert(scan_.suspects.end(), suspects.begin(), suspects.end());
  }

  const SlotArea& area_;
  const double* expected_;
  JobState& state_;
  const StampEngine engine_ = best_stamp_engine();
  std::atomic<uint64_t> next_{0};
  std::mutex mutex_;
  SlotScan scan_;
  std::exception_ptr error_;
};

}  // namespace

void prepare_slots(const SlotArea& area, JobState& state) {
  const Descriptor file = open_area(area, O_RDWR);
  const StampEngine engine = best_stamp_engine();
  PageMemory memory;
  const uint64_t step = slots_per_piece(area);
  memory.reserve(step * area.slot_bytes, 0);
  for (uint64_t first = 0; first < area.slots && !state.stop; first += step) {
    const uint64_t count = std::min(step, area.slots - first);
    for (uint64_t i = 0; i < count; i++) {
      const uint64_t address = (first + i) * area.slot_bytes;
      fill_unit(engine, memory.data() + i * area.slot_bytes,
                UnitStamp{area.run, 0, 0, address, area.slot_bytes, area.block_bytes});
    }
    write_all(area, file.get(), memory.data(), count * area.slot_bytes, first * area.slot_bytes);
    state.done += count;
  }
  if (::fsync(file.get()) != 0) fail("fsync", area.path);
}

SlotScan scan_slots(const SlotArea& area, const double* expected, int threads, JobState& state) {
  Scan scan(area, expected, state);
  std::vector<std::thread> others;
  others.reserve(static_cast<size_t>(threads - 1));
  try {
    for (int i = 1; i < threads; i++) others.push_back(start_thread([&scan] { scan.work(); }));
  } catch (const Failure&) {
    // As many as there may be will do.
  }
  scan.work();
  for (std::thread& other : others) other.join();
  return scan.result();
}

}  // namespace io
