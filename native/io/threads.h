// Threads of our own.
#pragma once

#include <system_error>
#include <thread>
#include <utility>

#include "failure.h"

namespace io {

// std::thread, whose failure to start is a Failure: EAGAIN where a limit of the user's or the container's is reached.
template <typename Work>
std::thread start_thread(Work&& work) {
  try {
    return std::thread(std::forward<Work>(work));
  } catch (const std::system_error& error) {
    throw Failure(error.code().value(), "pthread_create", {});
  }
}

}  // namespace io
