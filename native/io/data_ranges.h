#pragma once

#include <cstdint>
#include <vector>

namespace io {

// A part of a file that is no hole.
struct DataRange {
  uint64_t offset;
  uint64_t length;
};

// What of a file is no hole (lseek(2), SEEK_DATA and SEEK_HOLE), ascending. A filesystem that does not know its holes
// gives one range. Leaves the file offset anywhere. Throws Failure.
std::vector<DataRange> data_ranges(int descriptor);

}  // namespace io
