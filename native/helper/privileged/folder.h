// A lab's own folder: the only place in the tree of files where the helper touches anything.
#pragma once

#include <sys/types.h>

#include <string>

#include "../../io/descriptor.h"
#include "caller.h"

namespace helper {

// A private directory (mode 0700) of the caller's whose name begins with "untorn-", held open: whatever becomes of its
// path afterwards, names are looked up in this very directory.
class Folder {
 public:
  // `path` is absolute and holds no link. Throws Refused, io::Failure.
  Folder(const std::string& path, const Caller& caller);

  // A regular file of the caller's, directly in the folder, opened for reading and writing.
  io::Descriptor open_file(const std::string& name) const;
  // A directory of the caller's, directly in the folder, on which nothing is mounted (O_PATH).
  io::Descriptor open_directory(const std::string& name) const;

  int descriptor() const { return directory_.get(); }
  const std::string& path() const { return path_; }
  uid_t owner() const { return caller_.uid; }
  // The last part of the path.
  std::string name() const;

 private:
  io::Descriptor open(const std::string& name, int flags, mode_t type) const;

  std::string path_;
  Caller caller_;
  io::Descriptor directory_;
  dev_t device_ = 0;
};

// Throws Refused unless `name` is one plain part of a path: letters, digits, dot, hyphen, underscore.
void require_plain_name(const std::string& name);

}  // namespace helper
