// Failures of system calls as values that a caller can take apart: which call, on what, and errno.
#pragma once

#include <exception>
#include <string>

namespace io {

// Symbolic name of an errno as errno(3) on Linux spells it (EOPNOTSUPP, never ENOTSUP); "E<number>" for unknown ones.
std::string errno_name(int error);

class Failure : public std::exception {
 public:
  Failure(int error, std::string syscall, std::string path);

  int error() const noexcept { return error_; }
  const std::string& syscall() const noexcept { return syscall_; }
  const std::string& path() const noexcept { return path_; }
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  int error_;
  std::string syscall_;
  std::string path_;
  std::string message_;
};

// Throws a Failure with the errno of the call that has just failed.
[[noreturn]] void fail(const char* syscall, const std::string& path = {});

// How messages name a file of which only the descriptor is known.
std::string descriptor_name(int descriptor);

}  // namespace io
