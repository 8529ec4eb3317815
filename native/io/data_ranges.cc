#include "data_ranges.h"

#include <unistd.h>

#include <cerrno>

#include "failure.h"

namespace io {

std::vector<DataRange> data_ranges(int descriptor) {
  std::vector<DataRange> ranges;
  for (off_t at = 0;;) {
    const off_t data = ::lseek(descriptor, at, SEEK_DATA);
    // Behind the last data there is only a hole, or the end.
    if (data < 0 && errno == ENXIO) return ranges;
    if (data < 0) fail("lseek", "SEEK_DATA");
    const off_t hole = ::lseek(descriptor, data, SEEK_HOLE);
    if (hole < 0) fail("lseek", "SEEK_HOLE");
    ranges.push_back({static_cast<uint64_t>(data), static_cast<uint64_t>(hole - data)});
    at = hole;
  }
}

}  // namespace io
