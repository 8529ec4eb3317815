// What a dead lab has left in UDisks2's hands, found and given back.
#pragma once

#include <string>

namespace keeper {

// Whether a path can be a lab's folder: whole, and its last part begins with `untorn-`.
bool is_lab_folder(const std::string& path);

// Unmounts and deletes every loop device over a file directly in `folder`. Returns whether there was none.
bool undo(const std::string& folder, const std::string& udisksctl);

}  // namespace keeper
