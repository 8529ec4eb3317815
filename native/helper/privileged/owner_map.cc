#include "owner_map.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string>

#include "../../io/failure.h"
#include "kernel_files.h"
#include "mount_calls.h"

namespace helper {
namespace {

std::string one_id(uint32_t from, uint32_t to) { return std::to_string(from) + " " + std::to_string(to) + " 1\n"; }

// A process in a user namespace of its own, which does nothing: only such a process gives a namespace its map.
class Sleeper {
 public:
  Sleeper() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) io::fail("pipe2");
    const io::Descriptor ready(ends[0]);
    io::Descriptor tell(ends[1]);
    process_ = ::fork();
    if (process_ < 0) io::fail("fork");
    if (process_ == 0) sleep_there(tell.get());
    tell.close();
    char done = 0;
    if (::read(ready.get(), &done, 1) != 1) {
      end();
      throw io::Failure(EPERM, "unshare", {});
    }
  }
  ~Sleeper() { end(); }
  Sleeper(const Sleeper&) = delete;
  Sleeper& operator=(const Sleeper&) = delete;

  std::string file(const char* name) const { return "/proc/" + std::to_string(process_) + "/" + name; }

 private:
  [[noreturn]] static void sleep_there(int tell) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::unshare(CLONE_NEWUSER) != 0 || ::write(tell, "", 1) != 1) ::_exit(1);
    for (;;) ::pause();
  }
  void end() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = 0;
  }

  pid_t process_ = 0;
};

}  // namespace

void map_owners(const io::Descriptor& mount, const Owners& owners) {
  const Sleeper sleeper;
  write_kernel_file(sleeper.file("uid_map"), one_id(owners.user_on_disk, owners.user_shown));
  write_kernel_file(sleeper.file("gid_map"), one_id(owners.group_on_disk, owners.group_shown));
  const std::string name = sleeper.file("ns/user");
  const io::Descriptor user_namespace(::open(name.c_str(), O_RDONLY | O_CLOEXEC));
  if (!user_namespace.is_open()) io::fail("open", name);
  map_owners_by(mount, user_namespace);
}

}  // namespace helper
