#include "undo.h"

#include <dirent.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <initializer_list>
#include <memory>
#include <vector>

extern char** environ;

namespace keeper {
namespace {

constexpr char kDevices[] = "/sys/block";
constexpr char kPrefix[] = "loop";

bool is_loop(const std::string& name) {
  const std::string prefix = kPrefix;
  return name.size() > prefix.size() && name.compare(0, prefix.size(), prefix) == 0 &&
         std::all_of(name.begin() + static_cast<ptrdiff_t>(prefix.size()), name.end(),
                     [](char digit) { return digit >= '0' && digit <= '9'; });
}

// `/tmp/untorn-x/image`, with ` (deleted)` behind it where the file is gone.
std::string backing_file(const std::string& name) {
  const std::string path = std::string(kDevices) + "/" + name + "/loop/backing_file";
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return "";
  // sysfs gives at most a page.
  std::array<char, 4096> text{};
  const ssize_t length = ::read(descriptor, text.data(), text.size());
  ::close(descriptor);
  return length <= 0 ? "" : std::string(text.data(), static_cast<size_t>(length));
}

std::vector<std::string> loops_over(const std::string& folder) {
  std::vector<std::string> found;
  const std::unique_ptr<DIR, int (*)(DIR*)> devices(::opendir(kDevices), ::closedir);
  if (devices == nullptr) return found;
  while (const dirent* entry = ::readdir(devices.get())) {
    const std::string name = entry->d_name;
    if (is_loop(name) && backing_file(name).compare(0, folder.size() + 1, folder + "/") == 0) found.push_back(name);
  }
  return found;
}

// Runs `udisksctl VERB … -b DEVICE`, heard by nobody; whether it went well does not matter, only what is left.
void run(const std::string& udisksctl, std::initializer_list<std::string> words) {
  std::vector<std::string> texts = {udisksctl};
  texts.insert(texts.end(), words.begin(), words.end());
  std::vector<char*> arguments;
  for (std::string& text : texts) arguments.push_back(text.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int failure = ::posix_spawn(&child, udisksctl.c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) return;
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
}

}  // namespace

bool is_lab_folder(const std::string& path) {
  const std::string prefix = "untorn-";
  const size_t last = path.rfind('/');
  return !path.empty() && path[0] == '/' && path.compare(last + 1, prefix.size(), prefix) == 0;
}

bool undo(const std::string& folder, const std::string& udisksctl) {
  const std::vector<std::string> loops = loops_over(folder);
  for (const std::string& name : loops) {
    const std::string device = "/dev/" + name;
    // By force: out of sight at once, even where somebody looks into it at this moment.
    run(udisksctl, {"unmount", "--no-user-interaction", "--force", "-b", device});
    // Looked at again: the number may be another file's by now.
    if (backing_file(name).compare(0, folder.size() + 1, folder + "/") != 0) continue;
    run(udisksctl, {"loop-delete", "--no-user-interaction", "-b", device});
  }
  return loops.empty();
}

}  // namespace keeper
