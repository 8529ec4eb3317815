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
  loop_number_ = device.number;
  path_ = device.path;
  try {
    if (::fstat(device.device.get(), &facts) != 0) io::fail("fstat", path_);
    number_ = facts.st_rdev;
    set_up(wish.rotational);
  } catch (...) {
    undo(true);
    throw;
  }
}

// As main/lab does it where it is root itself; why, is told there (request-holding.ts).
void LoopSource::set_up(Rotational rotational) {
  const std::string queue = "/sys/block/" + kernel_name() + "/queue/";
  write_kernel_file_where_possible(queue + "nomerges", "2");
  write_kernel_file_where_possible(queue + "wbt_lat_usec", "0");
  if (rotational != Rotational::kInherited)
    write_kernel_file(queue + "rotational", rotational == Rotational::kYes ? "1" : "0");
  is_rotational_ = read_kernel_file(queue + "rotational") == "1";
}

bool LoopSource::is_ours() const {
  const io::Descriptor device(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
  loop_info64 info{};
  if (!device.is_open() || ::ioctl(device.get(), LOOP_GET_STATUS64, &info) != 0) return false;
  return info.lo_device == backing_device_ && info.lo_inode == backing_inode_;
}

void LoopSource::undo(bool) {
  if (loop_number_ < 0 || !is_ours()) return;
  const std::string queue = "/sys/block/" + kernel_name() + "/queue/";
  write_kernel_file_where_possible(queue + "nomerges", "0");
  write_kernel_file_where_possible(queue + "wbt_lat_usec", "-1");
  io::detach_loop(path_);
}

}  // namespace helper
