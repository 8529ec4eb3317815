// A storm's writer over io_uring: several writes in flight from one thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "storm_lane.h"

namespace io {

class Storm::Ring {
 public:
  // Throws Failure: ENOSYS where this build or this kernel has no io_uring, EPERM where it is switched off.
  Ring(Storm& storm, int writer);
  ~Ring();

  void work();

 private:
  struct State;

  std::unique_ptr<State> state_;
};

}  // namespace io
