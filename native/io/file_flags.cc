#include "file_flags.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

#include "descriptor.h"
#include "failure.h"

namespace io {
namespace {

// fs/xfs/libxfs/xfs_fs.h: struct xfs_fsop_geom and its ioctl; the header is not installed everywhere.
constexpr size_t kGeometryBytes = 256;
constexpr unsigned long kGeometryRequest = _IOC(_IOC_READ, 'X', 126, kGeometryBytes);

Descriptor open_to_read(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.is_open()) fail("open", path);
  return file;
}

}  // namespace

FileFlags file_flags(const std::string& path) {
  const Descriptor file = open_to_read(path);
  int flags = 0;  // the kernel writes an int, whatever the request's number says
  if (::ioctl(file.get(), FS_IOC_GETFLAGS, &flags) != 0) fail("ioctl FS_IOC_GETFLAGS", path);
  fsxattr extended{};
  if (::ioctl(file.get(), FS_IOC_FSGETXATTR, &extended) != 0) fail("ioctl FS_IOC_FSGETXATTR", path);
  return FileFlags{static_cast<uint32_t>(flags), extended.fsx_xflags, extended.fsx_extsize};
}

std::vector<uint8_t> xfs_geometry(const std::string& path) {
  const Descriptor file = open_to_read(path);
  std::vector<uint8_t> answer(kGeometryBytes);
  if (::ioctl(file.get(), kGeometryRequest, answer.data()) != 0) fail("ioctl XFS_IOC_FSGEOMETRY", path);
  return answer;
}

}  // namespace io
