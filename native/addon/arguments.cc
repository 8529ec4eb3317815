#include "arguments.h"

#include <climits>
#include <cmath>

namespace addon {
namespace {

constexpr double kMaxSafeInteger = 9007199254740991.0;

std::string expected(const char* name, const char* what) { return std::string(name) + " must be " + what; }

}  // namespace

Napi::Value Arguments::next() { return info_[at_++]; }

std::string Arguments::text(const char* name) {
  const Napi::Value value = next();
  if (!value.IsString()) throw Napi::TypeError::New(info_.Env(), expected(name, "a string"));
  std::string text = value.As<Napi::String>();
  if (text.find('\0') != std::string::npos) {
    throw Napi::TypeError::New(info_.Env(), expected(name, "a string without NUL"));
  }
  return text;
}

bool Arguments::flag(const char* name) {
  const Napi::Value value = next();
  if (!value.IsBoolean()) throw Napi::TypeError::New(info_.Env(), expected(name, "a boolean"));
  return value.As<Napi::Boolean>();
}

int Arguments::integer(const char* name, int min, int max) {
  const Napi::Value value = next();
  if (!value.IsNumber()) throw Napi::TypeError::New(info_.Env(), expected(name, "a number"));
  const double number = value.As<Napi::Number>().DoubleValue();
  if (std::trunc(number) != number || number < min || number > max) {
    const std::string range = "an integer from " + std::to_string(min) + " to " + std::to_string(max);
    throw Napi::RangeError::New(info_.Env(), expected(name, range.c_str()));
  }
  return static_cast<int>(number);
}

int64_t Arguments::offset(const char* name) {
  const Napi::Value value = next();
  if (value.IsBigInt()) {
    bool lossless = false;
    const int64_t number = value.As<Napi::BigInt>().Int64Value(&lossless);
    if (!lossless) throw Napi::RangeError::New(info_.Env(), expected(name, "within 64 bits"));
    return number;
  }
  if (!value.IsNumber()) throw Napi::TypeError::New(info_.Env(), expected(name, "a bigint or a number"));
  const double number = value.As<Napi::Number>().DoubleValue();
  if (std::trunc(number) != number || std::fabs(number) > kMaxSafeInteger) {
    throw Napi::RangeError::New(info_.Env(), expected(name, "a bigint or a safe integer"));
  }
  return static_cast<int64_t>(number);
}

size_t Arguments::size(const char* name) {
  const int64_t number = offset(name);
  if (number < 0) throw Napi::RangeError::New(info_.Env(), expected(name, "0 or more"));
  return static_cast<size_t>(number);
}

Napi::Uint8Array Arguments::bytes(const char* name) {
  const Napi::Value value = next();
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
    throw Napi::TypeError::New(info_.Env(), expected(name, "a Uint8Array"));
  }
  return value.As<Napi::Uint8Array>();
}

}  // namespace addon
