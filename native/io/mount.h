#pragma once

#include <string>

namespace io {

// mount(2) with raw MS_* flags and the filesystem's own options. Throws Failure.
void mount_filesystem(const std::string& source, const std::string& target, const std::string& type,
                      unsigned long flags, const std::string& options);

// umount2(2). Throws Failure.
void unmount_filesystem(const std::string& target, int flags);

// syncfs(2) on the filesystem of `path`. Throws Failure.
void sync_filesystem(const std::string& path);

}  // namespace io
