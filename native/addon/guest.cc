#include "../io/guest.h"

#include "arguments.h"
#include "faces.h"
#include "promises.h"

namespace addon {
namespace {

Napi::Value done(Napi::Env env, bool) { return env.Undefined(); }

// loadModule(path, parameters)
Napi::Value load(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const std::string path = arguments.text("path");
  const std::string parameters = arguments.text("parameters");
  const auto work = [=] {
    io::load_module(path, parameters);
    return true;
  };
  return on_pool(info.Env(), work, done);
}

// unloadModule(name)
Napi::Value unload(const Napi::CallbackInfo& info) {
  const std::string name = Arguments(info).text("name");
  const auto work = [name] {
    io::unload_module(name);
    return true;
  };
  return on_pool(info.Env(), work, done);
}

}  // namespace

void export_guest(Napi::Env env, Napi::Object exports) {
  exports.Set("loadModule", Napi::Function::New(env, load));
  exports.Set("unloadModule", Napi::Function::New(env, unload));
}

}  // namespace addon
