// Stamps of logical blocks, and the fill that follows from them (docs/torn.md): the fast twin of core/torn/stamp.ts.
#pragma once

#include <cstddef>
#include <cstdint>

#include "stamp_engine.h"

namespace io {

constexpr uint32_t kMinBlockBytes = 512;
constexpr uint32_t kMaxBlockBytes = 65536;

struct UnitStamp {
  uint64_t run;
  uint16_t writer;
  uint64_t generation;
  uint64_t address;
  uint32_t bytes;
  uint32_t block_bytes;
};

// Writes all blocks of a unit; `bytes` is a multiple of `block_bytes`, a power of two from 512 to 65536.
void fill_unit(StampEngine engine, unsigned char* out, const UnitStamp& stamp);

enum class BlockState : uint8_t { kIntact = 0, kDamaged = 1, kUnstamped = 2 };

// What one block of `block_bytes` says about itself, wherever it belongs.
BlockState read_block(StampEngine engine, const unsigned char* block, size_t block_bytes);

// Whether every block is intact and belongs where it stands in a run; the blocks may be of several writes.
bool are_blocks_in_place(StampEngine engine, const unsigned char* bytes, size_t length, uint64_t address,
                         uint32_t block_bytes, uint64_t run);

// Whether all blocks are intact, of one write of that run, and this unit as a whole; then `generation` is the write's.
bool is_whole_unit(StampEngine engine, const unsigned char* bytes, uint32_t length, uint64_t address,
                   uint32_t block_bytes, uint64_t run, uint64_t& generation);

}  // namespace io
