// Whole transfers on an open file: short ones go on, errors throw io::Failure.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "../io/descriptor.h"

namespace recorder {

class File {
 public:
  File(const std::string& path, int flags, unsigned mode = 0);

  uint64_t size() const;
  // What lies past the end reads as zeros.
  void read(char* into, size_t length, uint64_t at) const;
  void write(const char* from, size_t length, uint64_t at) const;
  // Adds the pieces at the end with one writev(2) where the kernel takes it whole.
  void append(iovec* pieces, int count) const;
  void punch(uint64_t at, uint64_t length) const;

 private:
  std::string path_;
  io::Descriptor file_;
};

}  // namespace recorder
