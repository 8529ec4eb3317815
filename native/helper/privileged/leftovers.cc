#include "leftovers.h"

#include "../../io/failure.h"
#include "../../io/loop.h"
#include "kernel_files.h"
#include "mounted.h"
#include "tracing.h"

namespace helper {
namespace {

// Whether `path` lies directly in the folder.
bool is_directly_in(const Folder& folder, const std::string& path) {
  const std::string beginning = folder.path() + "/";
  return path.rfind(beginning, 0) == 0 && path.find('/', beginning.size()) == std::string::npos;
}

}  // namespace

void undo_leftovers(const Folder& folder) {
  std::vector<MountLine> all = mounts();
  // The latest first: they may lie upon each other.
  for (auto mount = all.rbegin(); mount != all.rend(); mount++) {
    const bool is_lab = mount->type == "ext4" || mount->type == "xfs";
    if (!is_lab || !is_directly_in(folder, mount->point)) continue;
    unmount_in(folder.descriptor(), mount->point.substr(folder.path().size() + 1), true);
  }
  for (const std::string& name : names_in("/sys/block")) {
    if (name.rfind("loop", 0) != 0) continue;
    const std::string backing = read_kernel_file_where_possible("/sys/block/" + name + "/loop/backing_file");
    if (!is_directly_in(folder, backing)) continue;
    write_kernel_file_where_possible("/sys/block/" + name + "/queue/nomerges", "0");
    write_kernel_file_where_possible("/sys/block/" + name + "/queue/wbt_lat_usec", "-1");
    io::detach_loop("/dev/" + name);
  }
  for (const char* ending : {"", "-decisions"}) remove_instance(folder.name() + ending);
}

}  // namespace helper
