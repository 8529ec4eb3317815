#include <fcntl.h>
#include <linux/fiemap.h>
#include <sys/stat.h>

#include <cerrno>

#include "beneath.h"
#include "failure.h"
#include "fiemap.h"
#include "workbench.h"

namespace io {
namespace {

// Appends, as one with its predecessor where it continues it in both addresses and state.
void append(std::vector<BlockExtent>& extents, const BlockExtent& next) {
  if (!extents.empty()) {
    BlockExtent& last = extents.back();
    const bool continues = last.unwritten == next.unwritten && last.logical + last.length == next.logical &&
                           last.physical + last.length == next.physical;
    if (continues) {
      last.length += next.length;
      return;
    }
  }
  extents.push_back(next);
}

BlockExtent in_blocks(const MappedExtent& extent, uint64_t block_bytes, const std::string& file) {
  const bool whole = extent.logical_bytes % block_bytes == 0 && extent.physical_bytes % block_bytes == 0 &&
                     extent.length_bytes % block_bytes == 0;
  const bool placed = (extent.flags & (FIEMAP_EXTENT_UNKNOWN | FIEMAP_EXTENT_DELALLOC)) == 0;
  if (!whole || !placed) throw Failure(EUCLEAN, "ioctl FS_IOC_FIEMAP", file);
  return {extent.logical_bytes / block_bytes, extent.physical_bytes / block_bytes, extent.length_bytes / block_bytes,
          (extent.flags & FIEMAP_EXTENT_UNWRITTEN) != 0};
}

}  // namespace

LayoutResult Workbench::layout(const std::string& file) {
  stop_if_cancelled();
  LayoutResult layout{{0, 0}, true, false, {}};
  const Descriptor reader(open_beneath(root_.get(), file, O_RDONLY | O_NONBLOCK));
  struct stat facts {};
  if (!reader.is_open() || ::fstat(reader.get(), &facts) != 0) {
    layout.result = {-1, errno};
    return layout;
  }
  layout.is_regular = S_ISREG(facts.st_mode);
  if (layout.is_regular) remember(file);

  std::vector<MappedExtent> mapped;
  const int error = read_extents(reader.get(), true, mapped);
  if (error != 0) {
    layout.result = {-1, error};
    return layout;
  }
  const auto known = files_.find(file);
  if (known != files_.end()) known->second.may_have_delayed_data = false;
  for (const MappedExtent& extent : mapped) {
    if ((extent.flags & FIEMAP_EXTENT_DATA_INLINE) != 0) {
      layout.is_inline = true;
    } else {
      append(layout.extents, in_blocks(extent, block_bytes_, file));
    }
  }
  return layout;
}

}  // namespace io
