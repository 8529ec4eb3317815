// CRC-32C (Castagnoli, RFC 3720, with its inversions) over the log's records.
#pragma once

#include <cstddef>
#include <cstdint>

namespace recorder {

uint32_t crc32c(const void* data, size_t length);

}  // namespace recorder
