#include "mount_calls.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <sstream>
#include <string>

#include "../../io/failure.h"
#include "kernel_files.h"

namespace helper {
namespace {

// include/uapi/linux/mount.h; libraries older than the kernel lack them, newer ones have them under other types.
constexpr unsigned kCloseOnExec = 1;  // FSOPEN_CLOEXEC, FSMOUNT_CLOEXEC
constexpr unsigned kSetFlag = 0;
constexpr unsigned kSetString = 1;
constexpr unsigned kCreate = 6;
constexpr unsigned kFromEmptyPath = 0x4;
constexpr unsigned kToEmptyPath = 0x40;
constexpr uint64_t kIdMap = 0x00100000;

struct MountAttributes {
  uint64_t set;
  uint64_t clear;
  uint64_t propagation;
  uint64_t user_namespace;
};

void configure(const io::Descriptor& context, unsigned command, const char* name, const char* value) {
  if (::syscall(SYS_fsconfig, context.get(), command, name, value, 0) != 0) io::fail("fsconfig", name ? name : "");
}

io::Descriptor opened(long result, const char* call) {
  if (result < 0) io::fail(call);
  return io::Descriptor(static_cast<int>(result));
}

}  // namespace

io::Descriptor open_filesystem(const char* type) {
  return opened(::syscall(SYS_fsopen, type, kCloseOnExec), "fsopen");
}

void set_flag(const io::Descriptor& context, const char* name) { configure(context, kSetFlag, name, nullptr); }

void set_option(const io::Descriptor& context, const char* name, const char* value) {
  configure(context, kSetString, name, value);
}

void create_filesystem(const io::Descriptor& context) { configure(context, kCreate, nullptr, nullptr); }

io::Descriptor detached_mount(const io::Descriptor& context, unsigned attributes) {
  return opened(::syscall(SYS_fsmount, context.get(), kCloseOnExec, attributes), "fsmount");
}

void move_mount_onto(const io::Descriptor& mount, const io::Descriptor& point) {
  if (::syscall(SYS_move_mount, mount.get(), "", point.get(), "", kFromEmptyPath | kToEmptyPath) != 0)
    io::fail("move_mount");
}

void map_owners_by(const io::Descriptor& mount, const io::Descriptor& user_namespace) {
  const MountAttributes attributes{kIdMap, 0, 0, static_cast<uint64_t>(user_namespace.get())};
  if (::syscall(SYS_mount_setattr, mount.get(), "", AT_EMPTY_PATH, &attributes, sizeof(attributes)) != 0)
    io::fail("mount_setattr");
}

uint64_t mount_id_of(int folder, const char* name) {
  if (*name == '\0') return mount_id_of(folder);
  const io::Descriptor found(::openat(folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (!found.is_open()) io::fail("openat", name);
  return mount_id_of(found.get());
}

// Not by statx(2), which asks the filesystem too: one that is shut down answers nothing any more.
uint64_t mount_id_of(int file) {
  std::istringstream lines(read_kernel_file("/proc/self/fdinfo/" + std::to_string(file)));
  const std::string label = "mnt_id:";
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind(label, 0) == 0) return std::strtoull(line.c_str() + label.size(), nullptr, 10);
  }
  throw io::Failure(ENOENT, "fdinfo", {});
}

}  // namespace helper
