// The recorder's log (docs/crash-states.md describes it byte by byte): a header, then records that are only appended.
// Every record carries checksums of its own, so that a log whose writer was killed is good up to its last whole record.
#pragma once

#include <cstdint>
#include <string>

#include "disk.h"
#include "file.h"

namespace recorder {

class Log {
 public:
  // Makes a new file, which must not exist.
  Log(const std::string& path, uint64_t disk_bytes);

  Ticket write_begins(uint64_t at, const char* data, size_t length);
  Ticket zero_begins(uint64_t at, uint64_t length);
  Ticket flush_begins();
  void ended(Ticket ticket);
  void mark(const char* text, size_t length);

  // Whether every record that was to be appended is there. After one that found no room nothing is appended any more:
  // behind the beginning of a record nobody would find the next one.
  bool is_whole() const { return broken_by_ == 0; }

 private:
  enum class Kind : uint8_t { write = 1, zero = 2, flush = 3, end = 4, mark = 5 };

  void append(Kind kind, Ticket ticket, uint64_t at, uint64_t length, const char* payload, size_t payload_bytes);

  File file_;
  Ticket next_ = 1;
  int broken_by_ = 0;  // errno
};

}  // namespace recorder
