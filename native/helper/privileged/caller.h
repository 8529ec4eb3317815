// For whom the helper works, and how it makes itself small before it listens.
#pragma once

#include <sys/types.h>

namespace helper {

struct Caller {
  uid_t uid;
  gid_t gid;  // until the greeting says with which group he works
};

// The user who asked pkexec or sudo to start this program; throws Refused where it was started otherwise, or without
// being root.
Caller identify_caller();

// Empties the environment, closes what was inherited beside the three standard descriptors, leaves no core, goes when
// its parent goes, and stays on CPU 0, from where a plan's calls come too.
void settle_down();

}  // namespace helper
