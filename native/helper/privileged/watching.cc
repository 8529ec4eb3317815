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

Watching::Watching(const Surveyed& surveyed, pid_t own_thread) : is_anonymous_(true) {
  const std::string directory = "/proc/self/fd/" + std::to_string(surveyed.directory().get());
  watch_ = std::make_unique<io::ForeignWatch>(directory, own_thread);
}

std::vector<uint32_t> Watching::drain() {
  std::set<uint32_t> threads;
  for (const io::ForeignChange& change : watch_->drain()) {
    const pid_t thread = is_anonymous_ ? 0 : change.thread;
    if (threads.size() < kMostThreads) threads.insert(static_cast<uint32_t>(thread));
  }
  return {threads.begin(), threads.end()};
}

}  // namespace helper
