#pragma once

#include <memory>
#include <vector>

#include "../../io/foreign_watch.h"
#include "mounted.h"
#include "surveyed.h"

namespace helper {

// Sees who else changes a mounted filesystem of the session's.
class Watching : public Resource {
 public:
  // `own_thread` is the one that may change it. Throws io::Failure.
  Watching(const Mounted& mounted, pid_t own_thread);
  // Of a filesystem that is everybody's it only tells that somebody changed something, not who: as thread 0.
  Watching(const Surveyed& surveyed, pid_t own_thread);

  // Threads that changed something since the last look, each once; at most as many as fit into a message.
  std::vector<uint32_t> drain();
  void undo(bool) override { watch_.reset(); }

 private:
  std::unique_ptr<io::ForeignWatch> watch_;
  bool is_anonymous_ = false;
};

}  // namespace helper
