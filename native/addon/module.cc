#include <napi.h>

#include "faces.h"

namespace {

Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  addon::export_facts(env, exports);
  addon::export_data(env, exports);
  addon::export_devices(env, exports);
  addon::export_executor(env, exports);
  addon::export_foreign_watch(env, exports);
  addon::export_directory_watch(env, exports);
  addon::export_stamps(env, exports);
  addon::export_storm(env, exports);
  addon::export_guest(env, exports);
  return exports;
}

}  // namespace

NODE_API_MODULE(untorn, initialise)
