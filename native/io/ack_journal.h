// The acknowledgement journal of a storm (docs/torn.md; read by core/torn/journal.ts). Records are stored into a shared
// mapping of the file: no system call per record, and yet they outlive the process, whenever it is killed.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "descriptor.h"
#include "stamp_engine.h"

namespace io {

struct AckRecord {
  enum class Kind : uint8_t { kBegun = 1, kEnded = 2, kFailed = 3 };
  Kind kind;
  uint16_t writer;
  uint64_t generation;
  uint64_t address;
  uint32_t bytes;
  int32_t result;
  uint64_t moment;
};

class AckJournal {
 public:
  // Makes the file, which must not exist. Throws Failure.
  AckJournal(const std::string& path, uint64_t run, StampEngine engine);
  ~AckJournal();
  AckJournal(const AckJournal&) = delete;
  AckJournal& operator=(const AckJournal&) = delete;

  // Any thread. Throws Failure where the file cannot grow.
  void append(const AckRecord& record);
  // Makes room before it is wanted, so that no append has to wait for the filesystem. For one thread that is at leisure,
  // many times a second; where it is late or fails, append() does the same for itself.
  void grow_ahead();
  // Cuts the file after its last record; nobody may append any more.
  void finish();

 private:
  static constexpr uint64_t kMostChunks = 65536;

  unsigned char* chunk(uint64_t index);
  unsigned char* map_chunk(uint64_t index);

  std::string path_;
  StampEngine engine_;
  Descriptor file_;
  std::atomic<uint64_t> taken_{0};
  std::unique_ptr<std::atomic<unsigned char*>[]> chunks_;
  std::mutex growing_;
};

}  // namespace io
