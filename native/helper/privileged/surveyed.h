#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "../../io/descriptor.h"
#include "folder.h"
#include "resource.h"

namespace helper {

// What a prediction has to know of a mounted filesystem that is not the session's own, for a run in a directory that the
// caller has made there: where blocks and inodes are free, and what is in that directory. Of an ext4 these are superblock,
// group descriptors, bitmaps, the row of the directory's inode and its blocks, and the row of the journal's inode; of an XFS its
// superblock. No other byte of the device is read for anybody: not file data, not other inodes, not the names in other directories, not
// what is in the journal.
class Surveyed : public Resource {
 public:
  // `path`: as for a lab's folder; `name`: the directory in it. Throws Refused, io::Failure.
  Surveyed(const std::string& path, const std::string& name, const Caller& caller);

  uint64_t size_bytes() const { return size_bytes_; }
  bool is_ext4() const { return is_ext4_; }
  // As the kernel files it in sysfs and procfs.
  const std::string& kernel_name() const { return kernel_name_; }
  // The directory, open for reading.
  const io::Descriptor& directory() const { return directory_; }

  // As the kernel has it in memory (the device's own page cache). Zeros where nothing was ever written. Throws Refused where a
  // byte of it is none of the above.
  std::vector<uint8_t> read(uint64_t offset_bytes, uint32_t length_bytes) const;

  void undo(bool) override {
    directory_.close();
    device_.close();
  }

 private:
  struct Geometry {
    uint64_t block_bytes;
    uint64_t blocks;
    uint64_t first_block;
    uint64_t groups;
    uint64_t inodes_per_group;
    uint64_t inode_bytes;
    uint64_t descriptor_bytes;
    uint64_t journal_inode;  // 0 where there is none
  };
  struct Bitmap {
    uint64_t block;
    uint32_t group;
    bool is_of_inodes;
    bool operator<(const Bitmap& other) const { return block < other.block; }
  };

  void open_device(dev_t number);
  void read_geometry();
  void list_bitmaps();
  void require_own_directory() const;
  std::vector<uint8_t> bytes_at(uint64_t offset_bytes, size_t length_bytes) const;
  std::vector<uint8_t> descriptor_of(uint64_t group) const;
  // Where the row of an inode begins.
  uint64_t row_offset(uint64_t inode) const;
  bool is_row_of(uint64_t inode, uint64_t offset_bytes, uint64_t length_bytes) const;
  // The blocks of the directory, as its inode names them now.
  bool is_directory_block(uint64_t block) const;
  bool is_never_written(const Bitmap& bitmap) const;

  io::Descriptor directory_;
  io::Descriptor device_;
  uid_t caller_;
  ino_t inode_ = 0;
  bool is_ext4_ = false;
  uint64_t size_bytes_ = 0;
  std::string kernel_name_;
  Geometry geometry_{};
  std::vector<Bitmap> bitmaps_;
};

}  // namespace helper
