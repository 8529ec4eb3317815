#include "directory_watch.h"

#include <fcntl.h>
#include <sys/fanotify.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "failure.h"

namespace io {
namespace {

// Everything that can move blocks or inodes, on a directory and on what lies in it.
constexpr uint64_t kChanges = FAN_MODIFY | FAN_ATTRIB | FAN_CREATE | FAN_DELETE | FAN_MOVED_FROM | FAN_MOVED_TO |
                              FAN_CLOSE_WRITE | FAN_ONDIR | FAN_EVENT_ON_CHILD;
constexpr size_t kQueueBytes = 64 * 1024;
constexpr char kQueue[] = "fanotify";

}  // namespace

DirectoryWatch::DirectoryWatch() {
  // File handles instead of open files are what somebody without privilege may ask for (fs/notify/fanotify/fanotify_user.c).
  const unsigned flags = FAN_CLASS_NOTIF | FAN_CLOEXEC | FAN_NONBLOCK | FAN_REPORT_FID;
  queue_ = Descriptor(::fanotify_init(flags, O_RDONLY | O_CLOEXEC));
  if (!queue_.is_open()) fail("fanotify_init", kQueue);
}

void DirectoryWatch::add(const std::string& directory) {
  const unsigned how = FAN_MARK_ADD | FAN_MARK_ONLYDIR | FAN_MARK_DONT_FOLLOW;
  if (::fanotify_mark(queue_.get(), how, kChanges, AT_FDCWD, directory.c_str()) != 0) fail("fanotify_mark", directory);
}

DirectoryChanges DirectoryWatch::drain() {
  DirectoryChanges changes;
  const pid_t own = ::getpid();
  std::vector<uint64_t> memory(kQueueBytes / sizeof(uint64_t));
  const char* bytes = reinterpret_cast<const char*>(memory.data());
  for (;;) {
    const ssize_t length = ::read(queue_.get(), memory.data(), kQueueBytes);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0 && errno == EAGAIN) return changes;
    if (length < 0) fail("read fanotify", kQueue);
    for (ssize_t at = 0; at + static_cast<ssize_t>(sizeof(fanotify_event_metadata)) <= length;) {
      fanotify_event_metadata event{};
      std::memcpy(&event, bytes + at, sizeof(event));
      at += event.event_len;
      if ((event.mask & FAN_Q_OVERFLOW) != 0) {
        changes.lost = true;
      } else if (event.pid != own) {
        // The number of anybody else's process reads as 0.
        changes.others++;
      } else if ((event.mask & FAN_ONDIR) != 0 && (event.mask & (FAN_CREATE | FAN_MOVED_TO)) != 0) {
        changes.made_directory = true;
      }
    }
  }
}

}  // namespace io
