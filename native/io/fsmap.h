// What a mounted filesystem has free right now: FS_IOC_GETFSMAP (ioctl_getfsmap(2)).
#pragma once

#include <cstdint>
#include <vector>

namespace io {

struct FreeRange {
  uint64_t physical_bytes;
  uint64_t length_bytes;
};

// Free ranges of the device under the file, in order. ext4 answers from its buddies, which know preallocations that the
// bitmaps on disk do not. 0, or the errno.
int read_free_ranges(int descriptor, std::vector<FreeRange>& ranges);

}  // namespace io
