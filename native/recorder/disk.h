// What the one file beneath the loop device does with the requests that reach it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace recorder {

// Identifies a request from its start to its answer.
using Ticket = uint64_t;

// A disk of fixed size. Requests start in the order of these calls; ended() is told when the answer to one is about to
// be given. Failed system calls throw io::Failure.
class Disk {
 public:
  virtual ~Disk() = default;

  uint64_t size() const { return size_; }
  virtual void read(char* into, size_t length, uint64_t at) = 0;
  virtual Ticket write(const char* from, size_t length, uint64_t at) = 0;
  // Zeroes a range: what discards and write-zeroes of the block layer become on a file.
  virtual Ticket zero(uint64_t at, uint64_t length) = 0;
  // A disk that keeps nothing for good has nothing to do here.
  virtual Ticket flush() { return 0; }
  virtual void ended(Ticket) {}

  // The small file beside the disk, by which the outside speaks to it: one message for each write, one answer to read.
  virtual const char* side_name() const = 0;
  virtual void tell(const char* message, size_t length) = 0;
  virtual std::string ask() { return {}; }

  // Whether all that it was to keep has been kept.
  virtual bool is_whole() const { return true; }

 protected:
  explicit Disk(uint64_t size) : size_(size) {}

 private:
  uint64_t size_;
};

}  // namespace recorder
