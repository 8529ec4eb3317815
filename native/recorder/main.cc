// untorn-recorder: a disk in one FUSE file.
//
//   untorn-recorder record IMAGE LOG MOUNTPOINT   the image, every change of it appended to a new log
//   untorn-recorder states BASE LOG MOUNTPOINT    crash states made from an image as it was and a log; read only
//
// It runs until its mount point is unmounted. Signals that a terminal sends to everyone are ignored: whoever started
// it unmounts what lies above it first, and a disk that vanishes under a mounted filesystem helps nobody.
#include <signal.h>

#include <cstdio>
#include <exception>
#include <memory>
#include <string>

#include "recording_disk.h"
#include "session.h"
#include "state_disk.h"

int main(int argc, char** argv) {
  const std::string mode = argc == 5 ? argv[1] : "";
  if (mode != "record" && mode != "states") {
    std::fprintf(stderr, "usage: untorn-recorder record|states IMAGE LOG MOUNTPOINT\n");
    return 2;
  }
  signal(SIGINT, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
  try {
    std::unique_ptr<recorder::Disk> disk;
    if (mode == "record") disk = std::make_unique<recorder::RecordingDisk>(argv[2], argv[3]);
    else disk = std::make_unique<recorder::StateDisk>(argv[2], argv[3]);
    return recorder::serve(*disk, argv[4]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "untorn-recorder: %s\n", error.what());
    return 1;
  }
}
