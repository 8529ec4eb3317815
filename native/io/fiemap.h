// Where a file's blocks are: FS_IOC_FIEMAP, page by page (Documentation/filesystems/fiemap.rst).
#pragma once

#include <cstdint>
#include <vector>

namespace io {

struct MappedExtent {
  uint64_t logical_bytes;
  uint64_t physical_bytes;
  uint64_t length_bytes;
  uint32_t flags;  // FIEMAP_EXTENT_*
};

// All extents in logical order as the kernel reports them. With `sync` delayed data is written first. 0, or the errno.
int read_extents(int descriptor, bool sync, std::vector<MappedExtent>& extents);

}  // namespace io
