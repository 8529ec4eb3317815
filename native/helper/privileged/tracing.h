#pragma once

#include <memory>
#include <string>
#include <vector>

#include "../../io/descriptor.h"
#include "folder.h"
#include "resource.h"

namespace helper {

// `common_pid != 12`: one field of an event, compared with a number.
struct Comparison {
  uint8_t field;
  uint8_t relation;
  uint32_t value;
};

struct EventWish {
  std::string name;                              // of ext4's or XFS's tracepoints
  bool is_required;                              // kernels differ in which they have
  std::vector<std::vector<Comparison>> clauses;  // any of which must hold in full; none: all events of the device
};

struct TraceWish {
  std::string name;  // in tracefs
  dev_t device;
  uint32_t first_cpu_kib;
  uint32_t other_cpus_kib;
  bool overwrite;
  std::vector<EventWish> events;
};

// A private instance of the kernel's tracing that shows tracepoints of one filesystem on a device of the session's own, and
// nothing else of what the machine does.
class Trace : public Resource {
 public:
  // Throws Refused, io::Failure.
  explicit Trace(const TraceWish& wish);

  // False where the buffer has no room for it.
  bool mark(const std::string& text) const;
  // What has been recorded since the last time, at most `most` bytes.
  std::vector<uint8_t> read(size_t most) const;
  // The text of each CPU's `stats`.
  std::vector<std::string> statistics() const;
  void stop() const;
  dev_t device() const { return device_; }
  void undo(bool lazily) override;

 private:
  void set_up(const TraceWish& wish) const;

  std::string name_;
  dev_t device_;
  io::Descriptor tracefs_;
  io::Descriptor instance_;
  io::Descriptor pipe_;
  io::Descriptor marker_;
};

// What the instance of a lab is called: two users may have folders of one name.
std::string instance_name(const Folder& folder, bool is_second);

// Removes an instance that a dead session has left; nothing where there is none.
void remove_instance(const std::string& name);

}  // namespace helper
