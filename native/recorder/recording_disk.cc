#include "recording_disk.h"

#include <fcntl.h>

#include <utility>

namespace recorder {

RecordingDisk::RecordingDisk(const std::string& image, const std::string& log)
    : RecordingDisk(File(image, O_RDWR), log) {}

RecordingDisk::RecordingDisk(File image, const std::string& log)
    : Disk(image.size()), image_(std::move(image)), log_(log, size()) {}

void RecordingDisk::read(char* into, size_t length, uint64_t at) { image_.read(into, length, at); }

Ticket RecordingDisk::write(const char* from, size_t length, uint64_t at) {
  const Ticket ticket = log_.write_begins(at, from, length);
  image_.write(from, length, at);
  return ticket;
}

Ticket RecordingDisk::zero(uint64_t at, uint64_t length) {
  const Ticket ticket = log_.zero_begins(at, length);
  image_.punch(at, length);
  return ticket;
}

// The image is scratch: what a flush means is decided by whoever reads the log, so nothing is made durable here.
Ticket RecordingDisk::flush() { return log_.flush_begins(); }

void RecordingDisk::ended(Ticket ticket) { log_.ended(ticket); }

void RecordingDisk::tell(const char* message, size_t length) { log_.mark(message, length); }

}  // namespace recorder
