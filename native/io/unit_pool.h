// The memory of a storm's units: several buffers for each lane, which takes them by turns.
//
// A buffer that was just written lies, line by line, in the cache of the processor that read it for the drive; one that
// was written a few turns ago does not, and costs less to fill. All are in huge pages where the kernel gives them: then
// it looks up one page for a unit, and not four or more.
#pragma once

#include <cstddef>

namespace io {

class UnitPool {
 public:
  // Takes the memory at once. Throws Failure.
  UnitPool(size_t unit_bytes, size_t lanes);
  ~UnitPool();
  UnitPool(const UnitPool&) = delete;
  UnitPool& operator=(const UnitPool&) = delete;

  size_t turns() const { return turns_; }
  // Page-aligned, for units of the pool's length.
  unsigned char* buffer(size_t lane, size_t turn) const { return first_ + (lane * turns_ + turn) * stride_bytes_; }

 private:
  size_t stride_bytes_;
  size_t turns_;
  size_t mapped_bytes_;
  unsigned char* mapped_;
  unsigned char* first_;
};

}  // namespace io
