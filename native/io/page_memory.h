#pragma once

#include <cstddef>

namespace io {

// MADV_POPULATE_WRITE of include/uapi/asm-generic/mman-common.h, which the system's own header may lack (since 5.14).
constexpr int kPopulateWrite = 23;

// Page-aligned anonymous memory, as direct I/O wants it.
class PageMemory {
 public:
  PageMemory() = default;
  ~PageMemory();
  PageMemory(const PageMemory&) = delete;
  PageMemory& operator=(const PageMemory&) = delete;

  // Makes at least `bytes` available (contents are lost when it grows). New memory is filled with `fill`.
  void reserve(size_t bytes, unsigned char fill);

  unsigned char* data() const { return data_; }
  size_t size() const { return size_; }

  static size_t page_bytes();
  // `bytes` rounded up to whole pages.
  static size_t whole_pages(size_t bytes);

 private:
  unsigned char* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace io
