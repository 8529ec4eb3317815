#include "kernel_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <memory>
#include <sstream>

#include "../../io/descriptor.h"
#include "../../io/failure.h"

namespace helper {
namespace {

constexpr size_t kPieceBytes = 16 * 1024;

std::string all_of(const io::Descriptor& file, const std::string& path) {
  std::string text;
  char piece[kPieceBytes];
  for (;;) {
    const ssize_t got = ::read(file.get(), piece, sizeof(piece));
    if (got < 0) io::fail("read", path);
    if (got == 0) return text;
    text.append(piece, static_cast<size_t>(got));
  }
}

std::string without_blanks_at_end(std::string text) {
  const size_t last = text.find_last_not_of(" \n\t");
  text.resize(last == std::string::npos ? 0 : last + 1);
  return text;
}

// The kernel writes space, tab, newline and backslash as octal numbers.
std::string unescaped(const std::string& text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); i++) {
    if (text[i] != '\\' || i + 3 >= text.size()) {
      plain += text[i];
      continue;
    }
    plain += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
    i += 3;
  }
  return plain;
}

}  // namespace

std::string read_kernel_file_at(int folder, const std::string& path) {
  const io::Descriptor file(::openat(folder, path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) io::fail("open", path);
  return without_blanks_at_end(all_of(file, path));
}

std::string read_kernel_file(const std::string& path) { return read_kernel_file_at(AT_FDCWD, path); }

std::string read_kernel_file_where_possible(const std::string& path) {
  try {
    return read_kernel_file(path);
  } catch (const io::Failure&) {
    return {};
  }
}

void write_kernel_file_at(int folder, const std::string& path, const std::string& text) {
  const io::Descriptor file(::openat(folder, path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
  if (!file.is_open()) io::fail("open", path);
  if (::write(file.get(), text.data(), text.size()) < 0) io::fail("write", path);
}

void write_kernel_file(const std::string& path, const std::string& text) {
  write_kernel_file_at(AT_FDCWD, path, text);
}

void write_kernel_file_where_possible(const std::string& path, const std::string& text) {
  try {
    write_kernel_file(path, text);
  } catch (const io::Failure&) {
    return;
  }
}

std::vector<std::string> names_in(const std::string& folder) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(folder.c_str()), ::closedir);
  std::vector<std::string> names;
  if (directory == nullptr) return names;
  while (const dirent* entry = ::readdir(directory.get())) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  return names;
}

std::vector<MountLine> mounts() {
  std::istringstream lines(read_kernel_file("/proc/self/mountinfo"));
  std::vector<MountLine> found;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    MountLine mount{};
    std::string parent;
    std::string root;
    fields >> mount.id >> parent >> mount.device >> root >> mount.point;
    mount.point = unescaped(mount.point);
    const size_t separator = line.find(" - ");
    if (!fields || separator == std::string::npos) continue;
    std::istringstream(line.substr(separator + 3)) >> mount.type;
    found.push_back(mount);
  }
  return found;
}

}  // namespace helper
