#include "watching.h"

#include <set>
#include <string>

namespace helper {
namespace {

constexpr size_t kMostThreads = 1024;

}  // namespace

Watching::Watching(const Mounted& mounted, pid_t own_thread) {
  const io::Descriptor root = mounted.open_root();
  watch_ = std::make_unique<io::ForeignWatch>("/proc/self/fd/" + std::to_string(root.get()), own_thread);
}

std::vector<uint32_t> Watching::drain() {
  std::set<uint32_t> threads;
  for (const io::ForeignChange& change : watch_->drain()) {
    if (threads.size() < kMostThreads) threads.insert(static_cast<uint32_t>(change.thread));
  }
  return {threads.begin(), threads.end()};
}

}  // namespace helper
