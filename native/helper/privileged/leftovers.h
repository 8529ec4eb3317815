#pragma once

#include "folder.h"

namespace helper {

// Undoes what a dead session has left in a lab's folder: its mounts, its loop devices, its private traces. Throws
// io::Failure.
void undo_leftovers(const Folder& folder);

}  // namespace helper
