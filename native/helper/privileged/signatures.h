// What may be on a device, and the bytes by which it is known: the same list as in main/lab/block/signatures.ts.
#pragma once

#include <cstdint>
#include <vector>

namespace helper {

struct Signature {
  enum From { kStart, kEnd };

  const char* name;
  From from;
  uint32_t align_bytes;  // From the end: from that of the device's last whole so many bytes.
  std::vector<uint32_t> offsets;
  std::vector<const char*> magics;  // Text, or bytes where it begins with 0x: any of them, at any of the offsets.
  uint32_t repeat_every_bytes = 0;
  uint32_t repeat_count = 1;
};

// The first that fits counts.
const std::vector<Signature>& signatures();

}  // namespace helper
