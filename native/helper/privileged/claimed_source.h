#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "../../io/descriptor.h"
#include "../../io/workbench.h"
#include "resource.h"

namespace helper {

struct ClaimWish {
  std::string path;     // of the device, as the caller names it
  std::string destroy;  // the same device once more: serial number, WWN, or its path where it has neither
  bool overwrite;       // partitions or a signature on it are meant to be lost
};

enum class DeviceOperation : uint8_t { kWrite, kFsync, kClose };

// One call of a plan on a bare device (docs/plan-format.md).
struct DeviceStep {
  DeviceOperation operation;
  uint64_t offset_bytes;
  uint64_t length_bytes;
  uint32_t vectors;
  bool direct;
  uint32_t flags;
};

// A block device that the caller agrees to lose, and that nobody uses. Held exclusively but while it is mounted or formatted.
class ClaimedSource : public Source {
 public:
  // Throws Refused, io::Failure.
  explicit ClaimedSource(const ClaimWish& wish);

  const std::string& path() const override { return path_; }
  std::string kernel_name() const override;
  dev_t number() const override { return number_; }
  uint64_t size_bytes() const { return size_bytes_; }
  uint32_t logical_sector_bytes() const { return logical_sector_bytes_; }
  bool is_rotational() const { return is_rotational_; }

  // At most kMostDataBytes, past the page cache; fewer bytes at the device's end. Throws Refused, io::Failure.
  std::vector<uint8_t> read(uint64_t offset_bytes, uint32_t length_bytes);
  // Returns the bytes written. Throws Refused, io::Failure.
  uint32_t write(uint64_t offset_bytes, uint32_t flags, const std::vector<uint8_t>& data);

  // As a plan's own thread makes the call (io::Workbench). Throws Refused, io::Failure where it cannot be made at all.
  io::StepResult step(const DeviceStep& step);

  void let_go() override;
  void undo(bool) override { let_go(); }

 private:
  // Holds the device again after it was let go. Throws Refused where somebody else has taken it.
  void hold();

  std::string path_;
  dev_t number_ = 0;
  uint64_t size_bytes_ = 0;
  uint32_t logical_sector_bytes_ = 0;
  bool is_rotational_ = false;
  io::Descriptor device_;
  io::Workbench bench_;
};

}  // namespace helper
