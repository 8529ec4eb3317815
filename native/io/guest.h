#pragma once

#include <string>

// What only the owner of a whole kernel does: the guest of a sandbox.
namespace io {

// finit_module(2) of an uncompressed or compressed module file, with `parameters` as insmod(8) takes them. A module that is there
// already is fine. Throws Failure.
void load_module(const std::string& path, const std::string& parameters);

// delete_module(2). Throws Failure.
void unload_module(const std::string& name);

}  // namespace io
