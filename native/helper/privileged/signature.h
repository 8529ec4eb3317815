// What a device looks like: main/lab/block/signature.ts looks for the same before it asks.
#pragma once

#include <string>

namespace helper {

// Looks at both ends of a device; empty where it looks like nothing. Throws io::Failure.
std::string signature_on(const std::string& path);

}  // namespace helper
