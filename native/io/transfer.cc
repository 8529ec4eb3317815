#include "transfer.h"

#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "failure.h"

namespace io {
namespace {

static_assert(sizeof(long) == 8, "offsets are passed to the kernel in one word");

std::vector<iovec> vectors_over(unsigned char* memory, const VectorLayout& layout) {
  std::vector<iovec> vectors(layout.vectors());
  for (size_t i = 0; i < vectors.size(); i++) {
    vectors[i].iov_base = memory + i * layout.stride_bytes();
    vectors[i].iov_len = layout.vector_bytes();
  }
  return vectors;
}

// Straight to the kernel: the C library's pwritev2 emulates on kernels without it, and hides the flags it does so for.
int64_t call(long number, int descriptor, const std::vector<iovec>& vectors, int64_t offset, int flags) {
  return ::syscall(number, static_cast<long>(descriptor), vectors.data(), static_cast<long>(vectors.size()),
                   static_cast<long>(offset), 0L, static_cast<long>(flags));
}

}  // namespace

VectorLayout::VectorLayout(size_t length_bytes, size_t vectors) : vectors_(vectors) {
  if (vectors == 0 || length_bytes % vectors != 0) throw Failure(EINVAL, "vectors", {});
  vector_bytes_ = length_bytes / vectors;
  stride_bytes_ = PageMemory::whole_pages(vector_bytes_);
  if (stride_bytes_ != 0 && vectors > SIZE_MAX / stride_bytes_) throw Failure(ENOMEM, "vectors", {});
}

int64_t write_vectors(int descriptor, const unsigned char* memory, const VectorLayout& layout, int64_t offset_bytes,
                      int flags) {
  // iovec knows no const; a write only reads from it.
  const auto vectors = vectors_over(const_cast<unsigned char*>(memory), layout);
  return call(SYS_pwritev2, descriptor, vectors, offset_bytes, flags);
}

int64_t read_vectors(int descriptor, unsigned char* memory, const VectorLayout& layout, int64_t offset_bytes,
                     int flags) {
  return call(SYS_preadv2, descriptor, vectors_over(memory, layout), offset_bytes, flags);
}

}  // namespace io
