#include "mount.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "descriptor.h"
#include "failure.h"

namespace io {

void mount_filesystem(const std::string& source, const std::string& target, const std::string& type,
                      unsigned long flags, const std::string& options) {
  if (::mount(source.c_str(), target.c_str(), type.c_str(), flags, options.c_str()) != 0) fail("mount", target);
}

void unmount_filesystem(const std::string& target, int flags) {
  if (::umount2(target.c_str(), flags) != 0) fail("umount2", target);
}

void shut_down_filesystem(const std::string& path, uint32_t flags) {
  // _IOR('X', 125, __u32) of fs/ext4/ext4.h and fs/xfs/libxfs/xfs_fs.h; no header of the system's has it everywhere.
  constexpr unsigned long kShutdown = _IOR('X', 125, uint32_t);
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) fail("open", path);
  if (::ioctl(file.get(), kShutdown, &flags) != 0) fail("ioctl FS_IOC_SHUTDOWN", path);
}

void sync_filesystem(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) fail("open", path);
  if (::syncfs(file.get()) != 0) fail("syncfs", path);
}

}  // namespace io
