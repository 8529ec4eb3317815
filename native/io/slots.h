// A target as slots of one length: prepared with whole units, and looked through for what is not as expected.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "stamp.h"

namespace io {

struct SlotArea {
  std::string path;
  bool direct;
  uint64_t run;
  uint32_t block_bytes;
  uint32_t slot_bytes;
  uint64_t slots;
};

// How far a long job is, and the wish that it ends.
struct JobState {
  std::atomic<uint64_t> done{0};
  std::atomic<bool> stop{false};
};

// Writes generation 0 into every slot and makes it durable. Throws Failure.
void prepare_slots(const SlotArea& area, JobState& state);

struct SlotScan {
  uint64_t clean = 0;
  // Slots that are not one whole unit of the expected generation, or cannot be read; ascending.
  std::vector<uint64_t> suspects;
};

constexpr double kAnyGeneration = -1;

// Reads every slot with `threads` threads. `expected` has a generation for each slot, or kAnyGeneration where several
// would do: such a slot is always a suspect. Throws Failure where the target cannot be opened.
SlotScan scan_slots(const SlotArea& area, const double* expected, int threads, JobState& state);

}  // namespace io
