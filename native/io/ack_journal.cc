#include "ack_journal.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "crc32c.h"
#include "failure.h"
#include "page_memory.h"

namespace io {
namespace {

constexpr uint64_t kHeaderBytes = 4096;
constexpr uint64_t kRecordBytes = 40;
constexpr uint64_t kRecordsPerChunk = 65536;
constexpr uint64_t kChunkBytes = kRecordBytes * kRecordsPerChunk;
static_assert(kChunkBytes % 65536 == 0, "chunks begin on pages of any size");

struct Record {
  uint32_t crc;
  uint8_t kind;
  uint8_t reserved;
  uint16_t writer;
  uint64_t generation;
  uint64_t address;
  uint32_t bytes;
  int32_t result;
  uint64_t moment;
};
static_assert(sizeof(Record) == kRecordBytes, "the record has no holes");

}  // namespace

AckJournal::AckJournal(const std::string& path, uint64_t run, StampEngine engine)
    : path_(path), engine_(engine), chunks_(new std::atomic<unsigned char*>[kMostChunks]()) {
  file_ = Descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file_.is_open()) fail("open", path);
  unsigned char header[kHeaderBytes] = {'U', 'T', 'J', 'O', 'U', 'R', 'N', '1'};
  std::memcpy(header + 8, &run, sizeof run);
  const uint32_t record_bytes = kRecordBytes;
  std::memcpy(header + 16, &record_bytes, sizeof record_bytes);
  const ssize_t put = ::pwrite(file_.get(), header, sizeof header, 0);
  if (put < 0) fail("pwrite", path);
  if (put != static_cast<ssize_t>(sizeof header)) throw Failure(ENOSPC, "pwrite", path);
}

AckJournal::~AckJournal() { finish(); }

void AckJournal::finish() {
  if (!file_.is_open()) return;
  for (uint64_t i = 0; i < kMostChunks && chunks_[i] != nullptr; i++) ::munmap(chunks_[i].exchange(nullptr), kChunkBytes);
  // Places beyond the last record are nobody's; where this fails they read as gaps.
  const int cut = ::ftruncate(file_.get(), static_cast<off_t>(kHeaderBytes + taken_ * kRecordBytes));
  (void)cut;
  file_.close();
}

void AckJournal::append(const AckRecord& record) {
  const uint64_t place = taken_.fetch_add(1, std::memory_order_relaxed);
  Record bytes{};
  bytes.kind = static_cast<uint8_t>(record.kind);
  bytes.writer = record.writer;
  bytes.generation = record.generation;
  bytes.address = record.address;
  bytes.bytes = record.bytes;
  bytes.result = record.result;
  bytes.moment = record.moment;
  bytes.crc = crc32c(engine_, reinterpret_cast<const unsigned char*>(&bytes) + 4, sizeof bytes - 4);
  std::memcpy(chunk(place / kRecordsPerChunk) + place % kRecordsPerChunk * kRecordBytes, &bytes, sizeof bytes);
}

void AckJournal::grow_ahead() {
  const uint64_t next = (taken_.load(std::memory_order_relaxed) + kRecordsPerChunk / 2) / kRecordsPerChunk;
  if (next >= kMostChunks || chunks_[next].load(std::memory_order_acquire) != nullptr) return;
  try {
    // Its pages, too, which would otherwise come one by one. Kernels before 5.14 do not know how: they come one by one.
    ::madvise(chunk(next), kChunkBytes, kPopulateWrite);
  } catch (const Failure&) {
    // Whoever needs the room meets the same error, and says so.
  }
}

unsigned char* AckJournal::chunk(uint64_t index) {
  if (index >= kMostChunks) throw Failure(EFBIG, "mmap", path_);
  unsigned char* known = chunks_[index].load(std::memory_order_acquire);
  if (known != nullptr) return known;
  const std::lock_guard<std::mutex> lock(growing_);
  known = chunks_[index].load(std::memory_order_acquire);
  return known != nullptr ? known : map_chunk(index);
}

unsigned char* AckJournal::map_chunk(uint64_t index) {
  // Space is taken now: a store into a mapping has no way to say that there is none.
  const off_t offset = static_cast<off_t>(kHeaderBytes + index * kChunkBytes);
  const int error = ::posix_fallocate(file_.get(), offset, static_cast<off_t>(kChunkBytes));
  if (error != 0) throw Failure(error, "posix_fallocate", path_);
  void* memory = ::mmap(nullptr, kChunkBytes, PROT_READ | PROT_WRITE, MAP_SHARED, file_.get(), offset);
  if (memory == MAP_FAILED) fail("mmap", path_);
  chunks_[index].store(static_cast<unsigned char*>(memory), std::memory_order_release);
  return static_cast<unsigned char*>(memory);
}

}  // namespace io
