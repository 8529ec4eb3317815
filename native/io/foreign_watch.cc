#include "foreign_watch.h"

#include <fcntl.h>
#include <sys/fanotify.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "failure.h"

namespace io {
namespace {

// Everything that can move blocks or inodes. Opening for reading and closing change nothing and are not asked for.
constexpr uint64_t kChanges = FAN_MODIFY | FAN_ATTRIB | FAN_CREATE | FAN_DELETE | FAN_MOVED_FROM | FAN_MOVED_TO |
                              FAN_CLOSE_WRITE | FAN_ONDIR;
constexpr size_t kQueueBytes = 64 * 1024;

}  // namespace

ForeignWatch::ForeignWatch(const std::string& mount_point, pid_t own_thread)
    : own_thread_(own_thread), mount_point_(mount_point) {
  const unsigned flags =
      FAN_CLASS_NOTIF | FAN_CLOEXEC | FAN_NONBLOCK | FAN_UNLIMITED_QUEUE | FAN_REPORT_FID | FAN_REPORT_TID;
  queue_ = Descriptor(::fanotify_init(flags, O_RDONLY | O_CLOEXEC));
  if (!queue_.is_open()) fail("fanotify_init", mount_point);
  if (::fanotify_mark(queue_.get(), FAN_MARK_ADD | FAN_MARK_FILESYSTEM, kChanges, AT_FDCWD, mount_point.c_str()) != 0) {
    fail("fanotify_mark", mount_point);
  }
}

std::vector<ForeignChange> ForeignWatch::drain() {
  std::vector<ForeignChange> changes;
  std::vector<uint64_t> memory(kQueueBytes / sizeof(uint64_t));
  const char* bytes = reinterpret_cast<const char*>(memory.data());
  for (;;) {
    const ssize_t length = ::read(queue_.get(), memory.data(), kQueueBytes);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0 && errno == EAGAIN) return changes;
    if (length < 0) fail("read fanotify", mount_point_);
    for (ssize_t at = 0; at + static_cast<ssize_t>(sizeof(fanotify_event_metadata)) <= length;) {
      fanotify_event_metadata event{};
      std::memcpy(&event, bytes + at, sizeof(event));
      if (event.fd >= 0) ::close(event.fd);
      if (event.pid != own_thread_) changes.push_back({event.pid, event.mask});
      at += event.event_len;
    }
  }
}

}  // namespace io
