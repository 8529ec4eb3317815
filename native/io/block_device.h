#pragma once

#include <cstdint>
#include <string>

namespace io {

struct BlockDeviceFacts {
  uint64_t size_bytes;             // BLKGETSIZE64
  uint32_t logical_sector_bytes;   // BLKSSZGET
  uint32_t physical_sector_bytes;  // BLKPBSZGET
  uint32_t minimum_io_bytes;       // BLKIOMIN
  uint32_t optimal_io_bytes;       // BLKIOOPT, 0: unknown
  int32_t alignment_offset_bytes;  // BLKALIGNOFF, -1: misaligned
  bool rotational;                 // BLKROTATIONAL
  bool read_only;                  // BLKROGET
};

// Throws Failure (ENOTBLK where `path` is no block device).
BlockDeviceFacts block_device_facts(const std::string& path);

// Opens `path` with O_EXCL and lets go again: true where nobody holds the device (mount, dm, md, swap). Throws Failure.
bool can_claim_block_device(const std::string& path);

}  // namespace io
