// Whether there is still somebody to work for: an open pipe, signs of life on it, and no request to end.
#pragma once

#include <cstdint>
#include <vector>

#include "../../io/descriptor.h"

namespace helper {

// The pipe to the program that asks: frames in, frames out, and its end.
class Lifeline {
 public:
  // Takes over standard input and output, and SIGTERM. Throws io::Failure.
  Lifeline();

  // How long the other side may say nothing.
  void allow_silence(uint32_t milliseconds) { silence_milliseconds_ = milliseconds; }

  // The next frame without its length; false when there is nobody left to work for. Throws Malformed where its length is
  // none, after which no frame can be found any more.
  bool next(std::vector<uint8_t>& frame);

  // Sends a frame; false when nobody takes it.
  bool send(const std::vector<uint8_t>& frame);

  // Waits until `descriptor` can be read, or until there is nobody left to work for: false.
  bool await_readable(int descriptor);

  // No further message comes: the other side has gone, has been silent for too long, or SIGTERM came.
  bool is_cut() const { return is_cut_; }

 private:
  bool fill();

  io::Descriptor signals_;
  std::vector<uint8_t> received_;
  uint32_t silence_milliseconds_;
  bool is_cut_ = false;
};

}  // namespace helper
