// One stream of a storm's writes: which slot comes next, its bytes, and what is noted before and after.
#pragma once

#include "descriptor.h"
#include "storm.h"

namespace io {

// xorshift64*: small, and good enough to spread writes.
class Draw {
 public:
  explicit Draw(uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15 + 0x2545f4914f6cdd1d) {
    for (int i = 0; i < 8; i++) next();
  }
  uint64_t next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return state_ * 0x2545f4914f6cdd1d;
  }
  // Below `limit`, at least 1.
  uint64_t below(uint64_t limit) {
    return static_cast<uint64_t>((static_cast<unsigned __int128>(next()) * limit) >> 64);
  }

 private:
  uint64_t state_ = 1;
};

class Storm::Lane {
 public:
  Lane(Storm& storm, int index);

  // Takes the next write: draws, fills, notes its beginning. False where no further write may begin.
  bool begin();
  // Notes how it ended: bytes, or minus an errno. False where it failed.
  bool end(int64_t result);

  // As begin() alone or with threads: one write after the other until the storm ends.
  void work();

  int descriptor() const { return file_.get(); }
  unsigned char* memory() const { return memory_; }
  const UnitStamp& unit() const { return unit_; }

 private:
  uint64_t draw_slot();

  Storm& storm_;
  const int index_;
  const StampEngine engine_ = best_stamp_engine();
  Draw draw_;
  Descriptor file_;
  LaneCounters& counters_;
  unsigned char* memory_ = nullptr;
  size_t turn_ = 0;
  UnitStamp unit_{};
  uint64_t slot_ = 0;
  uint64_t called_ns_ = 0;
};

}  // namespace io
