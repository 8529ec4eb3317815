#include "loop_source.h"

#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include "../../io/failure.h"
#include "../../io/loop.h"
#include "kernel_files.h"

namespace helper {
namespace {

// What drivers/block/loop.c takes anywhere; the page size is the most.
bool is_sector_size(uint32_t bytes) { return bytes == 512 || bytes == 1024 || bytes == 2048 || bytes == 4096; }

}  // namespace

LoopSource::LoopSource(const Folder& folder, const LoopWish& wish) {
  if (!is_sector_size(wish.logical_block_bytes)) throw Refused("a loop device has no such logical blocks");
  const io::Descriptor backing = folder.open_file(wish.file);
  struct stat facts {};
  if (::fstat(backing.get(), &facts) != 0) io::fail("fstat", wish.file);
  backing_device_ = facts.st_dev;
  backing_inode_ = facts.st_ino;
  io::LoopRequest request;
  request.backing_path = folder.path() + "/" + wish.file;
  request.logical_block_bytes = wish.logical_block_bytes;
  request.direct_io = wish.direct_io;
  const io::LoopDevice device = io::attach_loop(request, backing);
  adopt(device.number, device.path, device.device.get(), wish.rotational);
}

// As main/lab does it where it is root itself; why, is told there (request-holding.ts).
void LoopSource::adopt(int loop_number, const std::string& path, int device, Rotational rotational) {
  loop_number_ = loop_number;
  path_ = path;
  try {
    struct stat facts {};
    if (::fstat(device, &facts) != 0) io::fail("fstat", path_);
    number_ = facts.st_rdev;
    const std::string queue = sysfs_folder() + "queue/";
    write_kernel_file_where_possible(queue + "nomerges", "2");
    write_kernel_file_where_possible(queue + "wbt_lat_usec", "0");
    if (rotational != Rotational::kInherited)
      write_kernel_file(queue + "rotational", rotational == Rotational::kYes ? "1" : "0");
    is_rotational_ = read_kernel_file(queue + "rotational") == "1";
  } catch (...) {
    io::detach_loop(path_);
    throw;
  }
}

bool LoopSource::is_ours(const io::Descriptor& device) const {
  loop_info64 info{};
  if (::ioctl(device.get(), LOOP_GET_STATUS64, &info) != 0) return false;
  return info.lo_device == backing_device_ && info.lo_inode == backing_inode_;
}

void LoopSource::undo(bool) {
  if (loop_number_ < 0) return;
  // Looked at while it is open: nobody can give its number to another file then.
  const io::Descriptor device(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
  if (!device.is_open() || !is_ours(device)) return;
  write_kernel_file_where_possible(sysfs_folder() + "queue/nomerges", "0");
  write_kernel_file_where_possible(sysfs_folder() + "queue/wbt_lat_usec", "-1");
  io::detach_loop(device, path_);
}

}  // namespace helper
