#pragma once

#include <string>

#include "../../io/descriptor.h"
#include "folder.h"
#include "resource.h"

namespace helper {

enum class Rotational : uint8_t { kNo, kYes, kInherited };

struct LoopWish {
  std::string file;
  uint32_t logical_block_bytes;
  bool direct_io;
  Rotational rotational;
};

// A loop device over a file in a lab's folder.
class LoopSource : public Source {
 public:
  // Throws Refused, io::Failure.
  LoopSource(const Folder& folder, const LoopWish& wish);

  const std::string& path() const override { return path_; }
  std::string kernel_name() const override { return "loop" + std::to_string(loop_number_); }
  dev_t number() const override { return number_; }
  int loop_number() const { return loop_number_; }
  bool is_rotational() const { return is_rotational_; }

  // Detaches it, unless it has become somebody else's meanwhile.
  void undo(bool lazily) override;

 protected:
  LoopSource() = default;
  // Takes over a loop device that was attached just now, open as `device`, and prepares its queue.
  void adopt(int loop_number, const std::string& path, int device, Rotational rotational);
  std::string sysfs_folder() const { return "/sys/block/" + kernel_name() + "/"; }
  // Whether the device, which is open, still shows what this one attached.
  virtual bool is_ours(const io::Descriptor& device) const;

 private:
  int loop_number_ = -1;
  std::string path_;
  dev_t number_ = 0;
  dev_t backing_device_ = 0;
  ino_t backing_inode_ = 0;
  bool is_rotational_ = false;
};

}  // namespace helper
