#include "storm_lane.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>

#include "failure.h"
#include "monotonic.h"

namespace io {

Storm::Lane::Lane(Storm& storm, int index)
    : storm_(storm),
      index_(index),
      draw_(storm.plan_.seed + static_cast<uint64_t>(index)),
      counters_(storm.lane_counters_[static_cast<size_t>(index)]) {
  const SlotArea& area = storm.plan_.area;
  file_ = Descriptor(::open(area.path.c_str(), O_RDWR | O_CLOEXEC | (area.direct ? O_DIRECT : 0)));
  if (!file_.is_open()) fail("open", area.path);
}

uint64_t Storm::Lane::draw_slot() {
  const uint64_t slots = storm_.plan_.area.slots;
  if (storm_.plan_.overlapping) return draw_.below(slots);
  const uint64_t lanes = static_cast<uint64_t>(storm_.lanes_);
  const uint64_t own = static_cast<uint64_t>(index_);
  return own + lanes * draw_.below((slots - own + lanes - 1) / lanes);
}

bool Storm::Lane::begin() {
  if (!storm_.may_begin()) return false;
  const SlotArea& area = storm_.plan_.area;
  const auto& sizes = storm_.plan_.unit_bytes;
  slot_ = draw_slot();
  const uint32_t bytes = sizes.size() == 1 ? sizes[0] : sizes[draw_.below(sizes.size())];
  const uint64_t inside = bytes == area.slot_bytes ? 0 : draw_.below(area.slot_bytes / bytes) * bytes;
  const uint16_t writer = static_cast<uint16_t>(index_ + 1);
  if (storm_.slots_) storm_.slots_[slot_].begun++;
  memory_ = storm_.units_.buffer(static_cast<size_t>(index_), turn_);
  turn_ = (turn_ + 1) % storm_.units_.turns();
  unit_ = {area.run, writer, ++storm_.clock_, slot_ * area.slot_bytes + inside, bytes, area.block_bytes};
  fill_unit(engine_, memory_, unit_);
  storm_.journal_.append(
      {AckRecord::Kind::kBegun, writer, unit_.generation, unit_.address, bytes, 0, unit_.generation});
  counters_.begun.add(1);
  called_ns_ = monotonic_ns();
  return true;
}

bool Storm::Lane::end(int64_t result) {
  const uint64_t took_ns = monotonic_ns() - called_ns_;
  const bool is_whole = result == static_cast<int64_t>(unit_.bytes);
  const uint64_t moment = ++storm_.clock_;
  storm_.journal_.append({is_whole ? AckRecord::Kind::kEnded : AckRecord::Kind::kFailed, unit_.writer,
                          unit_.generation, unit_.address, unit_.bytes,
                          is_whole ? 0 : static_cast<int32_t>(result), moment});
  if (is_whole) {
    counters_.acknowledged.add(1);
    counters_.acknowledged_bytes.add(unit_.bytes);
    counters_.latencies[latency_class(took_ns)].add(1);
  } else {
    counters_.failed.add(1);
    storm_.failed(result < 0 ? static_cast<int>(-result) : 0, result);
  }
  if (storm_.slots_) {
    Storm::SlotState& state = storm_.slots_[slot_];
    if (is_whole) state.latest = unit_.generation;
    state.ended++;
  }
  return is_whole;
}

void Storm::Lane::work() {
  while (begin()) {
    iovec vector{memory_, unit_.bytes};
    const long offset = static_cast<long>(unit_.address);
    int64_t result = ::syscall(SYS_pwritev2, file_.get(), &vector, 1L, offset, 0L, storm_.plan_.flags);
    if (result < 0) result = -errno;
    if (result == static_cast<int64_t>(unit_.bytes) && storm_.plan_.fsync_each && ::fsync(file_.get()) != 0) {
      result = -errno;
    }
    if (!end(result)) return;
  }
}

}  // namespace io
