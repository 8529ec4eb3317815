#pragma once

#include <string>

#include "../../io/descriptor.h"
#include "caller.h"
#include "guard.h"
#include "loop_source.h"

namespace helper {

// A loop device over the disk that a recorder of the caller's shows (native/recorder): the file `disk` on a FUSE mount that
// lies on a directory of the lab's folder. The kernel lets nobody but the caller at what his FUSE server shows, root neither;
// the file is opened, and the device configured, by a process that is nobody but the caller.
class RecordedSource : public LoopSource {
 public:
  // Throws Refused, io::Failure.
  RecordedSource(std::shared_ptr<Folder> folder, const std::string& directory, const Caller& caller, Guard& guard);
  ~RecordedSource() override;

  // Detaches it; `lazily`: the recorder's mount goes too, and with it the recorder.
  void undo(bool lazily) override;

 private:
  bool is_ours(const io::Descriptor& device) const override;
  void drop_mount();

  std::shared_ptr<Folder> folder_;
  std::string directory_;
  Guard& guard_;
  uint64_t mount_id_ = 0;
  std::string disk_sequence_;
  io::Descriptor abort_switch_;
};

}  // namespace helper
