// Files of sysfs and procfs, by paths that this program makes itself.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace helper {

// Without the blanks at its end. Throws io::Failure.
std::string read_kernel_file(const std::string& path);
// Empty where it cannot be read.
std::string read_kernel_file_where_possible(const std::string& path);
// Throws io::Failure.
void write_kernel_file(const std::string& path, const std::string& text);
// Kernels and containers may lack the file; nothing depends on it.
void write_kernel_file_where_possible(const std::string& path, const std::string& text);
// Names in a directory, without . and ..; empty where there is none.
std::vector<std::string> names_in(const std::string& folder);

// As above, in a directory that is open.
std::string read_kernel_file_at(int folder, const std::string& path);
void write_kernel_file_at(int folder, const std::string& path, const std::string& text);

struct MountLine {
  uint64_t id;
  std::string device;  // `7:3`
  std::string point;
  std::string type;
};

// All mounts of this process (proc_pid_mountinfo(5)).
std::vector<MountLine> mounts();

}  // namespace helper
