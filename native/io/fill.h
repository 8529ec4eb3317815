// The fill of a stamped block: what stands behind the stamp (docs/torn.md; core/torn/stamp.ts is the reference).
#pragma once

#include <cstddef>
#include <cstdint>

#include "stamp_engine.h"

namespace io {

constexpr size_t kStampBytes = 48;

// Where the pairs of a fill begin.
struct FillKey {
  uint32_t low;
  uint32_t high;
};

// `block`: all of it, from its stamp on; `block_bytes` a power of two from 512.
void fill_behind(StampEngine engine, FillKey key, unsigned char* block, size_t block_bytes);
bool is_filled_behind(StampEngine engine, FillKey key, const unsigned char* block, size_t block_bytes);

// Asks for the memory of `length` bytes (whole cache lines) to be made this processor's own, for it will be written.
// Who read it last, a disk's thread on another processor perhaps, has it in a cache of its own, and to ask for many
// lines at once costs little more than to wait for one.
void fetch_to_write(unsigned char* bytes, size_t length);

}  // namespace io
