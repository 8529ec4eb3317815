// The FUSE file system in which a Disk shows as one file, `disk`, beside its small side file.
#pragma once

#include <string>

#include "disk.h"

namespace recorder {

// Mounts on `mount_point`, prints "ready" on standard output and serves until unmounted. Requests that wait together
// are all started before the first of them is answered, so that those which a real disk would have in flight at once
// are so here too; nothing is answered before the disk has taken it, which is what holds a fast writer back. Returns
// the program's exit status; its error goes to standard error.
int serve(Disk& disk, const std::string& mount_point);

}  // namespace recorder
