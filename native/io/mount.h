#pragma once

#include <cstdint>
#include <string>

namespace io {

// mount(2) with raw MS_* flags and the filesystem's own options. Throws Failure.
void mount_filesystem(const std::string& source, const std::string& target, const std::string& type,
                      unsigned long flags, const std::string& options);

// umount2(2). Throws Failure.
void unmount_filesystem(const std::string& target, int flags);

// FS_IOC_SHUTDOWN on the filesystem of `path` (ext4, XFS, F2FS): from then on every call fails until it is mounted anew.
// `flags`: 0 flushes data and log before, 1 the log alone, 2 nothing. Throws Failure.
void shut_down_filesystem(const std::string& path, uint32_t flags);

// syncfs(2) on the filesystem of `path`. Throws Failure.
void sync_filesystem(const std::string& path);

}  // namespace io
