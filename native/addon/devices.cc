#include <climits>

#include "../io/loop.h"
#include "../io/mount.h"
#include "arguments.h"
#include "faces.h"
#include "promises.h"

namespace addon {
namespace {

constexpr int kMostSectorBytes = 65536;

Napi::Value done(Napi::Env env, bool) { return env.Undefined(); }

struct Attached {
  int number;
  std::string path;
  int descriptor;
};

Napi::Value attached_object(Napi::Env env, const Attached& loop) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("number", loop.number);
  object.Set("path", loop.path);
  object.Set("descriptor", loop.descriptor);
  return object;
}

// attachLoop(path, logicalBlockBytes, directIo, readOnly, autoClear): { number, path, descriptor }
Napi::Value attach(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  io::LoopRequest request;
  request.backing_path = arguments.text("path");
  request.logical_block_bytes = static_cast<uint32_t>(arguments.integer("logicalBlockBytes", 0, kMostSectorBytes));
  request.direct_io = arguments.flag("directIo");
  request.read_only = arguments.flag("readOnly");
  request.auto_clear = arguments.flag("autoClear");
  const auto work = [request] {
    io::LoopDevice loop = io::attach_loop(request);
    return Attached{loop.number, loop.path, loop.device.release()};
  };
  return on_pool(info.Env(), work, attached_object);
}

Napi::Value detach(const Napi::CallbackInfo& info) {
  const std::string path = Arguments(info).text("path");
  const auto work = [path] {
    io::detach_loop(path);
    return true;
  };
  return on_pool(info.Env(), work, done);
}

Napi::Value mount(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const std::string source = arguments.text("source");
  const std::string target = arguments.text("target");
  const std::string type = arguments.text("type");
  const int flags = arguments.integer("flags", 0, INT_MAX);
  const std::string options = arguments.text("options");
  const auto work = [=] {
    io::mount_filesystem(source, target, type, static_cast<unsigned long>(flags), options);
    return true;
  };
  return on_pool(info.Env(), work, done);
}

// shutDown(path, flags): FS_IOC_SHUTDOWN
Napi::Value shut_down(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const std::string path = arguments.text("path");
  const auto flags = static_cast<uint32_t>(arguments.integer("flags", 0, 2));
  const auto work = [=] {
    io::shut_down_filesystem(path, flags);
    return true;
  };
  return on_pool(info.Env(), work, done);
}

Napi::Value unmount(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const std::string target = arguments.text("target");
  const int flags = arguments.integer("flags", 0, INT_MAX);
  const auto work = [=] {
    io::unmount_filesystem(target, flags);
    return true;
  };
  return on_pool(info.Env(), work, done);
}

Napi::Value syncfs(const Napi::CallbackInfo& info) {
  const std::string path = Arguments(info).text("path");
  const auto work = [path] {
    io::sync_filesystem(path);
    return true;
  };
  return on_pool(info.Env(), work, done);
}

}  // namespace

void export_devices(Napi::Env env, Napi::Object exports) {
  exports.Set("attachLoop", Napi::Function::New(env, attach));
  exports.Set("detachLoop", Napi::Function::New(env, detach));
  exports.Set("mount", Napi::Function::New(env, mount));
  exports.Set("shutDown", Napi::Function::New(env, shut_down));
  exports.Set("unmount", Napi::Function::New(env, unmount));
  exports.Set("syncfs", Napi::Function::New(env, syncfs));
}

}  // namespace addon
