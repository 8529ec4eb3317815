#include "mounted.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <sstream>

#include "../../io/beneath.h"
#include "../../io/failure.h"
#include "../../io/mount.h"
#include "mount_calls.h"
#include "owner_map.h"

namespace helper {
namespace {

constexpr uint32_t kDropEverything = 2;

io::Descriptor configured(const Source& source, const MountWish& wish) {
  io::Descriptor context = open_filesystem(wish.filesystem.c_str());
  set_option(context, "source", source.path().c_str());
  // Before the caller's: an image may say of itself that its first mistake is to stop the machine.
  if (wish.filesystem == "ext4") set_option(context, "errors", "remount-ro");
  std::istringstream items(wish.options);
  for (std::string item; std::getline(items, item, ',');) {
    const size_t equals = item.find('=');
    if (equals == std::string::npos) set_flag(context, item.c_str());
    else set_option(context, item.substr(0, equals).c_str(), item.substr(equals + 1).c_str());
  }
  create_filesystem(context);
  return detached_mount(context, kNoSetuid | kNoDevices | kNoPrograms);
}

// Makes the caller the owner of the root directory as this mount shows it.
void show_as_own(const io::Descriptor& mount, const Source& source, const Caller& caller) {
  struct stat root {};
  if (::fstat(mount.get(), &root) != 0) io::fail("fstat");
  if (root.st_dev != source.number()) throw Refused(source.path() + " has become another device");
  if (root.st_uid == caller.uid) return;
  try {
    map_owners(mount, {root.st_uid, caller.uid, root.st_gid, caller.gid});
  } catch (const io::Failure&) {
    // No user namespaces, or a filesystem without such mounts: then the directory itself changes hands.
    if (::fchownat(mount.get(), "", caller.uid, caller.gid, AT_EMPTY_PATH) != 0) io::fail("fchownat");
  }
}

}  // namespace

Mounted::Mounted(std::shared_ptr<Folder> folder, std::shared_ptr<Source> source, const MountWish& wish,
                 const Caller& caller)
    : folder_(std::move(folder)), source_(std::move(source)), point_(wish.point), filesystem_(wish.filesystem) {
  if (source_->is_mounted) throw Refused(source_->path() + " is mounted already");
  const io::Descriptor point = folder_->open_directory(point_);
  source_->let_go();
  try {
    const io::Descriptor mount = configured(*source_, wish);
    show_as_own(mount, *source_, caller);
    // Onto the very directory that was looked at, not onto whatever bears its name by now.
    move_mount_onto(mount, point);
    is_mounted_ = true;
    mount_id_ = mount_id_of(mount.get(), "");
  } catch (...) {
    if (is_mounted_) unmount_in(folder_->descriptor(), point_, true);
    throw;
  }
  source_->is_mounted = true;
}

bool Mounted::is_here() const { return mount_id_of(folder_->descriptor(), point_.c_str()) == mount_id_; }

io::Descriptor Mounted::open_root() const {
  io::Descriptor root(io::open_beneath(folder_->descriptor(), point_, O_RDONLY | O_DIRECTORY));
  if (!root.is_open()) io::fail("openat2", path());
  if (mount_id_of(root.get(), "") != mount_id_) throw Refused("something else lies at " + path());
  return root;
}

void Mounted::shut_down(uint32_t flags) const {
  const io::Descriptor root = open_root();
  io::shut_down_filesystem("/proc/self/fd/" + std::to_string(root.get()), flags);
}

// What is on a lab's filesystem is worth nothing once nobody wants it any more: shut down, it lets go at once.
void Mounted::give_up_data() const noexcept {
  try {
    shut_down(kDropEverything);
  } catch (const std::exception&) {
    // Then it is written, and takes a little longer.
  }
}

void Mounted::undo(bool lazily) {
  if (!is_mounted_) return;
  if (lazily) give_up_data();
  if (is_here()) unmount_in(folder_->descriptor(), point_, lazily);
  is_mounted_ = false;
  source_->is_mounted = false;
}

void unmount_in(int folder, const std::string& name, bool lazily) {
  // umount2(2) knows no directory to start from.
  if (::fchdir(folder) != 0) io::fail("fchdir");
  const int first = ::umount2(name.c_str(), UMOUNT_NOFOLLOW);
  const bool is_done = first == 0 || (lazily && ::umount2(name.c_str(), UMOUNT_NOFOLLOW | MNT_DETACH) == 0);
  const int error = errno;
  if (::chdir("/") != 0) io::fail("chdir");
  if (!is_done) throw io::Failure(error, "umount2", name);
}

}  // namespace helper
