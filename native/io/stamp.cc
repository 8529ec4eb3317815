#include "stamp.h"

#include <algorithm>
#include <cstring>

#include "crc32c.h"
#include "fill.h"

namespace io {
namespace {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "stamps are little-endian, and copied as they are");

constexpr uint32_t kMagic = 0x4e525455;
constexpr uint8_t kVersion = 1;

// The block's first bytes, in their order (docs/torn.md). What comes before `block_index` all blocks of a unit share.
struct Stamp {
  uint32_t magic;
  uint8_t version;
  uint8_t block_shift;
  uint16_t writer;
  uint64_t run;
  uint64_t generation;
  uint64_t address;
  uint32_t bytes;
  uint32_t reserved;
  uint32_t block_index;
  uint32_t crc;
};
static_assert(sizeof(Stamp) == kStampBytes, "the stamp has no holes");
constexpr size_t kSharedBytes = 40;
constexpr size_t kSharedWords = kSharedBytes / 4;

// As far as filling is ahead of the memory that it will want next.
constexpr uint32_t kFetchAheadBytes = 2048;

struct Mix {
  uint32_t low = 0x243f6a88;
  uint32_t high = 0x85a308d3;

  void take(uint32_t word) {
    low = (low ^ word) * 0x9e3779b1;
    low ^= low >> 15;
    high = (high ^ word) * 0x85ebca77;
    high ^= high >> 13;
  }
};

uint32_t finished(uint32_t hash) {
  hash ^= hash >> 16;
  hash *= 0x85ebca6b;
  hash ^= hash >> 13;
  hash *= 0xc2b2ae35;
  return hash ^ (hash >> 16);
}

// What the blocks of one unit have in common: their first bytes, and how far these take checksum and fill.
class Shared {
 public:
  Shared(StampEngine engine, const unsigned char* stamp) : engine_(engine) {
    std::memcpy(bytes_, stamp, kSharedBytes);
    crc_ = crc32c_over(engine, kCrcStart, bytes_, kSharedBytes);
    for (size_t i = 0; i < kSharedWords; i++) {
      uint32_t word;
      std::memcpy(&word, bytes_ + i * 4, 4);
      mix_.take(word);
    }
  }

  bool begins(const unsigned char* block) const { return std::memcmp(bytes_, block, kSharedBytes) == 0; }

  uint32_t crc(uint32_t block_index) const {
    unsigned char bytes[4];
    std::memcpy(bytes, &block_index, 4);
    return ~crc32c_over(engine_, crc_, bytes, 4);
  }

  // Where the fill of a block begins.
  FillKey key(uint32_t block_index) const {
    Mix mix = mix_;
    mix.take(block_index);
    return {finished(mix.low), finished(mix.high)};
  }

 private:
  StampEngine engine_;
  unsigned char bytes_[kSharedBytes];
  uint32_t crc_;
  Mix mix_;
};

uint8_t shift_of(uint32_t block_bytes) { return static_cast<uint8_t>(__builtin_ctz(block_bytes)); }

Stamp stamp_in(const unsigned char* block) {
  Stamp stamp;
  std::memcpy(&stamp, block, sizeof stamp);
  return stamp;
}

constexpr uint64_t kMaxSafe = 9007199254740991;

// Whether the fields are ones that are ever written (core/torn/stamp.ts, stampOf), the checksum left aside.
bool is_plausible(const Stamp& stamp) {
  if (stamp.magic != kMagic || stamp.version != kVersion || stamp.reserved != 0) return false;
  if (stamp.generation > kMaxSafe || stamp.address > kMaxSafe) return false;
  if (stamp.block_shift < 9 || stamp.block_shift > 16) return false;
  const uint64_t block_bytes = uint64_t{1} << stamp.block_shift;
  return stamp.bytes % block_bytes == 0 && stamp.block_index * block_bytes < stamp.bytes;
}

}  // namespace

void fill_unit(StampEngine engine, unsigned char* out, const UnitStamp& unit) {
  Stamp stamp{};
  stamp.magic = kMagic;
  stamp.version = kVersion;
  stamp.block_shift = shift_of(unit.block_bytes);
  stamp.writer = unit.writer;
  stamp.run = unit.run;
  stamp.generation = unit.generation;
  stamp.address = unit.address;
  stamp.bytes = unit.bytes;
  const Shared shared(engine, reinterpret_cast<const unsigned char*>(&stamp));
  const uint32_t blocks = unit.bytes / unit.block_bytes;
  const uint32_t ahead = std::max<uint32_t>(1, kFetchAheadBytes / unit.block_bytes);
  for (uint32_t index = 0; index < blocks; index++) {
    unsigned char* block = out + static_cast<size_t>(index) * unit.block_bytes;
    if (index + ahead < blocks) fetch_to_write(block + ahead * unit.block_bytes, unit.block_bytes);
    stamp.block_index = index;
    stamp.crc = shared.crc(index);
    std::memcpy(block, &stamp, sizeof stamp);
    fill_behind(engine, shared.key(index), block, unit.block_bytes);
  }
}

BlockState read_block(StampEngine engine, const unsigned char* block, size_t block_bytes) {
  const Stamp stamp = stamp_in(block);
  if (!is_plausible(stamp)) return BlockState::kUnstamped;
  const Shared shared(engine, block);
  if (stamp.crc != shared.crc(stamp.block_index)) return BlockState::kUnstamped;
  return is_filled_behind(engine, shared.key(stamp.block_index), block, block_bytes) ? BlockState::kIntact : BlockState::kDamaged;
}

bool are_blocks_in_place(StampEngine engine, const unsigned char* bytes, size_t length, uint64_t address,
                         uint32_t block_bytes, uint64_t run) {
  for (size_t at = 0; at < length; at += block_bytes) {
    if (read_block(engine, bytes + at, block_bytes) != BlockState::kIntact) return false;
    const Stamp stamp = stamp_in(bytes + at);
    const uint64_t place = stamp.address + uint64_t{stamp.block_index} * block_bytes;
    if (stamp.run != run || stamp.block_shift != shift_of(block_bytes) || place != address + at) return false;
  }
  return true;
}

bool is_whole_unit(StampEngine engine, const unsigned char* bytes, uint32_t length, uint64_t address,
                   uint32_t block_bytes, uint64_t run, uint64_t& generation) {
  const Stamp first = stamp_in(bytes);
  if (!is_plausible(first) || first.run != run || first.address != address || first.bytes != length) return false;
  if (first.block_shift != shift_of(block_bytes)) return false;
  const Shared shared(engine, bytes);
  const uint32_t blocks = length / block_bytes;
  for (uint32_t index = 0; index < blocks; index++) {
    const unsigned char* block = bytes + static_cast<size_t>(index) * block_bytes;
    const Stamp stamp = stamp_in(block);
    if (stamp.block_index != index || stamp.crc != shared.crc(index) || !shared.begins(block)) return false;
    if (!is_filled_behind(engine, shared.key(index), block, block_bytes)) return false;
  }
  generation = first.generation;
  return true;
}

}  // namespace io
