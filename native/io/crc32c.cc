#include "crc32c.h"

#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace io {
namespace {

struct CrcTable {
  uint32_t of[256];
};

constexpr CrcTable make_table() {
  CrcTable table{};
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82f63b78 : crc >> 1;
    table.of[byte] = crc;
  }
  return table;
}

constexpr CrcTable kTable = make_table();

uint32_t crc_by_table(uint32_t crc, const unsigned char* bytes, size_t length) {
  for (size_t i = 0; i < length; i++) crc = (crc >> 8) ^ kTable.of[(crc ^ bytes[i]) & 0xff];
  return crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) uint32_t crc_by_sse42(uint32_t crc, const unsigned char* bytes, size_t length) {
  size_t at = 0;
  for (; at + 8 <= length; at += 8) {
    uint64_t word;
    std::memcpy(&word, bytes + at, 8);
    crc = static_cast<uint32_t>(_mm_crc32_u64(crc, word));
  }
  for (; at < length; at++) crc = _mm_crc32_u8(crc, bytes[at]);
  return crc;
}
#endif

}  // namespace

uint32_t crc32c_over(StampEngine engine, uint32_t crc, const unsigned char* bytes, size_t length) {
#if defined(__x86_64__)
  if (engine != StampEngine::kTable) return crc_by_sse42(crc, bytes, length);
#endif
  (void)engine;
  return crc_by_table(crc, bytes, length);
}

}  // namespace io
