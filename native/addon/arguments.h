// The one place where arguments from JavaScript are judged: nothing is truncated, rounded or guessed. Each function
// throws a TypeError or RangeError that names the argument.
#pragma once

#include <napi.h>

#include <cstdint>
#include <string>

namespace addon {

// Reads the arguments of one call in their order.
class Arguments {
 public:
  explicit Arguments(const Napi::CallbackInfo& info) : info_(info) {}

  // A text without NUL, as system calls want it.
  std::string text(const char* name);
  bool flag(const char* name);
  // An integer number from `min` to `max`.
  int integer(const char* name, int min, int max);
  // A bigint, or a number that is a safe integer; any value of an off_t, negative ones too (the kernel judges them).
  int64_t offset(const char* name);
  // As offset, from 0 to SIZE_MAX / 2.
  size_t size(const char* name);
  // Bytes of a Uint8Array.
  Napi::Uint8Array bytes(const char* name);
  // Leaves one argument to the caller, who has judged it.
  void skip() { next(); }

 private:
  Napi::Value next();

  const Napi::CallbackInfo& info_;
  size_t at_ = 0;
};

}  // namespace addon
