// The clock that only goes on.
#pragma once

#include <time.h>

#include <cstdint>

namespace io {

constexpr uint64_t kSecondNs = 1000000000;

inline uint64_t monotonic_ns() {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<uint64_t>(time.tv_sec) * kSecondNs + static_cast<uint64_t>(time.tv_nsec);
}

}  // namespace io
