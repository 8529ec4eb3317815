// Keeps watch over a lab whose loop devices UDisks2 has set up (docs/privilege.md): UDisks2 leaves them where they are when the
// one who asked for them dies. Runs as the user himself, and can do no more than he.
//
//   untorn-keeper FOLDER UDISKSCTL
//
// Reads its standard input. A byte means that all is well and nothing is left to do. Its end without one means that the lab has died: then
// every loop device over a file in FOLDER is unmounted and deleted, by UDISKSCTL.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <string>

#include "undo.h"

namespace {

// A set-up may be under way in UDisks2 while its client is killed: it is looked for until so many looks in a row found nothing.
constexpr int kQuietLooks = 10;
constexpr int kMostLooks = 300;
constexpr useconds_t kBetweenLooksMicroseconds = 100'000;

bool hears_that_all_is_well() {
  char byte = 0;
  for (;;) {
    const ssize_t got = ::read(STDIN_FILENO, &byte, 1);
    if (got < 0 && errno == EINTR) continue;
    return got == 1;
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3 || !keeper::is_lab_folder(arguments[1]) || arguments[2][0] != '/') {
    std::fputs("untorn-keeper: FOLDER UDISKSCTL, by their whole paths, are asked for\n", stderr);
    return 2;
  }
  // The terminal's signals are for those who end in order.
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) std::signal(signal, SIG_IGN);
  if (hears_that_all_is_well()) return 0;
  const std::string folder = arguments[1];
  for (int quiet = 0, looks = 0; quiet < kQuietLooks && looks < kMostLooks; looks++) {
    quiet = keeper::undo(folder, arguments[2]) ? quiet + 1 : 0;
    ::usleep(kBetweenLooksMicroseconds);
  }
  return 0;
}
