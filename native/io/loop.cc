#include "loop.h"

#include <fcntl.h>
#include <linux/loop.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "failure.h"

namespace io {
namespace {

// struct loop_config and LOOP_CONFIGURE came with 5.8; older headers lack them.
struct LoopConfig {
  uint32_t fd;
  uint32_t block_size;
  loop_info64 info;
  uint64_t reserved[8];
};
constexpr unsigned long kLoopConfigure = 0x4C0A;
constexpr uint32_t kFlagReadOnly = 1;
constexpr uint32_t kFlagAutoClear = 4;
constexpr uint32_t kFlagDirectIo = 16;

constexpr int kRaceRetries = 256;

bool lost_race(int error) { return error == EBUSY || error == ENXIO || error == ENOENT; }

LoopConfig config_of(const LoopRequest& request, int backing) {
  LoopConfig config{};
  config.fd = static_cast<uint32_t>(backing);
  config.block_size = request.logical_block_bytes;
  if (request.read_only) config.info.lo_flags |= kFlagReadOnly;
  if (request.auto_clear) config.info.lo_flags |= kFlagAutoClear;
  if (request.direct_io) config.info.lo_flags |= kFlagDirectIo;
  const size_t shown = std::min(request.backing_path.size(), static_cast<size_t>(LO_NAME_SIZE - 1));
  std::memcpy(config.info.lo_file_name, request.backing_path.data(), shown);
  return config;
}

}  // namespace

LoopDevice attach_loop(const LoopRequest& request) {
  const int access = request.read_only ? O_RDONLY : O_RDWR;
  const Descriptor backing(::open(request.backing_path.c_str(), access | O_CLOEXEC));
  if (!backing.is_open()) fail("open", request.backing_path);
  return attach_loop(request, backing);
}

LoopDevice attach_loop(const LoopRequest& request, const Descriptor& backing) {
  return attach_loop(request, [&](int device) { return configure_loop(request, device, backing.get()); });
}

LoopDevice attach_loop(const LoopRequest& request, const std::function<int(int device)>& configure) {
  const int access = request.read_only ? O_RDONLY : O_RDWR;
  const Descriptor control(::open("/dev/loop-control", O_RDWR | O_CLOEXEC));
  if (!control.is_open()) fail("open", "/dev/loop-control");

  for (int attempt = 0;; attempt++) {
    const int number = ::ioctl(control.get(), LOOP_CTL_GET_FREE);
    if (number < 0) fail("ioctl LOOP_CTL_GET_FREE", "/dev/loop-control");
    const std::string path = "/dev/loop" + std::to_string(number);
    Descriptor device(::open(path.c_str(), access | O_CLOEXEC));
    if (!device.is_open()) {
      if (attempt < kRaceRetries && lost_race(errno)) continue;
      fail("open", path);
    }
    const int error = configure(device.get());
    if (error == 0) return {number, path, std::move(device)};
    if (attempt >= kRaceRetries || !lost_race(error)) throw Failure(error, "ioctl LOOP_CONFIGURE", path);
  }
}

int configure_loop(const LoopRequest& request, int device, int backing) {
  LoopConfig config = config_of(request, backing);
  return ::ioctl(device, kLoopConfigure, &config) == 0 ? 0 : errno;
}

void detach_loop(const std::string& device_path) {
  const Descriptor device(::open(device_path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!device.is_open()) fail("open", device_path);
  detach_loop(device, device_path);
}

void detach_loop(const Descriptor& device, const std::string& device_path) {
  if (::ioctl(device.get(), LOOP_CLR_FD) != 0) fail("ioctl LOOP_CLR_FD", device_path);
}

}  // namespace io
