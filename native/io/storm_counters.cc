#include "storm_counters.h"

namespace io {

StormNumbers sum_of(const std::vector<LaneCounters>& lanes, const ReaderCounters& readers) {
  StormNumbers sum;
  for (const LaneCounters& lane : lanes) {
    // The beginnings last: no more writes have ended than begun.
    sum.acknowledged += lane.acknowledged.get();
    sum.acknowledged_bytes += lane.acknowledged_bytes.get();
    sum.failed += lane.failed.get();
    sum.begun += lane.begun.get();
    for (size_t i = 0; i < kLatencyClasses; i++) sum.latencies[i] += lane.latencies[i].get();
  }
  sum.reads = readers.reads.load(std::memory_order_relaxed);
  sum.torn_while_written = readers.torn_while_written.load(std::memory_order_relaxed);
  sum.wrong_reads = readers.wrong_reads.load(std::memory_order_relaxed);
  sum.read_errors = readers.read_errors.load(std::memory_order_relaxed);
  return sum;
}

}  // namespace io
