#include "mount.h"

#include <fcntl.h>
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

void sync_filesystem(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) fail("open", path);
  if (::syncfs(file.get()) != 0) fail("syncfs", path);
}

}  // namespace io
