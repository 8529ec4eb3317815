#pragma once

#include <memory>
#include <string>

#include "caller.h"
#include "folder.h"
#include "resource.h"

namespace helper {

struct MountWish {
  std::string filesystem;  // ext4 or xfs
  std::string point;       // directory in the lab's folder
  std::string options;     // judged already
};

// A lab's filesystem, mounted in the lab's folder: nosuid, nodev, noexec. Who owns its root directory is the caller: where
// another user is written there, the mount shows the caller in his place (mount_setattr(2), MOUNT_ATTR_IDMAP), and what is
// on the disk stays as it is.
class Mounted : public Resource {
 public:
  // Throws Refused, io::Failure.
  Mounted(std::shared_ptr<Folder> folder, std::shared_ptr<Source> source, const MountWish& wish, const Caller& caller);

  const Source& source() const { return *source_; }
  std::string path() const { return folder_->path() + "/" + point_; }
  bool is_ext4() const { return filesystem_ == "ext4"; }

  // FS_IOC_SHUTDOWN with the flags of io::shut_down_filesystem(). Throws io::Failure.
  void shut_down(uint32_t flags) const;
  // The root of the mount, opened for reading. Throws Refused where something else lies there.
  io::Descriptor open_root() const;

  void undo(bool lazily) override;

 private:
  bool is_here() const;
  void give_up_data() const noexcept;

  std::shared_ptr<Folder> folder_;
  std::shared_ptr<Source> source_;
  std::string point_;
  std::string filesystem_;
  uint64_t mount_id_ = 0;
  bool is_mounted_ = false;
};

// Unmounts `name` in an open directory, whatever path leads there by now; where it is in use, `lazily` takes it out of
// sight. Throws io::Failure.
void unmount_in(int folder, const std::string& name, bool lazily);

}  // namespace helper
