#include "leftovers.h"

#include <fcntl.h>
#include <sys/sysmacros.h>

#include <cstdlib>

#include "../../io/failure.h"
#include "../../io/loop.h"
#include "guard.h"
#include "kernel_files.h"
#include "mounted.h"
#include "tracing.h"

namespace helper {
namespace {

constexpr const char* kRecorderType = "fuse.untorn";

// Whether `path` lies directly in the folder.
bool is_directly_in(const Folder& folder, const std::string& path) {
  const std::string beginning = folder.path() + "/";
  return path.rfind(beginning, 0) == 0 && path.find('/', beginning.size()) == std::string::npos;
}

// The disk of a recorder is the one file that lies a step deeper.
bool is_recorders_disk(const Folder& folder, const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash != std::string::npos && path.substr(slash) == "/disk" && is_directly_in(folder, path.substr(0, slash));
}

std::vector<MountLine> mounts_in(const Folder& folder, const std::vector<std::string>& types) {
  std::vector<MountLine> found;
  for (const MountLine& mount : mounts()) {
    for (const std::string& type : types) {
      if (mount.type == type && is_directly_in(folder, mount.point)) found.push_back(mount);
    }
  }
  return found;
}

// The latest first: they may lie upon each other.
void unmount_all(const Folder& folder, const std::vector<MountLine>& found) {
  for (auto mount = found.rbegin(); mount != found.rend(); mount++) {
    unmount_in(folder.descriptor(), mount->point.substr(folder.path().size() + 1), true);
  }
}

// A recorder that lives and does not answer would hold up everything above it.
void cut_off_recorders(const std::vector<MountLine>& recorders) {
  for (const MountLine& recorder : recorders) {
    const size_t colon = recorder.device.find(':');
    const std::string minor = recorder.device.substr(colon == std::string::npos ? 0 : colon + 1);
    try {
      abort_connection(open_abort_switch(static_cast<unsigned>(std::strtoul(minor.c_str(), nullptr, 10))));
    } catch (const io::Failure&) {
      // It is dead already.
    }
  }
}

void detach_all(const Folder& folder) {
  for (const std::string& name : names_in("/sys/block")) {
    if (name.rfind("loop", 0) != 0) continue;
    const std::string path = "/dev/" + name;
    const std::string sysfs = "/sys/block/" + name + "/";
    const io::Descriptor device(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    const std::string backing = read_kernel_file_where_possible(sysfs + "loop/backing_file");
    if (!device.is_open() || (!is_directly_in(folder, backing) && !is_recorders_disk(folder, backing))) continue;
    write_kernel_file_where_possible(sysfs + "queue/nomerges", "0");
    write_kernel_file_where_possible(sysfs + "queue/wbt_lat_usec", "-1");
    io::detach_loop(device, path);
  }
}

}  // namespace

void undo_leftovers(const Folder& folder) {
  const std::vector<MountLine> recorders = mounts_in(folder, {kRecorderType});
  cut_off_recorders(recorders);
  unmount_all(folder, mounts_in(folder, {"ext4", "xfs"}));
  detach_all(folder);
  unmount_all(folder, recorders);
  for (const bool is_second : {false, true}) remove_instance(instance_name(folder, is_second));
}

}  // namespace helper
