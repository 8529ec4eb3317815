// The first process of a sandbox's guest: mounts what programs expect, runs one program, and powers off when that
// ends, however it ends. Started by the guest's kernel as `init PROGRAM ARGUMENT…`, where PROGRAM begins with a slash.
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace {

struct Mount {
  const char* type;
  const char* target;
  const char* options;
};

// The root may be the host's own tree, read-only, and programs may lie anywhere in it: the one folder to write into
// lies where the host has nothing of its own.
constexpr Mount kMounts[] = {
    {"proc", "/proc", ""},
    {"sysfs", "/sys", ""},
    {"devtmpfs", "/dev", ""},
    {"tmpfs", "/dev/untorn", "mode=755"},
};

constexpr const char* kEnvironment[] = {
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/dev/untorn", "TMPDIR=/dev/untorn",
    "XDG_RUNTIME_DIR=/dev/untorn", "LC_ALL=C", nullptr,
};

void say(const char* what, const char* on, int error) {
  std::fprintf(stderr, "untorn-init: %s %s: %s\n", what, on, std::strerror(error));
}

// A kernel that has mounted a device filesystem by itself answers EBUSY.
void mount_all() {
  for (const Mount& mount : kMounts) {
    ::mkdir(mount.target, 0755);
    if (::mount(mount.type, mount.target, mount.type, 0, mount.options) != 0 && errno != EBUSY)
      say("mounting", mount.target, errno);
  }
}

// The kernel opens a console for its first process only where /dev has one already.
void use_console() {
  const int console = ::open("/dev/console", O_RDWR);
  if (console < 0) return;
  for (int standard = 0; standard <= 2; standard++) ::dup2(console, standard);
  if (console > 2) ::close(console);
}

[[noreturn]] void become(char** program) {
  ::setsid();
  ::execve(program[0], program, const_cast<char**>(kEnvironment));
  say("starting", program[0], errno);
  ::_exit(127);
}

// Everything whose parent has died becomes a child of the first process.
void await(pid_t program) {
  for (;;) {
    int status = 0;
    const pid_t ended = ::wait(&status);
    if (ended < 0 && errno != EINTR) return;
    if (ended != program) continue;
    if (WIFSIGNALED(status)) std::fprintf(stderr, "untorn-init: the program was killed by signal %d\n", WTERMSIG(status));
    if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
      std::fprintf(stderr, "untorn-init: the program ended with code %d\n", WEXITSTATUS(status));
    return;
  }
}

}  // namespace

int main(int, char** arguments) {
  mount_all();
  use_console();
  // A kernel hands on the words that it does not know itself.
  char** program = arguments + 1;
  while (*program != nullptr && **program != '/') program++;
  if (*program != nullptr) {
    const pid_t child = ::fork();
    if (child == 0) become(program);
    if (child > 0) await(child);
  }
  ::sync();
  ::reboot(RB_POWER_OFF);
  say("powering off", "the guest", errno);
  return 1;
}
