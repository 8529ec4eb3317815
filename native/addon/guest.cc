#include "../io/guest.h"

#include <climits>

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

// addPartition(disk, number, startBytes, lengthBytes)
Napi::Value add_partition(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const std::string disk = arguments.text("disk");
  const int number = arguments.integer("number", 1, INT_MAX);
  const auto start = static_cast<uint64_t>(arguments.size("startBytes"));
  const auto length = static_cast<uint64_t>(arguments.size("lengthBytes"));
  const auto work = [=] {
    io::add_partition(disk, number, start, length);
    return true;
  };
  return on_pool(info.Env(), work, done);
}

// removePartition(disk, number)
Napi::Value remove_partition(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const std::string disk = arguments.text("disk");
  const int number = arguments.integer("number", 1, INT_MAX);
  const auto work = [=] {
    io::remove_partition(disk, number);
    return true;
  };
  return on_pool(info.Env(), work, done);
}

// bringUpNetwork(interface, address, mask)
Napi::Value bring_up(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const std::string interface = arguments.text("interface");
  const std::string address = arguments.text("address");
  const std::string mask = arguments.text("mask");
  const auto work = [=] {
    io::bring_up_network(interface, address, mask);
    return true;
  };
  return on_pool(info.Env(), work, done);
}

}  // namespace

void export_guest(Napi::Env env, Napi::Object exports) {
  exports.Set("loadModule", Napi::Function::New(env, load));
  exports.Set("addPartition", Napi::Function::New(env, add_partition));
  exports.Set("removePartition", Napi::Function::New(env, remove_partition));
  exports.Set("unloadModule", Napi::Function::New(env, unload));
  exports.Set("bringUpNetwork", Napi::Function::New(env, bring_up));
}

}  // namespace addon
