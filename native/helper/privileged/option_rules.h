// Which mount options and arguments of mkfs the helper passes on: what a plan may give (core/experiment/plan), looked at once
// more here. Nothing names another file or device, or changes how the host answers errors.
#pragma once

#include <string>
#include <vector>

namespace helper {

// Throw Refused with what is wrong.
void require_filesystem(const std::string& filesystem);
void require_mount_options(const std::string& filesystem, const std::string& options);
void require_mkfs_arguments(const std::string& filesystem, const std::vector<std::string>& arguments);

}  // namespace helper
