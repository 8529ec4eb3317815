#include "statx.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>

#include "failure.h"

namespace io {
namespace {

// include/uapi/linux/stat.h of 6.18: the system's own header may be older than the kernel that answers.
struct Timestamp {
  int64_t seconds;
  uint32_t nanoseconds;
  int32_t reserved;
};

struct KernelStatx {
  uint32_t stx_mask;
  uint32_t stx_blksize;
  uint64_t stx_attributes;
  uint32_t stx_nlink;
  uint32_t stx_uid;
  uint32_t stx_gid;
  uint16_t stx_mode;
  uint16_t spare0;
  uint64_t stx_ino;
  uint64_t stx_size;
  uint64_t stx_blocks;
  uint64_t stx_attributes_mask;
  Timestamp stx_atime;
  Timestamp stx_btime;
  Timestamp stx_ctime;
  Timestamp stx_mtime;
  uint32_t stx_rdev_major;
  uint32_t stx_rdev_minor;
  uint32_t stx_dev_major;
  uint32_t stx_dev_minor;
  uint64_t stx_mnt_id;
  uint32_t stx_dio_mem_align;
  uint32_t stx_dio_offset_align;
  uint64_t stx_subvol;
  uint32_t stx_atomic_write_unit_min;
  uint32_t stx_atomic_write_unit_max;
  uint32_t stx_atomic_write_segments_max;
  uint32_t stx_dio_read_offset_align;
  uint32_t stx_atomic_write_unit_max_opt;
  uint32_t spare2[1];
  uint64_t spare3[8];
};
static_assert(sizeof(KernelStatx) == 0x100, "struct statx is 256 bytes");
static_assert(offsetof(KernelStatx, stx_dio_mem_align) == 0x98, "STATX_DIOALIGN fields");
static_assert(offsetof(KernelStatx, stx_atomic_write_unit_min) == 0xa8, "STATX_WRITE_ATOMIC fields");

constexpr uint32_t kBasicStats = 0x7ff;
constexpr uint32_t kBirthTime = 0x800;
constexpr uint32_t kMountId = 0x1000;
constexpr uint32_t kDirectAlign = 0x2000;
constexpr uint32_t kWriteAtomic = 0x10000;
constexpr uint32_t kDirectReadAlign = 0x20000;

uint64_t nanoseconds(const Timestamp& time) {
  constexpr uint64_t kSecond = 1'000'000'000;
  return static_cast<uint64_t>(time.seconds) * kSecond + time.nanoseconds;
}

}  // namespace

FileFacts file_facts(const std::string& path, bool follow_links) {
  KernelStatx answer{};
  const int flags = follow_links ? 0 : AT_SYMLINK_NOFOLLOW;
  const uint32_t wanted = kBasicStats | kBirthTime | kMountId | kDirectAlign | kWriteAtomic | kDirectReadAlign;
  if (::syscall(SYS_statx, AT_FDCWD, path.c_str(), flags, wanted, &answer) != 0) fail("statx", path);

  FileFacts facts{};
  facts.mask = answer.stx_mask;
  facts.mode = answer.stx_mode;
  facts.block_bytes = answer.stx_blksize;
  facts.links = answer.stx_nlink;
  facts.inode = answer.stx_ino;
  facts.size_bytes = answer.stx_size;
  facts.blocks_512 = answer.stx_blocks;
  facts.attributes = answer.stx_attributes;
  facts.attributes_mask = answer.stx_attributes_mask;
  facts.device_major = answer.stx_dev_major;
  facts.device_minor = answer.stx_dev_minor;
  facts.special_major = answer.stx_rdev_major;
  facts.special_minor = answer.stx_rdev_minor;
  facts.mount_id = answer.stx_mnt_id;
  facts.has_direct_alignment = (answer.stx_mask & kDirectAlign) != 0;
  facts.direct_memory_align_bytes = answer.stx_dio_mem_align;
  facts.direct_offset_align_bytes = answer.stx_dio_offset_align;
  facts.has_atomic_write = (answer.stx_mask & kWriteAtomic) != 0;
  facts.atomic_unit_min_bytes = answer.stx_atomic_write_unit_min;
  facts.atomic_unit_max_bytes = answer.stx_atomic_write_unit_max;
  facts.atomic_segments_max = answer.stx_atomic_write_segments_max;
  facts.atomic_unit_max_opt_bytes = answer.stx_atomic_write_unit_max_opt;
  facts.direct_read_offset_align_bytes = answer.stx_dio_read_offset_align;
  facts.user_id = answer.stx_uid;
  facts.group_id = answer.stx_gid;
  facts.accessed_ns = nanoseconds(answer.stx_atime);
  facts.modified_ns = nanoseconds(answer.stx_mtime);
  facts.changed_ns = nanoseconds(answer.stx_ctime);
  facts.born_ns = nanoseconds(answer.stx_btime);
  return facts;
}

}  // namespace io
