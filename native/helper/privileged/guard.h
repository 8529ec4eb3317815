// Cuts off a user's FUSE server that does not answer: otherwise this program could wait for it for ever, inside of the
// kernel, and undo nothing.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <mutex>
#include <thread>

#include "../../io/descriptor.h"

namespace helper {

// A switch of a FUSE connection (Documentation/filesystems/fuse.rst, "fusectl"), open for writing. `device` is the minor
// number of what is mounted. Throws io::Failure.
io::Descriptor open_abort_switch(unsigned device);

// Every request of the connection fails from now on; whoever waits for one goes on.
void abort_connection(const io::Descriptor& abort_switch) noexcept;

class Guard {
 public:
  Guard() = default;
  ~Guard();
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

  // Looks after a connection until `forget`.
  void look_after(const io::Descriptor& abort_switch);
  void forget(const io::Descriptor& abort_switch) noexcept;

  // While one lives, this program is at work, and must be done in time: 0 for as long as it takes.
  class Work {
   public:
    Work(Guard& guard, uint32_t milliseconds);
    ~Work();
    Work(const Work&) = delete;
    Work& operator=(const Work&) = delete;

   private:
    Guard& guard_;
    uint64_t before_;
  };

 private:
  void attend();
  void cut_off();

  std::atomic<uint64_t> deadline_ms_{0};
  std::atomic<bool> is_over_{false};
  std::mutex mutex_;
  std::list<int> switches_;
  std::thread attendant_;
};

}  // namespace helper
