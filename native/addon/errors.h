#pragma once

#include <napi.h>

#include "../io/failure.h"

namespace addon {

// An Error with errno (number), code (name), syscall and path.
Napi::Error error_of(Napi::Env env, const io::Failure& failure);

// Runs `work` and turns an io::Failure into a JavaScript exception.
template <typename Work>
auto guarded(Napi::Env env, Work work) {
  try {
    return work();
  } catch (const io::Failure& failure) {
    throw error_of(env, failure);
  }
}

}  // namespace addon
