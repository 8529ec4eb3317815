#pragma once

#include <string>
#include <vector>

#include "lifeline.h"

namespace helper {

struct FormatWish {
  std::string filesystem;
  std::vector<std::string> arguments;  // judged already
};

// Runs mkfs.ext4 or mkfs.xfs from a system directory, with nothing of the caller's environment, on a device in /dev. Killed
// when there is nobody left to work for. Returns what it complained of; empty where it went well. Throws Refused.
std::string format_device(const std::string& path, const FormatWish& wish, Lifeline& lifeline);

}  // namespace helper
