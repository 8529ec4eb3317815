#include "recorded_source.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/magic.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "../../io/beneath.h"
#include "../../io/failure.h"
#include "../../io/loop.h"
#include "kernel_files.h"
#include "mount_calls.h"
#include "mounted.h"

namespace helper {
namespace {

constexpr const char* kDisk = "/disk";
constexpr uint32_t kLogicalBlockBytes = 512;
// One request of the recorder's is at most this long; the block layer cuts longer ones here as it would for a disk.
constexpr const char* kMostRequestKilobytes = "1024";
constexpr int kPatienceMilliseconds = 10'000;

struct FuseMount {
  uint64_t mount_id;
  unsigned device;  // its minor number, by which fusectl files the connection
};

// Asks the kernel alone: whatever lies there may show itself to its user only, and may never answer.
FuseMount fuse_mount_at(const Folder& folder, const std::string& directory) {
  require_plain_name(directory);
  const io::Descriptor root(io::open_beneath(folder.descriptor(), directory, O_PATH | O_DIRECTORY | O_NOFOLLOW));
  if (!root.is_open()) io::fail("openat2", folder.path() + "/" + directory);
  struct statfs kind {};
  if (::fstatfs(root.get(), &kind) != 0) io::fail("fstatfs", directory);
  if (kind.f_type != FUSE_SUPER_MAGIC) throw Refused("no recorder shows its disk at " + directory);
  struct statx facts {};
  if (::statx(root.get(), "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, 0, &facts) != 0) io::fail("statx", directory);
  return {mount_id_of(root.get()), facts.stx_dev_minor};
}

void close_all_but(int one, int other) {
  const unsigned low = static_cast<unsigned>(std::min(one, other));
  const unsigned high = static_cast<unsigned>(std::max(one, other));
  if (low > 0) ::syscall(SYS_close_range, 0U, low - 1, 0U);
  if (high > low + 1) ::syscall(SYS_close_range, low + 1, high - 1, 0U);
  ::syscall(SYS_close_range, high + 1, ~0U, 0U);
}

// What the child says when it ends: 0 or errno, as one byte of the status that waitpid() gives.
[[noreturn]] void configure_as(const Caller& caller, const Folder& folder, const std::string& file, int device) {
  // Nothing of root's comes along, nor the pipe to the caller, which must be able to end.
  close_all_but(folder.descriptor(), device);
  // Real, effective and saved: fs/fuse/dir.c, fuse_permissible_uidgid() wants all of them.
  if (::setgroups(0, nullptr) != 0 || ::setresgid(caller.gid, caller.gid, caller.gid) != 0 ||
      ::setresuid(caller.uid, caller.uid, caller.uid) != 0)
    ::_exit(errno);
  // Nobody looks into a process that holds a device open, its own user neither. Both are forgotten when the user changes.
  ::prctl(PR_SET_DUMPABLE, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const io::Descriptor disk(io::open_beneath(folder.descriptor(), file, O_RDWR | O_NONBLOCK | O_NOCTTY));
  struct stat facts {};
  if (!disk.is_open() || ::fstat(disk.get(), &facts) != 0) ::_exit(errno);
  if (!S_ISREG(facts.st_mode)) ::_exit(EINVAL);
  io::LoopRequest request;
  request.backing_path = "recorder";
  request.logical_block_bytes = kLogicalBlockBytes;
  request.direct_io = true;
  ::_exit(io::configure_loop(request, device, disk.get()));
}

// Waits for the child no longer than `kPatienceMilliseconds`; its errno.
int outcome_of(pid_t child) {
  for (int waited = 0;; waited += 2) {
    int status = 0;
    const pid_t ended = ::waitpid(child, &status, WNOHANG);
    if (ended == child) return WIFEXITED(status) ? WEXITSTATUS(status) : EINTR;
    if (ended < 0 && errno != EINTR) return errno;
    if (waited >= kPatienceMilliseconds) {
      ::kill(child, SIGKILL);
      return ETIMEDOUT;
    }
    ::poll(nullptr, 0, 2);
  }
}

int configure(const Caller& caller, const Folder& folder, const std::string& file, int device) {
  const pid_t child = ::fork();
  if (child < 0) return errno;
  if (child == 0) configure_as(caller, folder, file, device);
  return outcome_of(child);
}

}  // namespace

RecordedSource::RecordedSource(std::shared_ptr<Folder> folder, const std::string& directory, const Caller& caller,
                               Guard& guard)
    : folder_(std::move(folder)), directory_(directory), guard_(guard) {
  const FuseMount mount = fuse_mount_at(*folder_, directory_);
  mount_id_ = mount.mount_id;
  abort_switch_ = open_abort_switch(mount.device);
  guard_.look_after(abort_switch_);
  try {
    const auto by_caller = [&](int device) { return configure(caller, *folder_, directory_ + kDisk, device); };
    const io::LoopDevice device = io::attach_loop(io::LoopRequest(), by_caller);
    adopt(device.number, device.path, device.device.get(), Rotational::kInherited);
    disk_sequence_ = read_kernel_file_where_possible(sysfs_folder() + "diskseq");
    write_kernel_file_where_possible(sysfs_folder() + "queue/max_sectors_kb", kMostRequestKilobytes);
  } catch (...) {
    guard_.forget(abort_switch_);
    throw;
  }
}

RecordedSource::~RecordedSource() { guard_.forget(abort_switch_); }

// Not LOOP_GET_STATUS64, which looks at the file as root, to whom FUSE shows nothing.
bool RecordedSource::is_ours(const io::Descriptor&) const {
  const bool is_attached = !read_kernel_file_where_possible(sysfs_folder() + "loop/backing_file").empty();
  return is_attached && read_kernel_file_where_possible(sysfs_folder() + "diskseq") == disk_sequence_;
}

void RecordedSource::undo(bool lazily) {
  LoopSource::undo(lazily);
  if (lazily) drop_mount();
}

void RecordedSource::drop_mount() {
  try {
    if (fuse_mount_at(*folder_, directory_).mount_id == mount_id_) unmount_in(folder_->descriptor(), directory_, true);
  } catch (const std::exception&) {
    // The caller has taken it away himself.
  }
}

}  // namespace helper
