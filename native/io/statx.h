// statx(2) with the fields that say what direct and atomic I/O a file allows.
#pragma once

#include <cstdint>
#include <string>

namespace io {

struct FileFacts {
  uint32_t mask;  // STATX_* bits that the kernel answered
  uint32_t mode;
  uint32_t block_bytes;  // st_blksize: preferred I/O size
  uint32_t links;
  uint64_t inode;
  uint64_t size_bytes;
  uint64_t blocks_512;
  uint64_t attributes;
  uint64_t attributes_mask;
  uint32_t device_major;
  uint32_t device_minor;
  uint32_t special_major;
  uint32_t special_minor;
  uint64_t mount_id;
  bool has_direct_alignment;  // STATX_DIOALIGN answered (6.1)
  uint32_t direct_memory_align_bytes;
  uint32_t direct_offset_align_bytes;
  bool has_atomic_write;  // STATX_WRITE_ATOMIC answered (6.11)
  uint32_t atomic_unit_min_bytes;
  uint32_t atomic_unit_max_bytes;
  uint32_t atomic_segments_max;
  uint32_t atomic_unit_max_opt_bytes;  // 6.16; 0 elsewhere
  uint32_t direct_read_offset_align_bytes;  // 6.14 (STATX_DIO_READ_ALIGN); 0 elsewhere
  uint32_t user_id;
  uint32_t group_id;
  uint64_t accessed_ns;  // since 1970
  uint64_t modified_ns;
  uint64_t changed_ns;
  uint64_t born_ns;  // 0 where the filesystem does not keep it
};

// Facts of `path`, of the link itself where `follow_links` is false. Throws Failure.
FileFacts file_facts(const std::string& path, bool follow_links);

}  // namespace io
