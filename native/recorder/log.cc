#include "log.h"

#include <fcntl.h>

#include <cstring>

#include "../io/failure.h"
#include "crc32c.h"

namespace recorder {
namespace {

constexpr char kMagic[8] = {'U', 'N', 'T', 'O', 'R', 'N', 'L', 'G'};
constexpr uint32_t kVersion = 1;
constexpr uint32_t kSectorBytes = 512;
constexpr uint32_t kRecordMagic = 0x63655255;  // "URec"
constexpr size_t kAlignment = 8;

// Both as they lie in the file: little-endian, without gaps.
struct FileHeader {
  char magic[8];
  uint32_t version;
  uint32_t header_bytes;
  uint64_t disk_bytes;
  uint32_t sector_bytes;
  uint32_t record_bytes;
  uint8_t reserved[28];
  uint32_t checksum;
};
static_assert(sizeof(FileHeader) == 64);

struct Record {
  uint32_t magic;
  uint8_t kind;
  uint8_t reserved[3];
  uint64_t ticket;
  uint64_t at;
  uint64_t length;
  uint32_t payload_bytes;
  uint32_t payload_checksum;
  uint32_t reserved_too;
  uint32_t checksum;
};
static_assert(sizeof(Record) == 48);
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the log is little-endian");

}  // namespace

Log::Log(const std::string& path, uint64_t disk_bytes) : file_(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND, 0600) {
  FileHeader header{};
  std::memcpy(header.magic, kMagic, sizeof kMagic);
  header.version = kVersion;
  header.header_bytes = sizeof header;
  header.disk_bytes = disk_bytes;
  header.sector_bytes = kSectorBytes;
  header.record_bytes = sizeof(Record);
  header.checksum = crc32c(&header, offsetof(FileHeader, checksum));
  iovec piece{&header, sizeof header};
  file_.append(&piece, 1);
}

Ticket Log::write_begins(uint64_t at, const char* data, size_t length) {
  const Ticket ticket = next_++;
  append(Kind::write, ticket, at, length, data, length);
  return ticket;
}

Ticket Log::zero_begins(uint64_t at, uint64_t length) {
  const Ticket ticket = next_++;
  append(Kind::zero, ticket, at, length, nullptr, 0);
  return ticket;
}

Ticket Log::flush_begins() {
  const Ticket ticket = next_++;
  append(Kind::flush, ticket, 0, 0, nullptr, 0);
  return ticket;
}

void Log::ended(Ticket ticket) { append(Kind::end, ticket, 0, 0, nullptr, 0); }

void Log::mark(const char* text, size_t length) { append(Kind::mark, 0, 0, length, text, length); }

void Log::append(Kind kind, Ticket ticket, uint64_t at, uint64_t length, const char* payload, size_t payload_bytes) {
  Record record{};
  record.magic = kRecordMagic;
  record.kind = static_cast<uint8_t>(kind);
  record.ticket = ticket;
  record.at = at;
  record.length = length;
  record.payload_bytes = static_cast<uint32_t>(payload_bytes);
  record.payload_checksum = crc32c(payload, payload_bytes);
  record.checksum = crc32c(&record, offsetof(Record, checksum));
  char padding[kAlignment] = {};
  const size_t padding_bytes = (kAlignment - payload_bytes % kAlignment) % kAlignment;
  iovec pieces[] = {{&record, sizeof record}, {const_cast<char*>(payload), payload_bytes}, {padding, padding_bytes}};
  if (broken_by_ != 0) throw io::Failure(broken_by_, "writev", "the log");
  try {
    file_.append(pieces, 3);
  } catch (const io::Failure& failure) {
    broken_by_ = failure.error();
    throw;
  }
}

}  // namespace recorder
