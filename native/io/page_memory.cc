#include "page_memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "failure.h"

namespace io {

PageMemory::~PageMemory() {
  if (data_ != nullptr) ::munmap(data_, size_);
}

size_t PageMemory::page_bytes() {
  static const size_t bytes = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  return bytes;
}

size_t PageMemory::whole_pages(size_t bytes) {
  const size_t page = page_bytes();
  if (bytes > SIZE_MAX - (page - 1)) throw Failure(ENOMEM, "mmap", {});
  return (bytes + page - 1) / page * page;
}

void PageMemory::reserve(size_t bytes, unsigned char fill) {
  if (bytes <= size_) return;
  const size_t wanted = whole_pages(bytes);
  void* memory = ::mmap(nullptr, wanted, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) fail("mmap");
  if (data_ != nullptr) ::munmap(data_, size_);
  data_ = static_cast<unsigned char*>(memory);
  size_ = wanted;
  if (fill != 0) std::memset(data_, fill, size_);
}

}  // namespace io
