// An image file of which every change is logged before it is made.
#pragma once

#include "disk.h"
#include "file.h"
#include "log.h"

namespace recorder {

class RecordingDisk : public Disk {
 public:
  RecordingDisk(const std::string& image, const std::string& log);

  void read(char* into, size_t length, uint64_t at) override;
  Ticket write(const char* from, size_t length, uint64_t at) override;
  Ticket zero(uint64_t at, uint64_t length) override;
  Ticket flush() override;
  void ended(Ticket ticket) override;

  const char* side_name() const override { return "marks"; }
  // A mark: bytes that mean something to whoever reads the log.
  void tell(const char* message, size_t length) override;
  bool is_whole() const override { return log_.is_whole(); }

 private:
  RecordingDisk(File image, const std::string& log);

  File image_;
  Log log_;
};

}  // namespace recorder
