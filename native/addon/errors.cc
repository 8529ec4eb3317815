#include "errors.h"

namespace addon {

Napi::Error error_of(Napi::Env env, const io::Failure& failure) {
  Napi::Error error = Napi::Error::New(env, failure.what());
  error.Set("errno", Napi::Number::New(env, failure.error()));
  error.Set("code", Napi::String::New(env, io::errno_name(failure.error())));
  error.Set("syscall", Napi::String::New(env, failure.syscall()));
  error.Set("path", Napi::String::New(env, failure.path()));
  return error;
}

}  // namespace addon
