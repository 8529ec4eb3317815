#include "device_facts.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>
#include <vector>

#include "kernel_files.h"
#include "wire.h"

namespace helper {
namespace {

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

// Texts of drivers are padded with blanks, and the SCSI page of the serial number has a header of four bytes. Empty
// where anything else than printable characters is left.
std::string printable(std::string text) {
  if (text.size() >= 4 && text[0] == '\0' && text[1] == '\x80') text.erase(0, 4);
  text.erase(std::remove(text.begin(), text.end(), '\0'), text.end());
  const size_t first = text.find_first_not_of(" \t\n");
  if (first == std::string::npos) return {};
  text = text.substr(first, text.find_last_not_of(" \t\n") - first + 1);
  const bool is_fine = std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
  return is_fine ? text : std::string();
}

std::string first_text(const std::string& folder, const std::vector<const char*>& files) {
  for (const char* file : files) {
    const std::string text = printable(read_kernel_file_where_possible(folder + file));
    if (!text.empty()) return text;
  }
  return {};
}

std::vector<std::string> partitions_in(const std::string& folder) {
  std::vector<std::string> parts;
  for (const std::string& name : names_in(folder)) {
    if (exists(folder + name + "/partition")) parts.push_back(folder + name + "/");
  }
  return parts;
}

// The kernel writes the paths of swap files and devices into the first column (proc_swaps).
bool is_swapped_to(const std::string& device) {
  std::istringstream lines(read_kernel_file_where_possible("/proc/swaps"));
  for (std::string line; std::getline(lines, line);) {
    const std::string path = line.substr(0, line.find_first_of(" \t"));
    struct stat facts {};
    if (path.rfind("/dev/", 0) != 0 || ::stat(path.c_str(), &facts) != 0 || !S_ISBLK(facts.st_mode)) continue;
    if (std::to_string(major(facts.st_rdev)) + ":" + std::to_string(minor(facts.st_rdev)) == device) return true;
  }
  return false;
}

// Appends who uses the device or partition that sysfs describes in `folder`.
void add_users(const std::string& folder, std::string& users) {
  const auto add = [&users](const std::string& user) { users += (users.empty() ? "" : ", ") + user; };
  const std::string device = read_kernel_file(folder + "dev");
  for (const MountLine& mount : mounts()) {
    if (mount.device == device) add("mounted on " + mount.point);
  }
  for (const std::string& holder : names_in(folder + "holders")) add("part of " + holder);
  if (is_swapped_to(device)) add("swap space");
}

}  // namespace

DeviceFacts device_facts(dev_t number) {
  const std::string folder =
      "/sys/dev/block/" + std::to_string(major(number)) + ":" + std::to_string(minor(number)) + "/";
  if (!exists(folder + "dev")) throw Refused("the kernel does not know the device");
  DeviceFacts facts{};
  // A partition has neither: its disk's would name more than the partition.
  if (!exists(folder + "partition")) {
    facts.serial = first_text(folder, {"device/serial", "serial", "device/vpd_pg80"});
    facts.wwn = first_text(folder, {"wwid", "device/wwid", "device/wwn"});
  }
  add_users(folder, facts.users);
  const std::vector<std::string> parts = partitions_in(folder);
  for (const std::string& part : parts) add_users(part, facts.users);
  facts.is_partitioned = !parts.empty();
  return facts;
}

}  // namespace helper
