// Loop devices by their ioctls (drivers/block/loop.c): no losetup, no search by name.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "descriptor.h"

namespace io {

struct LoopRequest {
  std::string backing_path;
  uint32_t logical_block_bytes = 512;
  bool direct_io = false;   // bypass the page cache of the backing file's filesystem
  bool read_only = false;
  bool auto_clear = false;  // the kernel detaches it at the last close
};

struct LoopDevice {
  int number;
  std::string path;
  Descriptor device;  // keeps an auto-clear device alive
};

// Attaches the file to a free loop device, which is found anew when another process was quicker. Throws Failure.
LoopDevice attach_loop(const LoopRequest& request);
// The same for a file that is open already: its path is only shown.
LoopDevice attach_loop(const LoopRequest& request, const Descriptor& backing);
// The same where somebody else makes the call: `configure` gets a free device, open, and answers 0 or errno, for example
// by configure_loop() in a process whose user may look at the file. Throws Failure.
LoopDevice attach_loop(const LoopRequest& request, const std::function<int(int device)>& configure);
// LOOP_CONFIGURE of an open device; 0 or errno.
int configure_loop(const LoopRequest& request, int device, int backing);

// Detaches; the kernel does so at the last close where it is still open or mounted. Throws Failure (ENXIO: not attached).
void detach_loop(const std::string& device_path);
// The same for a device that is open: what was seen of it since cannot have become somebody else's.
void detach_loop(const Descriptor& device, const std::string& device_path);

}  // namespace io
