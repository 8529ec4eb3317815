// Names inside a directory that cannot lead out of it: no link is followed, no ".." leaves it (openat2(2)).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "descriptor.h"

namespace io {

// Opens `name` beneath `root`; returns the descriptor, or -1 with errno set. O_CLOEXEC is added.
int open_beneath(int root, const std::string& name, int flags, mode_t mode = 0);

// mkdir(2) and unlink(2) of `name` beneath `root`: 0, or -1 with errno set.
int make_directory_beneath(int root, const std::string& name, mode_t mode);
int unlink_beneath(int root, const std::string& name);

}  // namespace io
