#include "format.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "../../io/failure.h"
#include "wire.h"

namespace helper {
namespace {

constexpr const char* kFolders[] = {"/usr/sbin/", "/sbin/"};
constexpr size_t kMostComplaintBytes = 4096;
const char* const kEnvironment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", nullptr};

// Root's own program, which nobody else may change.
std::string program_for(const std::string& filesystem) {
  const std::string name = "mkfs." + filesystem;
  for (const char* folder : kFolders) {
    const std::string path = folder + name;
    struct stat facts {};
    if (::stat(path.c_str(), &facts) != 0) continue;
    const bool is_safe = S_ISREG(facts.st_mode) && facts.st_uid == 0 && (facts.st_mode & 0022) == 0;
    if (is_safe) return path;
  }
  throw Refused(name + " is missing in /usr/sbin");
}

[[noreturn]] void become(const std::string& program, const std::vector<std::string>& arguments, int output) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (const int usual : {SIGPIPE, SIGALRM, SIGXFSZ}) ::signal(usual, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const int nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  std::vector<char*> words;
  for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  ::execve(program.c_str(), words.data(), const_cast<char**>(kEnvironment));
  ::_exit(127);
}

// What the program says until it closes its end; it is killed where nobody waits for it any more.
std::string heard_from(pid_t child, const io::Descriptor& output, Lifeline& lifeline) {
  std::string said;
  for (;;) {
    if (!lifeline.await_readable(output.get())) {
      ::kill(child, SIGKILL);
      return said;
    }
    char piece[1024];
    const ssize_t got = ::read(output.get(), piece, sizeof(piece));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return said;
    if (said.size() < kMostComplaintBytes) said.append(piece, static_cast<size_t>(got));
  }
}

}  // namespace

std::string format_device(const std::string& path, const FormatWish& wish, Lifeline& lifeline) {
  const std::string program = program_for(wish.filesystem);
  std::vector<std::string> arguments{program, "-q", wish.filesystem == "ext4" ? "-F" : "-f"};
  arguments.insert(arguments.end(), wish.arguments.begin(), wish.arguments.end());
  arguments.push_back(path);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) io::fail("pipe2");
  const io::Descriptor listen(ends[0]);
  io::Descriptor speak(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) io::fail("fork");
  if (child == 0) become(program, arguments, speak.get());
  speak.close();
  const std::string said = heard_from(child, listen, lifeline);
  int status = -1;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return said.empty() ? program + " failed" : said;
}

}  // namespace helper
