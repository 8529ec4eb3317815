#include "fiemap.h"

#include <linux/fiemap.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>

namespace io {
namespace {

constexpr uint32_t kExtentsPerPage = 512;

}  // namespace

int read_extents(int descriptor, bool sync, std::vector<MappedExtent>& extents) {
  // uint64_t storage gives struct fiemap the alignment it needs.
  std::vector<uint64_t> memory((sizeof(fiemap) + kExtentsPerPage * sizeof(fiemap_extent)) / sizeof(uint64_t));
  auto* request = reinterpret_cast<fiemap*>(memory.data());
  const auto* page = reinterpret_cast<const fiemap_extent*>(request + 1);
  uint64_t start = 0;

  for (bool first = true;; first = false) {
    std::memset(request, 0, sizeof(*request));
    request->fm_start = start;
    request->fm_length = FIEMAP_MAX_OFFSET - start;
    request->fm_flags = sync && first ? FIEMAP_FLAG_SYNC : 0;
    request->fm_extent_count = kExtentsPerPage;
    if (::ioctl(descriptor, FS_IOC_FIEMAP, request) != 0) return errno;
    if (request->fm_mapped_extents == 0) return 0;

    for (uint32_t i = 0; i < request->fm_mapped_extents; i++) {
      const fiemap_extent& extent = page[i];
      extents.push_back({extent.fe_logical, extent.fe_physical, extent.fe_length, extent.fe_flags});
    }
    const fiemap_extent& last = page[request->fm_mapped_extents - 1];
    const uint64_t next = last.fe_logical + last.fe_length;
    if ((last.fe_flags & FIEMAP_EXTENT_LAST) != 0 || next <= start) return 0;
    start = next;
  }
}

}  // namespace io
