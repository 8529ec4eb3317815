#include "block_device.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <cerrno>

#include "descriptor.h"
#include "failure.h"

namespace io {
namespace {

template <typename Value>
Value ask(const Descriptor& device, unsigned long request, const char* name, const std::string& path) {
  Value value{};
  if (::ioctl(device.get(), request, &value) != 0) fail(name, path);
  return value;
}

Descriptor open_device(const std::string& path, int flags) {
  Descriptor device(::open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK));
  if (!device.is_open()) fail("open", path);
  struct stat facts {};
  if (::fstat(device.get(), &facts) != 0) fail("fstat", path);
  if (!S_ISBLK(facts.st_mode)) throw Failure(ENOTBLK, "open", path);
  return device;
}

}  // namespace

BlockDeviceFacts block_device_facts(const std::string& path) {
  const Descriptor device = open_device(path, O_RDONLY);
  BlockDeviceFacts facts{};
  facts.size_bytes = ask<uint64_t>(device, BLKGETSIZE64, "ioctl BLKGETSIZE64", path);
  facts.logical_sector_bytes = static_cast<uint32_t>(ask<int>(device, BLKSSZGET, "ioctl BLKSSZGET", path));
  facts.physical_sector_bytes = ask<uint32_t>(device, BLKPBSZGET, "ioctl BLKPBSZGET", path);
  facts.minimum_io_bytes = ask<uint32_t>(device, BLKIOMIN, "ioctl BLKIOMIN", path);
  facts.optimal_io_bytes = ask<uint32_t>(device, BLKIOOPT, "ioctl BLKIOOPT", path);
  facts.alignment_offset_bytes = ask<int>(device, BLKALIGNOFF, "ioctl BLKALIGNOFF", path);
  facts.rotational = ask<uint16_t>(device, BLKROTATIONAL, "ioctl BLKROTATIONAL", path) != 0;
  facts.read_only = ask<int>(device, BLKROGET, "ioctl BLKROGET", path) != 0;
  return facts;
}

bool can_claim_block_device(const std::string& path) {
  open_device(path, O_RDONLY);
  const Descriptor claimed(::open(path.c_str(), O_RDONLY | O_EXCL | O_CLOEXEC | O_NONBLOCK));
  if (claimed.is_open()) return true;
  if (errno == EBUSY) return false;
  fail("open", path);
}

}  // namespace io
