#include "claimed_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "../../io/block_device.h"
#include "../../io/failure.h"
#include "../../io/page_memory.h"
#include "../../io/transfer.h"
#include "device_facts.h"
#include "signature.h"

namespace helper {
namespace {

constexpr uint64_t kMostStepBytes = 64 * 1024 * 1024;
constexpr uint32_t kMostVectors = 1024;  // IOV_MAX
constexpr const char* kOnlyFile = "device";

constexpr uint32_t kAllowedFlags = io::kRwfAtomic | io::kRwfDsync | io::kRwfSync;

// Absolute and without links; empty where there is no such file.
std::string canonical(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), std::free);
  return real == nullptr ? std::string() : std::string(real.get());
}

void require_agreement(const DeviceFacts& facts, const std::string& path, const std::string& destroy) {
  const bool has_name = !facts.serial.empty() || !facts.wwn.empty();
  const bool is_named = has_name ? !destroy.empty() && (destroy == facts.serial || destroy == facts.wwn)
                                 : !destroy.empty() && destroy.front() == '/' && canonical(destroy) == path;
  if (!is_named) throw Refused(path + " is not the device that was named the second time");
}

}  // namespace

ClaimedSource::ClaimedSource(const ClaimWish& wish) {
  if (wish.path.empty() || wish.path.front() != '/') throw Refused("the device's path is not absolute");
  path_ = canonical(wish.path);
  // Only there are names root's own.
  if (path_.rfind("/dev/", 0) != 0) throw Refused(wish.path + " is no device in /dev");
  struct stat facts {};
  if (::lstat(path_.c_str(), &facts) != 0) io::fail("lstat", path_);
  if (!S_ISBLK(facts.st_mode)) throw Refused(path_ + " is not a block device");
  number_ = facts.st_rdev;
  const DeviceFacts device = device_facts(number_);
  require_agreement(device, path_, wish.destroy);
  if (!device.users.empty()) throw Refused(path_ + " is in use: " + device.users);
  hold();
  const io::BlockDeviceFacts limits = io::block_device_facts(path_);
  if (limits.read_only) throw Refused(path_ + " is read-only");
  if (limits.size_bytes == 0) throw Refused(path_ + " has no medium");
  size_bytes_ = limits.size_bytes;
  logical_sector_bytes_ = limits.logical_sector_bytes;
  is_rotational_ = limits.rotational;
  if (wish.overwrite) return;
  if (device.is_partitioned) throw Refused(path_ + " has partitions");
  const std::string signature = signature_on(path_);
  if (!signature.empty()) throw Refused(path_ + " holds " + signature);
}

std::string ClaimedSource::kernel_name() const {
  std::string name = path_.substr(std::strlen("/dev/"));
  const std::string link =
      canonical("/sys/dev/block/" + std::to_string(major(number_)) + ":" + std::to_string(minor(number_)));
  if (!link.empty()) name = link.substr(link.rfind('/') + 1);
  return name;
}

// Exclusively (O_EXCL): no mount, no dm, no md can take it meanwhile.
void ClaimedSource::hold() {
  if (device_.is_open()) return;
  device_ = io::Descriptor(::open(path_.c_str(), O_RDWR | O_EXCL | O_DIRECT | O_CLOEXEC | O_NONBLOCK));
  if (!device_.is_open() && errno == EBUSY) throw Refused(path_ + " is in use by somebody who holds it for himself alone");
  if (!device_.is_open()) io::fail("open", path_);
  struct stat facts {};
  if (::fstat(device_.get(), &facts) != 0) io::fail("fstat", path_);
  if (!S_ISBLK(facts.st_mode) || facts.st_rdev != number_) throw Refused(path_ + " has become another device");
  // Not by its path: that leads to this very device for as long as it is held.
  bench_.enter_device("/proc/self/fd/" + std::to_string(device_.get()));
}

void ClaimedSource::let_go() {
  bench_.leave();
  device_.close();
}

std::vector<uint8_t> ClaimedSource::read(uint64_t offset_bytes, uint32_t length_bytes) {
  if (length_bytes == 0 || length_bytes > kMostDataBytes) throw Refused("a read has from 1 to 1048576 bytes");
  if (offset_bytes > INT64_MAX) throw Refused("there is no such offset");
  hold();
  io::PageMemory memory;
  memory.reserve(length_bytes, 0);
  const ssize_t got = ::pread(device_.get(), memory.data(), length_bytes, static_cast<off_t>(offset_bytes));
  if (got < 0) io::fail("pread", path_);
  return std::vector<uint8_t>(memory.data(), memory.data() + got);
}

uint32_t ClaimedSource::write(uint64_t offset_bytes, uint32_t flags, const std::vector<uint8_t>& data) {
  if ((flags & ~kAllowedFlags) != 0) throw Refused("a write has no such flags");
  if (data.empty() || data.size() > kMostDataBytes) throw Refused("a write has from 1 to 1048576 bytes");
  if (offset_bytes > INT64_MAX) throw Refused("there is no such offset");
  hold();
  io::PageMemory memory;
  memory.reserve(data.size(), 0);
  std::memcpy(memory.data(), data.data(), data.size());
  const io::VectorLayout layout(data.size(), 1);
  const int64_t written = io::write_vectors(device_.get(), memory.data(), layout, static_cast<int64_t>(offset_bytes),
                                            static_cast<int>(flags));
  if (written < 0) io::fail("pwritev2", path_);
  return static_cast<uint32_t>(written);
}

io::StepResult ClaimedSource::step(const DeviceStep& step) {
  if (is_mounted) throw Refused(path_ + " is mounted");
  hold();
  if (step.operation == DeviceOperation::kFsync) return bench_.fsync(kOnlyFile);
  if (step.operation == DeviceOperation::kClose) return bench_.close(kOnlyFile);
  if ((step.flags & ~kAllowedFlags) != 0) throw Refused("a write has no such flags");
  if (step.length_bytes > kMostStepBytes) throw Refused("one write of a plan on a device has at most 64 MiB here");
  if (step.offset_bytes > INT64_MAX) throw Refused("there is no such offset");
  if (step.vectors == 0 || step.vectors > kMostVectors || step.length_bytes % step.vectors != 0)
    throw Refused("a write has from 1 to 1024 vectors, which divide it");
  return bench_.write({kOnlyFile, static_cast<int64_t>(step.offset_bytes), static_cast<size_t>(step.length_bytes),
                       step.vectors, step.direct, static_cast<int>(step.flags)});
}

}  // namespace helper
