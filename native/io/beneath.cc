#include "beneath.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

namespace io {
namespace {

// include/uapi/linux/openat2.h
struct OpenHow {
  uint64_t flags;
  uint64_t mode;
  uint64_t resolve;
};
constexpr uint64_t kResolveNoMagicLinks = 0x02;
constexpr uint64_t kResolveNoSymlinks = 0x04;
constexpr uint64_t kResolveBeneath = 0x08;

// openat2 gives up with EAGAIN when something on the way was renamed meanwhile.
constexpr int kRenameRetries = 64;

struct Place {
  Descriptor parent;
  std::string name;
};

// Splits `name` into its parent directory, opened, and its last part. False with errno set where that fails.
bool find_place(int root, const std::string& name, Place& place) {
  const size_t slash = name.rfind('/');
  const std::string directory = slash == std::string::npos ? "." : name.substr(0, slash);
  place.name = slash == std::string::npos ? name : name.substr(slash + 1);
  place.parent = Descriptor(open_beneath(root, directory, O_PATH | O_DIRECTORY));
  return place.parent.is_open();
}

}  // namespace

int open_beneath(int root, const std::string& name, int flags, mode_t mode) {
  OpenHow how{};
  how.flags = static_cast<uint64_t>(flags) | O_CLOEXEC;
  how.mode = (flags & O_CREAT) != 0 ? mode : 0;
  how.resolve = kResolveBeneath | kResolveNoSymlinks | kResolveNoMagicLinks;
  for (int attempt = 0;; attempt++) {
    const long descriptor = ::syscall(SYS_openat2, root, name.c_str(), &how, sizeof(how));
    if (descriptor >= 0 || errno != EAGAIN || attempt == kRenameRetries) return static_cast<int>(descriptor);
  }
}

int make_directory_beneath(int root, const std::string& name, mode_t mode) {
  Place place;
  return find_place(root, name, place) ? ::mkdirat(place.parent.get(), place.name.c_str(), mode) : -1;
}

int unlink_beneath(int root, const std::string& name) {
  Place place;
  return find_place(root, name, place) ? ::unlinkat(place.parent.get(), place.name.c_str(), 0) : -1;
}

}  // namespace io
