#include "caller.h"

#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>

#include "wire.h"

namespace helper {
namespace {

// A decimal number and nothing else; false where `text` is anything else.
bool parse_id(const char* text, uint32_t& id) {
  const size_t digits = std::strlen(text);
  if (digits == 0 || digits > 10 || std::strspn(text, "0123456789") != digits) return false;
  const unsigned long long value = std::strtoull(text, nullptr, 10);
  if (value >= UINT32_MAX) return false;
  id = static_cast<uint32_t>(value);
  return true;
}

}  // namespace

Caller identify_caller() {
  if (::geteuid() != 0) throw Refused("it is not root: pkexec or sudo starts it");
  // A set-user-ID bit would let everybody in without being asked.
  if (::getuid() != 0) throw Refused("it has a set-user-ID bit, which it must not have");
  const char* by_polkit = std::getenv("PKEXEC_UID");
  const char* by_sudo = std::getenv("SUDO_UID");
  if (by_polkit != nullptr && by_sudo != nullptr) throw Refused("PKEXEC_UID and SUDO_UID contradict each other");
  const char* name = by_polkit != nullptr ? by_polkit : by_sudo;
  if (name == nullptr) throw Refused("neither PKEXEC_UID nor SUDO_UID says for whom it works");
  uint32_t uid = 0;
  if (!parse_id(name, uid)) throw Refused("the number of the user is no number");
  const passwd* entry = ::getpwuid(uid);
  if (entry == nullptr) throw Refused("there is no user " + std::to_string(uid));
  return {uid, entry->pw_gid};
}

void settle_down() {
  ::clearenv();
  ::syscall(SYS_close_range, 3U, ~0U, 0U);
  if (::chdir("/") != 0) throw Refused("it cannot go to the root directory");
  ::umask(077);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  const rlimit any{RLIM_INFINITY, RLIM_INFINITY};
  for (const auto limit : {RLIMIT_CPU, RLIMIT_FSIZE}) ::setrlimit(limit, &any);
  const itimerval never{};
  for (const auto timer : {ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF}) ::setitimer(timer, &never, nullptr);
  ::prctl(PR_SET_DUMPABLE, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  // A terminal sends these to everybody in front of it; the program that asks us to work decides what becomes of it.
  for (const int ignored : {SIGPIPE, SIGINT, SIGHUP, SIGQUIT, SIGTSTP}) ::signal(ignored, SIG_IGN);
  // What the caller may have left behind for whoever comes after him in his process: limits, timers, an ignored SIGCHLD.
  for (const int ignored : {SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU, SIGXFSZ, SIGUSR1, SIGUSR2}) ::signal(ignored, SIG_IGN);
  ::signal(SIGCHLD, SIG_DFL);
  cpu_set_t first;
  CPU_ZERO(&first);
  CPU_SET(0, &first);
  // Where CPU 0 is not ours the plan's own thread finds out, and says so.
  ::sched_setaffinity(0, sizeof(first), &first);
}

}  // namespace helper
