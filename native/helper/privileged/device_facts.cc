#include "device_facts.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <sstream>
#include <vector>

#include "../../io/descriptor.h"
#include "../../io/failure.h"
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

struct Signature {
  const char* name;
  uint32_t offset_bytes;
  const char* bytes;
  size_t count;
};

// The magic numbers of libblkid (util-linux, libblkid/src/superblocks); the same as in main/lab/block/signature.ts.
#define MAGIC(text) text, sizeof(text) - 1
constexpr Signature kSignatures[] = {
    {"an ext2, ext3 or ext4 filesystem", 0x438, MAGIC("\x53\xef")},
    {"an XFS filesystem", 0, MAGIC("XFSB")},
    {"a btrfs filesystem", 0x10040, MAGIC("_BHRfS_M")},
    {"an F2FS filesystem", 0x400, MAGIC("\x10\x20\xf5\xf2")},
    {"an NTFS filesystem", 3, MAGIC("NTFS    ")},
    {"an exFAT filesystem", 3, MAGIC("EXFAT   ")},
    {"a squashfs filesystem", 0, MAGIC("hsqs")},
    {"an EROFS filesystem", 0x400, MAGIC("\xe2\xe1\xf5\xe0")},
    {"an ISO 9660 filesystem", 0x8001, MAGIC("CD001")},
    {"a LUKS container", 0, MAGIC("LUKS\xba\xbe")},
    {"an md array member", 0, MAGIC("\xfc\x4e\x2b\xa9")},
    {"an md array member", 4096, MAGIC("\xfc\x4e\x2b\xa9")},
    {"a bcache device", 0x1018, MAGIC("\xc6\x85\x73\xf6\x4e\x1a\x45\xca")},
    {"swap space", 4086, MAGIC("SWAPSPACE2")},
    {"a GPT partition table", 512, MAGIC("EFI PART")},
    {"a GPT partition table", 4096, MAGIC("EFI PART")},
    {"an LVM physical volume", 0, MAGIC("LABELONE")},
    {"an LVM physical volume", 512, MAGIC("LABELONE")},
    {"an LVM physical volume", 1024, MAGIC("LABELONE")},
    {"an LVM physical volume", 1536, MAGIC("LABELONE")},
    {"a partition table or boot sector", 510, MAGIC("\x55\xaa")},
};
#undef MAGIC
constexpr size_t kSignatureAreaBytes = 0x11000;

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

std::string signature_on(const std::string& path) {
  const io::Descriptor device(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!device.is_open()) io::fail("open", path);
  std::vector<char> beginning(kSignatureAreaBytes);
  const ssize_t got = ::pread(device.get(), beginning.data(), beginning.size(), 0);
  if (got < 0) io::fail("pread", path);
  for (const Signature& known : kSignatures) {
    const bool is_inside = known.offset_bytes + known.count <= static_cast<size_t>(got);
    if (is_inside && std::memcmp(beginning.data() + known.offset_bytes, known.bytes, known.count) == 0) return known.name;
  }
  return {};
}

}  // namespace helper
