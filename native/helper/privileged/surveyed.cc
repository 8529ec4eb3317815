#include "surveyed.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "../../io/beneath.h"
#include "../../io/failure.h"
#include "kernel_files.h"
#include "wire.h"

namespace helper {
namespace {

constexpr long kXfsMagic = 0x58465342;
constexpr uint64_t kXfsSuperblockBytes = 512;
constexpr uint64_t kSuperblockOffset = 1024;
constexpr uint64_t kSuperblockBytes = 1024;
constexpr uint16_t kExt4Magic = 0xef53;
constexpr uint32_t kMetaBlockGroups = 0x10;  // INCOMPAT_META_BG
constexpr uint32_t k64Bit = 0x80;            // INCOMPAT_64BIT
constexpr uint16_t kInodesNeverWritten = 1;  // BG_INODE_UNINIT
constexpr uint16_t kBlocksNeverWritten = 2;  // BG_BLOCK_UNINIT
constexpr uint32_t kExtents = 0x80000;       // EXT4_EXTENTS_FL
constexpr uint32_t kInlineData = 0x10000000;
constexpr uint16_t kExtentMagic = 0xf30a;
constexpr uint64_t kJournalInode = 8;
constexpr size_t kBlockMapOffset = 0x28;
constexpr size_t kDirectBlocks = 12;
constexpr uint64_t kMostGroups = 1 << 20;
constexpr uint32_t kMostReadBytes = 64 * 1024;

uint16_t u16(const std::vector<uint8_t>& bytes, size_t at) {
  return static_cast<uint16_t>(bytes[at] | bytes[at + 1] << 8);
}
uint32_t u32(const std::vector<uint8_t>& bytes, size_t at) {
  return u16(bytes, at) | static_cast<uint32_t>(u16(bytes, at + 2)) << 16;
}

bool is_within(uint64_t offset, uint64_t length, uint64_t from, uint64_t bytes) {
  return offset >= from && length <= bytes && offset - from <= bytes - length;
}

}  // namespace

Surveyed::Surveyed(const std::string& path, const std::string& name, const Caller& caller) : caller_(caller.uid) {
  const Folder folder(path, caller);
  const io::Descriptor found = folder.open_directory(name);
  directory_ = io::Descriptor(::openat(found.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory_.is_open()) io::fail("openat", path + "/" + name);
  struct stat facts {};
  if (::fstat(directory_.get(), &facts) != 0) io::fail("fstat", path);
  struct statfs kind {};
  if (::fstatfs(directory_.get(), &kind) != 0) io::fail("fstatfs", path);
  is_ext4_ = kind.f_type == EXT4_SUPER_MAGIC;
  if (!is_ext4_ && kind.f_type != kXfsMagic) throw Refused(path + " lies neither on ext4 nor on XFS");
  inode_ = facts.st_ino;
  open_device(facts.st_dev);
  if (!is_ext4_) return;
  read_geometry();
  list_bitmaps();
  require_own_directory();
}

// The device that the filesystem itself names: for both of them it is st_dev (fs/super.c, set_bdev_super()).
void Surveyed::open_device(dev_t number) {
  const std::string sysfs = "/sys/dev/block/" + std::to_string(major(number)) + ":" + std::to_string(minor(number));
  const std::string event = read_kernel_file(sysfs + "/uevent");
  const std::string label = "DEVNAME=";
  const size_t at = event.find(label);
  if (at == std::string::npos) throw Refused("the filesystem lies on no device of its own");
  const size_t from = at + label.size();
  kernel_name_ = event.substr(from, event.find('\n', from) - from);
  const std::string path = "/dev/" + kernel_name_;
  std::replace(kernel_name_.begin(), kernel_name_.end(), '/', '!');
  device_ = io::Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW));
  if (!device_.is_open()) io::fail("open", path);
  struct stat facts {};
  if (::fstat(device_.get(), &facts) != 0) io::fail("fstat", path);
  if (!S_ISBLK(facts.st_mode) || facts.st_rdev != number) throw Refused(path + " is another device");
  if (::ioctl(device_.get(), BLKGETSIZE64, &size_bytes_) != 0) io::fail("ioctl BLKGETSIZE64", path);
}

