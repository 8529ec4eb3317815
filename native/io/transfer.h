// pwritev2(2) and preadv2(2) with any RWF_* flags, in one or several vectors.
#pragma once

#include <cstddef>
#include <cstdint>

#include "page_memory.h"

namespace io {

// include/uapi/linux/fs.h; the system's own header may lack the newer ones.
constexpr int kRwfDsync = 0x2;
constexpr int kRwfSync = 0x4;
constexpr int kRwfAtomic = 0x40;

// `length` bytes in `vectors` equal vectors, each of which begins on a page of its own, so that what the kernel says
// about the number of vectors is not about their alignment. Throws Failure EINVAL unless `vectors` divides `length`.
class VectorLayout {
 public:
  VectorLayout(size_t length_bytes, size_t vectors);

  size_t vectors() const { return vectors_; }
  size_t vector_bytes() const { return vector_bytes_; }
  size_t stride_bytes() const { return stride_bytes_; }
  // Memory that the vectors span.
  size_t memory_bytes() const { return stride_bytes_ * vectors_; }

 private:
  size_t vectors_;
  size_t vector_bytes_;
  size_t stride_bytes_;
};

// One system call each; return the bytes moved, or -1 with errno set.
int64_t write_vectors(int descriptor, const unsigned char* memory, const VectorLayout& layout, int64_t offset_bytes,
                      int flags);
int64_t read_vectors(int descriptor, unsigned char* memory, const VectorLayout& layout, int64_t offset_bytes,
                     int flags);

}  // namespace io
