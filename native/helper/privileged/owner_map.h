#pragma once

#include <sys/types.h>

#include "../../io/descriptor.h"

namespace helper {

struct Owners {
  uid_t user_on_disk;
  uid_t user_shown;
  gid_t group_on_disk;
  gid_t group_shown;
};

// Shows files of one owner as another's on a mount that lies nowhere yet; what is made there is written as the first
// one's. Throws io::Failure.
void map_owners(const io::Descriptor& mount, const Owners& owners);

}  // namespace helper
