// What the helper has made and will undo: in reverse order, whatever happens.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "wire.h"

namespace helper {

class Resource {
 public:
  virtual ~Resource() = default;
  // Undoes it; `lazily`: even where it is still in use. Throws io::Failure, after which it may be tried again.
  virtual void undo(bool lazily) = 0;
};

// A block device that can be mounted and traced: a loop device or a claimed disk.
class Source : public Resource {
 public:
  // `/dev/loop3`.
  virtual const std::string& path() const = 0;
  // As the kernel files it in sysfs and procfs.
  virtual std::string kernel_name() const = 0;
  virtual dev_t number() const = 0;
  // Somebody else than this program opens it for himself alone next: a mount, or mkfs.
  virtual void let_go() {}
  // Has the device make durable what it was given (block/fops.c, blkdev_fsync()). Throws Refused, io::Failure.
  void flush() const;

  bool is_mounted = false;
};

// All resources of a session, in the order in which they were made.
class Resources {
 public:
  // Throws Refused where one more would be too many: to be asked before anything is made.
  void require_room() const {
    if (all_.size() >= kMost) throw Refused("too much is open at once");
  }
  bool is_empty() const { return all_.empty(); }

  // The number by which it is found.
  template <typename Kind>
  uint32_t add(std::shared_ptr<Kind> resource) {
    all_.emplace_back(next_, std::move(resource));
    return next_++;
  }

  // Throws Refused where there is none of this number and kind.
  template <typename Kind>
  std::shared_ptr<Kind> find(uint32_t id) const {
    for (const auto& [number, resource] : all_) {
      if (number != id) continue;
      if (auto found = std::dynamic_pointer_cast<Kind>(resource)) return found;
    }
    throw Refused("there is nothing of this kind with the number " + std::to_string(id));
  }

  // All of a kind; where `id` is given, the one of this number, or none.
  template <typename Kind>
  std::vector<std::shared_ptr<Kind>> all(uint32_t id = 0) const {
    std::vector<std::shared_ptr<Kind>> found;
    for (const auto& [number, resource] : all_) {
      auto candidate = std::dynamic_pointer_cast<Kind>(resource);
      if (candidate != nullptr && (id == 0 || number == id)) found.push_back(std::move(candidate));
    }
    return found;
  }

  // Undoes one and forgets it. Throws Refused, io::Failure.
  void undo(uint32_t id, bool lazily) {
    for (auto at = all_.begin(); at != all_.end(); at++) {
      if (at->first != id) continue;
      at->second->undo(lazily);
      all_.erase(at);
      return;
    }
    throw Refused("there is nothing with the number " + std::to_string(id));
  }

  // Undoes everything, the latest first, and goes on past failures.
  void undo_all() noexcept {
    while (!all_.empty()) {
      try {
        all_.back().second->undo(true);
      } catch (const std::exception&) {
        // Nobody is there any more who could be told.
      }
      all_.pop_back();
    }
  }

 private:
  static constexpr size_t kMost = 64;

  uint32_t next_ = 1;
  std::vector<std::pair<uint32_t, std::shared_ptr<Resource>>> all_;
};

}  // namespace helper
