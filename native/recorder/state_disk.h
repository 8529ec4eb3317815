// A disk that shows one crash state after the other without ever copying an image: a base, over it segments that lie in
// a log, over those what has been written since the state was chosen (kept in memory, dropped with the next state). It
// remembers which sectors of the state were read, so that a state that differs elsewhere need not be mounted again.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "disk.h"
#include "file.h"

namespace recorder {

class StateDisk : public Disk {
 public:
  StateDisk(const std::string& base, const std::string& log);

  void read(char* into, size_t length, uint64_t at) override;
  Ticket write(const char* from, size_t length, uint64_t at) override;
  Ticket zero(uint64_t at, uint64_t length) override;

  const char* side_name() const override { return "state"; }
  // A state: a 64-bit number of segments, then three for each, in order and without overlap: where on the disk, how
  // long, and where in the log (all ones: zeros). Sectors throughout are whole.
  void tell(const char* message, size_t length) override;
  // What was touched since: pairs of 64-bit numbers (first sector, how many) of sectors read before they were written,
  // a pair of zeros, then those written.
  std::string ask() override;

 private:
  static constexpr uint64_t kSectorBytes = 512;
  using Sector = std::array<char, kSectorBytes>;
  struct Segment {
    uint64_t at;
    uint64_t length;
    uint64_t from;
  };

  StateDisk(File base, const std::string& log);

  void read_state(char* into, size_t length, uint64_t at) const;
  void note_read(uint64_t first, uint64_t count);

  File base_;
  File log_;
  std::vector<Segment> segments_;
  std::unordered_map<uint64_t, Sector> written_;
  std::map<uint64_t, uint64_t> reads_;  // first sector → one past the last; neither touching nor overlapping
};

}  // namespace recorder
