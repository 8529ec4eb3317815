// CRC-32C (RFC 3720).
#pragma once

#include <cstddef>
#include <cstdint>

#include "stamp_engine.h"

namespace io {

constexpr uint32_t kCrcStart = 0xffffffff;

// Takes more bytes into a checksum that began as kCrcStart; the end is to be inverted.
uint32_t crc32c_over(StampEngine engine, uint32_t crc, const unsigned char* bytes, size_t length);

// The whole of it.
inline uint32_t crc32c(StampEngine engine, const unsigned char* bytes, size_t length) {
  return ~crc32c_over(engine, kCrcStart, bytes, length);
}

}  // namespace io
