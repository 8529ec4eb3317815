// Sees who else changes the files of some directories, without privilege (fanotify(7), since Linux 5.13).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "descriptor.h"

namespace io {

// What happened in the watched directories since the last look.
struct DirectoryChanges {
  uint64_t others = 0;  // events by other processes, and their number only: who they are is root's to know
  bool made_directory = false;  // by this process: there may be more to watch now
  bool lost = false;  // more happened than the queue holds
};

// Watches directories one by one, and what happens to the files in them by their names. Changes of this very process are passed over.
class DirectoryWatch {
 public:
  // Throws Failure: EPERM before Linux 5.13, ENOSYS without fanotify.
  DirectoryWatch();

  // Watches one more directory; a second time does nothing. Throws Failure: ENOENT, ENOSPC where too many are watched.
  void add(const std::string& directory);

  DirectoryChanges drain();

 private:
  Descriptor queue_;
};

}  // namespace io
