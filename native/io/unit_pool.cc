#include "unit_pool.h"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include "failure.h"
#include "page_memory.h"

namespace io {
namespace {

constexpr size_t kHugePageBytes = 2 << 20;
constexpr size_t kMostTurns = 8;
// Turns are worth no more memory than this in all.
constexpr size_t kTurnsBytes = 64 << 20;

size_t turns_for(size_t stride_bytes, size_t lanes) {
  if (stride_bytes > SIZE_MAX / kMostTurns / lanes) throw Failure(ENOMEM, "mmap", {});
  return std::clamp<size_t>(kTurnsBytes / (stride_bytes * lanes), 1, kMostTurns);
}

}  // namespace

UnitPool::UnitPool(size_t unit_bytes, size_t lanes)
    : stride_bytes_(PageMemory::whole_pages(unit_bytes)), turns_(turns_for(stride_bytes_, lanes)) {
  const size_t used = stride_bytes_ * lanes * turns_;
  const size_t wanted = (used + kHugePageBytes - 1) / kHugePageBytes * kHugePageBytes;
  mapped_bytes_ = wanted + kHugePageBytes;
  void* memory = ::mmap(nullptr, mapped_bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) fail("mmap");
  mapped_ = static_cast<unsigned char*>(memory);
  const uintptr_t address = reinterpret_cast<uintptr_t>(mapped_);
  first_ = mapped_ + (kHugePageBytes - address % kHugePageBytes) % kHugePageBytes;
  // Both are wishes: a kernel without huge pages, or before 5.14, gives pages one by one as they are first written.
  ::madvise(first_, wanted, MADV_HUGEPAGE);
  ::madvise(first_, used, kPopulateWrite);
}

UnitPool::~UnitPool() { ::munmap(mapped_, mapped_bytes_); }

}  // namespace io
