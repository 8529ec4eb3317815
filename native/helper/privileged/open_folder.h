// A folder as a thing of the session's with a number, like all others.
#pragma once

#include <memory>
#include <utility>

#include "folder.h"
#include "resource.h"

namespace helper {

class OpenFolder : public Resource {
 public:
  explicit OpenFolder(std::shared_ptr<Folder> folder) : folder(std::move(folder)) {}
  void undo(bool) override {}
  const std::shared_ptr<Folder> folder;
};

}  // namespace helper
