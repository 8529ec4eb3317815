// What a filesystem tells everybody who may read a file: its flags, and the geometry of an XFS.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace io {

struct FileFlags {
  uint32_t flags;           // FS_*_FL (FS_IOC_GETFLAGS)
  uint32_t extended_flags;  // FS_XFLAG_* (FS_IOC_FSGETXATTR)
  uint32_t extent_size_hint_bytes;
};

// Throws Failure: ENOTTY where the filesystem has no flags.
FileFlags file_flags(const std::string& path);

// struct xfs_fsop_geom, 256 bytes (XFS_IOC_FSGEOMETRY), of the XFS that `path` lies on. Throws Failure.
std::vector<uint8_t> xfs_geometry(const std::string& path);

}  // namespace io
