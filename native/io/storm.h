// A storm of stamped writes and of readers that check them, from threads of its own (docs/torn.md).
//
// Writer n of N owns the slots n, n + N, … unless slots are shared by all ("overlapping"). Each write takes a number of
// one clock when it begins, which is its generation, and one when it has ended; both go to the journal.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "ack_journal.h"
#include "slots.h"
#include "storm_counters.h"
#include "unit_pool.h"

namespace io {

struct StormPlan {
  SlotArea area;
  std::string journal_path;
  std::vector<uint32_t> unit_bytes;  // powers of two, none longer than a slot
  int writers;
  int readers;
  int depth;        // writes in flight per writer
  bool overlapping;
  bool ring;        // io_uring instead of a thread for each write in flight
  int flags;        // RWF_*
  bool fsync_each;  // an acknowledgement takes an fsync too
  uint64_t most_writes;       // 0: no limit
  uint64_t most_nanoseconds;  // 0: no limit
  double writes_per_second;   // 0: no limit
  uint64_t seed;
};

// What a reader saw that must not be.
struct WrongRead {
  uint64_t address;
  // Generations below it had been replaced by an acknowledged write when the read began (0: not known).
  uint64_t at_least;
  std::vector<unsigned char> bytes;
};

struct StormEnd {
  int error = 0;  // of the first write that failed; 0 where none did
  int64_t result = 0;  // bytes of a short write, where that was it
  double seconds = 0;
  std::vector<WrongRead> wrong_reads;  // the first few
};

class Storm {
 public:
  // Opens the target and makes the journal. Throws Failure.
  explicit Storm(StormPlan plan);
  ~Storm();

  // Runs until a limit is reached, stop() is called, or a write fails. Throws Failure where the storm itself fails.
  StormEnd run();
  // Any thread: no further write begins.
  void stop() { stop_ = true; }
  // The moment, for somebody who is about to shut the target's filesystem down: an acknowledgement after it was given by a
  // filesystem that was going down, and promises nothing.
  uint64_t moment() { return ++clock_; }
  // Any thread, at any time.
  StormNumbers counters() const { return sum_of(lane_counters_, reader_counters_); }

  // Whether this build and this kernel have io_uring; why not otherwise.
  static bool has_ring(std::string& why);

 private:
  class Lane;
  class Reader;
  class Ring;
  struct SlotState {
    std::atomic<uint32_t> begun{0};
    std::atomic<uint32_t> ended{0};
    std::atomic<uint64_t> latest{0};
  };

  // Waits where there is a rate.
  bool may_begin();
  void wait_for_rate(uint64_t number);
  // While the writers are at work: ends them in time, and keeps room in the journal.
  void attend();
  void failed(int error, int64_t result);
  void broke(std::exception_ptr error);

  StormPlan plan_;
  int lanes_;
  AckJournal journal_;
  UnitPool units_;
  std::vector<LaneCounters> lane_counters_;
  ReaderCounters reader_counters_;
  // For readers alone; null where there are none.
  std::unique_ptr<SlotState[]> slots_;
  std::atomic<uint64_t> clock_{0};
  std::atomic<uint64_t> issued_{0};
  std::atomic<bool> stop_{false};
  std::atomic<bool> writers_done_{false};
  uint64_t started_ns_ = 0;
  std::mutex mutex_;
  std::condition_variable writer_left_;
  int writers_at_work_ = 0;
  StormEnd end_;
  std::exception_ptr error_;
};

}  // namespace io
