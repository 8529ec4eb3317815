// The numbers of a storm. Each lane keeps its own, which it alone changes and anybody may read: no processor waits for
// another's cache line because a write was counted.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace io {

// How long calls took, in classes that are a quarter of a power of two wide (core/torn/latency.ts has the same rule).
constexpr size_t kLatencyClasses = 128;

// `nanoseconds` in units of 1024: up to four of them each has a class; from there on each doubling has four.
constexpr size_t latency_class(uint64_t nanoseconds) {
  const uint64_t units = nanoseconds >> 10;
  if (units < 4) return static_cast<size_t>(units);
  const unsigned power = 63 - static_cast<unsigned>(__builtin_clzll(units));
  const size_t index = (power - 1) * 4 + ((units >> (power - 2)) & 3);
  return index < kLatencyClasses ? index : kLatencyClasses - 1;
}

// A number with one writer: no locked instruction.
class OwnCounter {
 public:
  void add(uint64_t more) { value_.store(get() + more, std::memory_order_relaxed); }
  uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

struct alignas(64) LaneCounters {
  OwnCounter begun;
  OwnCounter acknowledged;
  OwnCounter acknowledged_bytes;
  OwnCounter failed;
  std::array<OwnCounter, kLatencyClasses> latencies;
};

// What readers count, each now and then: a read takes long enough.
struct ReaderCounters {
  std::atomic<uint64_t> reads{0};
  // Reads of units that were not whole, while a write on their slot was in flight: nobody promises otherwise.
  std::atomic<uint64_t> torn_while_written{0};
  // Reads that were wrong although no write was in flight, or that missed an acknowledged write.
  std::atomic<uint64_t> wrong_reads{0};
  std::atomic<uint64_t> read_errors{0};
};

// The sums, as they were when they were asked for.
struct StormNumbers {
  uint64_t begun = 0;
  uint64_t acknowledged = 0;
  uint64_t acknowledged_bytes = 0;
  uint64_t failed = 0;
  uint64_t reads = 0;
  uint64_t torn_while_written = 0;
  uint64_t wrong_reads = 0;
  uint64_t read_errors = 0;
  // Calls by latency_class(), of acknowledged writes.
  std::array<uint64_t, kLatencyClasses> latencies{};
};

StormNumbers sum_of(const std::vector<LaneCounters>& lanes, const ReaderCounters& readers);

}  // namespace io
