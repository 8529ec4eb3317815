// Which of the processor's instructions stamps are made and checked with; all of them come to the same bytes.
#pragma once

#include <cstdint>

namespace io {

enum class StampEngine : uint8_t {
  kTable,  // any processor
  kSse42,  // the checksum by an instruction of its own
  kAvx2,   // and the fill in vectors of 32 bytes
};

StampEngine best_stamp_engine();
bool has_stamp_engine(StampEngine engine);

}  // namespace io