std::vector<uint8_t> Surveyed::bytes_at(uint64_t offset_bytes, size_t length_bytes) const {
  std::vector<uint8_t> bytes(length_bytes);
  for (size_t done = 0; done < length_bytes;) {
    const ssize_t got =
        ::pread(device_.get(), bytes.data() + done, length_bytes - done, static_cast<off_t>(offset_bytes + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) io::fail("pread", kernel_name_);
    if (got == 0) throw Refused("the filesystem goes on behind the end of its device");
    done += static_cast<size_t>(got);
  }
  return bytes;
}

// Documentation/filesystems/ext4/super.rst. A filesystem that is mounted has been looked at by the kernel; what is used here is checked
// again all the same.
void Surveyed::read_geometry() {
  const std::vector<uint8_t> superblock = bytes_at(kSuperblockOffset, kSuperblockBytes);
  if (u16(superblock, 0x38) != kExt4Magic) throw Refused("there is no ext4 on the device");
  const uint32_t features = u32(superblock, 0x60);
  if ((features & kMetaBlockGroups) != 0) throw Refused("ext4 with meta_bg is not surveyed");
  const bool is_64_bit = (features & k64Bit) != 0;
  const uint32_t block_bits = u32(superblock, 0x18);
  const uint64_t blocks_per_group = u32(superblock, 0x20);
  geometry_.inodes_per_group = u32(superblock, 0x28);
  geometry_.inode_bytes = u16(superblock, 0x58);
  geometry_.descriptor_bytes = is_64_bit ? u16(superblock, 0xfe) : 32;
  geometry_.first_block = u32(superblock, 0x14);
  geometry_.blocks = u32(superblock, 0x4) | (is_64_bit ? static_cast<uint64_t>(u32(superblock, 0x150)) << 32 : 0);
  geometry_.block_bytes = uint64_t{1024} << std::min<uint32_t>(block_bits, 6);
  // The reserved one alone: a number that somebody has written there must not show another's row.
  geometry_.journal_inode = u32(superblock, 0xe0) == kJournalInode ? kJournalInode : 0;
  const uint64_t block_bytes = geometry_.block_bytes;
  const bool is_sound = block_bits <= 6 && blocks_per_group > 0 && blocks_per_group <= block_bytes * 8 * 65536 &&
                        geometry_.inodes_per_group > 0 && geometry_.inodes_per_group <= block_bytes * 8 &&
                        geometry_.inode_bytes >= 128 && geometry_.inode_bytes <= block_bytes &&
                        (geometry_.inode_bytes & (geometry_.inode_bytes - 1)) == 0 &&
                        (geometry_.descriptor_bytes == 32 || geometry_.descriptor_bytes == 64) &&
                        geometry_.blocks > geometry_.first_block && geometry_.blocks <= size_bytes_ / block_bytes;
  if (!is_sound) throw Refused("the superblock is damaged");
  geometry_.groups = (geometry_.blocks - geometry_.first_block + blocks_per_group - 1) / blocks_per_group;
  if (geometry_.groups > kMostGroups || (inode_ - 1) / geometry_.inodes_per_group >= geometry_.groups)
    throw Refused("the filesystem is too large to be surveyed");
}

std::vector<uint8_t> Surveyed::descriptor_of(uint64_t group) const {
  const uint64_t table = (geometry_.first_block + 1) * geometry_.block_bytes;
  return bytes_at(table + group * geometry_.descriptor_bytes, geometry_.descriptor_bytes);
}

// A bitmap lies where it lies for as long as the filesystem is mounted.
void Surveyed::list_bitmaps() {
  const uint64_t bytes = geometry_.descriptor_bytes;
  const std::vector<uint8_t> all = bytes_at((geometry_.first_block + 1) * geometry_.block_bytes, geometry_.groups * bytes);
  for (uint64_t group = 0; group < geometry_.groups; group++) {
    const size_t at = group * bytes;
    const uint64_t high_blocks = bytes == 64 ? u32(all, at + 0x20) : 0;
    const uint64_t high_inodes = bytes == 64 ? u32(all, at + 0x24) : 0;
    bitmaps_.push_back({u32(all, at) | high_blocks << 32, static_cast<uint32_t>(group), false});
    bitmaps_.push_back({u32(all, at + 4) | high_inodes << 32, static_cast<uint32_t>(group), true});
  }
  std::sort(bitmaps_.begin(), bitmaps_.end());
}

uint64_t Surveyed::row_offset(uint64_t inode) const {
  const uint64_t index = inode - 1;
  const std::vector<uint8_t> descriptor = descriptor_of(index / geometry_.inodes_per_group);
  const uint64_t high = geometry_.descriptor_bytes == 64 ? u32(descriptor, 0x28) : 0;
  const uint64_t table = u32(descriptor, 8) | high << 32;
  if (table >= geometry_.blocks) throw Refused("a group descriptor is damaged");
  return table * geometry_.block_bytes + index % geometry_.inodes_per_group * geometry_.inode_bytes;
}

bool Surveyed::is_row_of(uint64_t inode, uint64_t offset_bytes, uint64_t length_bytes) const {
  return is_within(offset_bytes, length_bytes, row_offset(inode), geometry_.inode_bytes);
}

// What the disk says of the owner: a mount may show another one (MOUNT_ATTR_IDMAP).
void Surveyed::require_own_directory() const {
  const std::vector<uint8_t> row = bytes_at(row_offset(inode_), 128);
  const uid_t owner = u16(row, 2) | static_cast<uid_t>(u16(row, 0x78)) << 16;
  if (!S_ISDIR(u16(row, 0)) || owner != caller_) throw Refused("the directory belongs to somebody else on its device");
}

// The directory is held open: its blocks are its own for as long as that is so, and the kernel clears each before it is used.
bool Surveyed::is_directory_block(uint64_t block) const {
  const std::vector<uint8_t> row = bytes_at(row_offset(inode_), 128);
  const uint32_t flags = u32(row, 0x20);
  if ((flags & kInlineData) != 0) return false;
  if ((flags & kExtents) == 0) {
    for (size_t i = 0; i < kDirectBlocks; i++) {
      if (block != 0 && u32(row, kBlockMapOffset + 4 * i) == block) return true;
    }
    return false;
  }
  // Extents in the inode itself, four at most: a directory of more pieces is not surveyed.
  if (u16(row, kBlockMapOffset) != kExtentMagic || u16(row, kBlockMapOffset + 6) != 0) return false;
  const size_t count = std::min<size_t>(u16(row, kBlockMapOffset + 2), 4);
  for (size_t i = 1; i <= count; i++) {
    const size_t at = kBlockMapOffset + 12 * i;
    const uint64_t length = u16(row, at + 4);
    const uint64_t first = u32(row, at + 8) | static_cast<uint64_t>(u16(row, at + 6)) << 32;
    // More than 32768 blocks say that they are unwritten.
    if (length <= 32768 && block >= first && block - first < length) return true;
  }
  return false;
}

// Before it is written first, the block may hold what somebody's file held.
bool Surveyed::is_never_written(const Bitmap& bitmap) const {
  const uint16_t flags = u16(descriptor_of(bitmap.group), 0x12);
  return (flags & (bitmap.is_of_inodes ? kInodesNeverWritten : kBlocksNeverWritten)) != 0;
}

std::vector<uint8_t> Surveyed::read(uint64_t offset_bytes, uint32_t length_bytes) const {
  if (length_bytes == 0 || length_bytes > kMostReadBytes) throw Refused("a look has from 1 to 65536 bytes");
  if (!is_ext4_) {
    if (!is_within(offset_bytes, length_bytes, 0, kXfsSuperblockBytes))
      throw Refused("of an XFS that is mounted its superblock is shown, and nothing else");
    return bytes_at(offset_bytes, length_bytes);
  }
  // A boot sector, perhaps; nobody needs it.
  if (is_within(offset_bytes, length_bytes, 0, kSuperblockOffset)) return std::vector<uint8_t>(length_bytes);
  const uint64_t block_bytes = geometry_.block_bytes;
  const uint64_t table = (geometry_.first_block + 1) * block_bytes;
  const uint64_t table_bytes =
      (geometry_.groups * geometry_.descriptor_bytes + block_bytes - 1) / block_bytes * block_bytes;
  const bool is_plain = is_within(offset_bytes, length_bytes, kSuperblockOffset, kSuperblockBytes) ||
                        is_within(offset_bytes, length_bytes, table, table_bytes) ||
                        is_row_of(inode_, offset_bytes, length_bytes) ||
                        (geometry_.journal_inode != 0 && is_row_of(geometry_.journal_inode, offset_bytes, length_bytes));
  if (is_plain) return bytes_at(offset_bytes, length_bytes);
  const uint64_t block = offset_bytes / block_bytes;
  if (block < geometry_.blocks && is_within(offset_bytes, length_bytes, block * block_bytes, block_bytes)) {
    const auto bitmap = std::lower_bound(bitmaps_.begin(), bitmaps_.end(), Bitmap{block, 0, false});
    if (bitmap != bitmaps_.end() && bitmap->block == block)
      return is_never_written(*bitmap) ? std::vector<uint8_t>(length_bytes) : bytes_at(offset_bytes, length_bytes);
    if (is_directory_block(block)) return bytes_at(offset_bytes, length_bytes);
  }
  throw Refused("of a mounted ext4 nothing is shown but superblock, descriptors, bitmaps and the directory itself");
}

}  // namespace helper
