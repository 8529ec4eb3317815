// Executes the steps of a plan on a mounted filesystem, one call after the other (docs/plan-format.md, "Steps").
//
// Which descriptor a step uses decides what ext4 does (the last close of a writer drops the file's preallocation), so
// the rules are fixed, and the mirror follows the same ones:
// - A file has at most one direct (O_RDWR|O_DIRECT) and one buffered (O_RDWR) descriptor, kept until close, unlink,
//   remount or the end. `create` and `open` open the one that `direct` names; `open` of an open one does nothing.
// - `write` opens the one that it needs; fallocate, truncate and fsync take the direct one if open, else the buffered
//   one if open, else they open the direct one.
// - close and unlink close the direct one first.
// - layout and sync read through a descriptor of their own, opened O_RDONLY for the moment: no writer.
// Order of creation: a name enters the list when create or many makes it, or, for a file that was there before, when it
// is first opened; unlink takes it out.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "descriptor.h"
#include "page_memory.h"

namespace io {

// What the kernel answered: the call's value, or -1 and errno.
struct StepResult {
  int64_t value;
  int error;
};

struct WriteStep {
  std::string file;
  int64_t offset_bytes;
  size_t length_bytes;
  size_t vectors;
  bool direct;
  int flags;  // RWF_*
};

enum class ManyWay { kDirect, kBuffered, kFallocate };

struct ManyStep {
  std::string prefix;
  uint64_t count;
  size_t length_bytes;
  ManyWay how;
};

struct UnlinkEveryStep {
  std::string prefix;
  uint64_t count;
  uint64_t step;
  uint64_t start;
};

// A run of filesystem blocks.
struct BlockExtent {
  uint64_t logical;
  uint64_t physical;
  uint64_t length;
  bool unwritten;
};

struct LayoutResult {
  StepResult result;
  bool is_regular;  // false where it is known to be something else
  bool is_inline;  // the data is in the inode
  std::vector<BlockExtent> extents;
};

// Not for several threads at once, but for cancel().
class Workbench {
 public:
  // Begins to work below `root`, a directory; forgets nothing of the order of creation. Throws Failure.
  void enter(const std::string& root);
  // Works on one block device, known as the file "device". Throws Failure.
  void enter_device(const std::string& device_path);
  // Closes every descriptor, the root's too, so that the filesystem can be unmounted.
  void leave();

  StepResult create(const std::string& file, bool direct);
  StepResult open(const std::string& file, bool direct);
  StepResult write(const WriteStep& step);
  StepResult fallocate(const std::string& file, int mode, int64_t offset_bytes, int64_t length_bytes);
  StepResult truncate(const std::string& file, int64_t size_bytes);
  StepResult unlink(const std::string& file);
  StepResult make_directory(const std::string& file);
  StepResult fsync(const std::string& file);
  StepResult close(const std::string& file);
  StepResult sync();
  StepResult many(const ManyStep& step);
  StepResult unlink_every(const UnlinkEveryStep& step);
  LayoutResult layout(const std::string& file);

  // Names in the order of their latest creation.
  std::vector<std::string> names() const;

  // Makes the running step end at its next call, and every later one at once, with Failure ECANCELED. Any thread.
  void cancel() { cancelled_ = true; }

 private:
  struct File {
    Descriptor direct;
    Descriptor buffered;
    uint64_t order = 0;  // 0: not in the list
    bool may_have_delayed_data = false;
  };

  void stop_if_cancelled() const;
  int open_name(const std::string& file, int flags);
  // The wanted descriptor of `file`, opened where needed; -1 with errno set.
  int descriptor(const std::string& file, bool direct);
  int any_descriptor(const std::string& file);
  void remember(const std::string& file);
  void forget(const std::string& file);
  void touched(const std::string& file);
  void await_writeback(const std::string& file);
  int write_delayed_data(const std::string& file);
  int give_blocks(const std::string& file, const ManyStep& step);

  Descriptor root_;
  std::string device_path_;
  uint64_t block_bytes_ = 0;
  std::unordered_map<std::string, File> files_;
  std::map<uint64_t, std::string> order_;
  uint64_t next_order_ = 1;
  PageMemory memory_;
  std::atomic<bool> cancelled_{false};
};

}  // namespace io
