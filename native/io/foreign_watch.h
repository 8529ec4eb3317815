// Sees who else changes a mounted filesystem (fanotify(7)).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "descriptor.h"

namespace io {

struct ForeignChange {
  pid_t thread;  // who made it, as this process's pid namespace numbers threads (0: somebody outside it)
  uint64_t mask;  // FAN_*
};

// Watches a whole filesystem, through whichever mount it is reached. Events carry file handles instead of open files,
// since an open file would keep an unlinked inode, and so its blocks, alive until the event is read.
class ForeignWatch {
 public:
  // Throws Failure: EPERM without CAP_SYS_ADMIN, ENOSYS without fanotify, EOPNOTSUPP or ENODEV where the filesystem
  // has no file handles.
  ForeignWatch(const std::string& mount_point, pid_t own_thread);

  // Changes made since the last call by anyone but the thread `own_thread`: this process's other threads count too.
  std::vector<ForeignChange> drain();

 private:
  Descriptor queue_;
  pid_t own_thread_;
  std::string mount_point_;
};

}  // namespace io
