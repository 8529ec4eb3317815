#include <climits>
#include <memory>

#include "../io/mount.h"
#include "../io/pinned_thread.h"
#include "../io/workbench.h"
#include "arguments.h"
#include "faces.h"
#include "promises.h"

namespace addon {
namespace {

constexpr int kMostCpus = 8191;
constexpr int kMostVectors = 65536;
constexpr double kMaxSafeInteger = 9007199254740991.0;

Napi::Value done(Napi::Env env, bool) { return env.Undefined(); }

Napi::Number block_number(Napi::Env env, uint64_t blocks) {
  const double number = static_cast<double>(blocks);
  if (number > kMaxSafeInteger) throw Napi::RangeError::New(env, "block number past 2^53");
  return Napi::Number::New(env, number);
}

// { value } or { value: -1, error: "ENOSPC" }
Napi::Object step_object(Napi::Env env, const io::StepResult& result) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("value", static_cast<double>(result.value));
  if (result.error != 0) object.Set("error", io::errno_name(result.error));
  return object;
}

Napi::Value layout_object(Napi::Env env, const io::LayoutResult& layout) {
  Napi::Object object = step_object(env, layout.result);
  object.Set("isRegular", layout.is_regular);
  object.Set("isInline", layout.is_inline);
  Napi::Array extents = Napi::Array::New(env, layout.extents.size());
  for (size_t i = 0; i < layout.extents.size(); i++) {
    const io::BlockExtent& extent = layout.extents[i];
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("logical", block_number(env, extent.logical));
    entry.Set("physical", block_number(env, extent.physical));
    entry.Set("length", block_number(env, extent.length));
    entry.Set("state", extent.unwritten ? "unwritten" : "written");
    extents.Set(static_cast<uint32_t>(i), entry);
  }
  object.Set("extents", extents);
  return object;
}

// new Executor(cpu, modulus, remainder). All of its methods but cancel, end and threadId run on its own thread, in the
// order of the calls, and return promises.
class Executor : public Napi::ObjectWrap<Executor> {
 public:
  static Napi::Function define(Napi::Env env);

  explicit Executor(const Napi::CallbackInfo& info) : Napi::ObjectWrap<Executor>(info) {
    Arguments arguments(info);
    const int cpu = arguments.integer("cpu", 0, kMostCpus);
    const int modulus = arguments.integer("modulus", 1, 1 << 20);
    const int remainder = arguments.integer("remainder", 0, modulus - 1);
    thread_ = guarded(info.Env(), [&] { return std::make_unique<io::PinnedThread>(cpu, modulus, remainder); });
    environment_ = info.Env();
    ::napi_add_env_cleanup_hook(environment_, &Executor::leave_environment, this);
  }

  ~Executor() override {
    ::napi_remove_env_cleanup_hook(environment_, &Executor::leave_environment, this);
    end_thread();
  }

 private:
  // The end of a worker thread, or of the program: what the jobs answer through is taken away next, and Node before 24
  // does not wait for a thread that still holds it.
  static void leave_environment(void* executor) { static_cast<Executor*>(executor)->end_thread(); }

  void end_thread() {
    bench_.cancel();
    thread_.reset();
  }

  io::PinnedThread& thread(const Napi::CallbackInfo& info) {
    if (thread_ == nullptr) throw Napi::Error::New(info.Env(), "the executor has ended");
    return *thread_;
  }

  // Runs `work(bench)` on the thread; its StepResult becomes an object.
  template <typename Work>
  Napi::Value step(const Napi::CallbackInfo& info, Work work) {
    io::Workbench* bench = &bench_;
    return on_thread(thread(info), info.This().As<Napi::Object>(), [bench, work] { return work(*bench); }, step_object);
  }
  template <typename Work>
  Napi::Value call(const Napi::CallbackInfo& info, Work work) {
    io::Workbench* bench = &bench_;
    const auto returning = [bench, work] {
      work(*bench);
      return true;
    };
    return on_thread(thread(info), info.This().As<Napi::Object>(), returning, done);
  }

  Napi::Value enter(const Napi::CallbackInfo& info) {
    const std::string root = Arguments(info).text("root");
    return call(info, [root](io::Workbench& bench) { bench.enter(root); });
  }
  Napi::Value enter_device(const Napi::CallbackInfo& info) {
    const std::string path = Arguments(info).text("path");
    return call(info, [path](io::Workbench& bench) { bench.enter_device(path); });
  }
  Napi::Value leave(const Napi::CallbackInfo& info) {
    return call(info, [](io::Workbench& bench) { bench.leave(); });
  }
  Napi::Value mount(const Napi::CallbackInfo& info) {
    Arguments arguments(info);
    const std::string source = arguments.text("source");
    const std::string target = arguments.text("target");
    const std::string type = arguments.text("type");
    const int flags = arguments.integer("flags", 0, INT_MAX);
    const std::string options = arguments.text("options");
    return call(info, [=](io::Workbench&) {
      io::mount_filesystem(source, target, type, static_cast<unsigned long>(flags), options);
    });
  }
  Napi::Value unmount(const Napi::CallbackInfo& info) {
    Arguments arguments(info);
    const std::string target = arguments.text("target");
    const int flags = arguments.integer("flags", 0, INT_MAX);
    return call(info, [=](io::Workbench&) { io::unmount_filesystem(target, flags); });
  }

  Napi::Value create(const Napi::CallbackInfo& info) {
    Arguments arguments(info);
    const std::string file = arguments.text("file");
    const bool direct = arguments.flag("direct");
    return step(info, [=](io::Workbench& bench) { return bench.create(file, direct); });
  }
  Napi::Value open(const Napi::CallbackInfo& info) {
    Arguments arguments(info);
    const std::string file = arguments.text("file");
    const bool direct = arguments.flag("direct");
    return step(info, [=](io::Workbench& bench) { return bench.open(file, direct); });
  }
  Napi::Value write(const Napi::CallbackInfo& info) {
    Arguments arguments(info);
    io::WriteStep request;
    request.file = arguments.text("file");
    request.offset_bytes = arguments.offset("offset");
    request.length_bytes = arguments.size("length");
    request.vectors = static_cast<size_t>(arguments.integer("vectors", 1, kMostVectors));
    request.direct = arguments.flag("direct");
    request.flags = arguments.integer("flags", 0, INT_MAX);
    return step(info, [request](io::Workbench& bench) { return bench.write(request); });
  }
  Napi::Value fallocate(const Napi::CallbackInfo& info) {
    Arguments arguments(info);
    const std::string file = arguments.text("file");
    const int mode = arguments.integer("mode", 0, INT_MAX);
    const int64_t offset = arguments.offset("offset");
    const int64_t length = arguments.offset("length");
    return step(info, [=](io::Workbench& bench) { return bench.fallocate(file, mode, offset, length); });
  }
  Napi::Value truncate(const Napi::CallbackInfo& info) {
    Arguments arguments(info);
    const std::string file = arguments.text("file");
    const int64_t size = arguments.offset("size");
    return step(info, [=](io::Workbench& bench) { return bench.truncate(file, size); });
  }
  Napi::Value unlink(const Napi::CallbackInfo& info) {
    const std::string file = Arguments(info).text("file");
    return step(info, [file](io::Workbench& bench) { return bench.unlink(file); });
  }
  Napi::Value make_directory(const Napi::CallbackInfo& info) {
    const std::string file = Arguments(info).text("file");
    return step(info, [file](io::Workbench& bench) { return bench.make_directory(file); });
  }
  Napi::Value fsync(const Napi::CallbackInfo& info) {
    const std::string file = Arguments(info).text("file");
    return step(info, [file](io::Workbench& bench) { return bench.fsync(file); });
  }
  Napi::Value close(const Napi::CallbackInfo& info) {
    const std::string file = Arguments(info).text("file");
    return step(info, [file](io::Workbench& bench) { return bench.close(file); });
  }
  Napi::Value sync(const Napi::CallbackInfo& info) {
    return step(info, [](io::Workbench& bench) { return bench.sync(); });
  }
  Napi::Value many(const Napi::CallbackInfo& info) {
    Arguments arguments(info);
    io::ManyStep request;
    request.prefix = arguments.text("prefix");
    request.count = arguments.size("count");
    request.length_bytes = arguments.size("length");
    request.how = static_cast<io::ManyWay>(arguments.integer("how", 0, 2));
    return step(info, [request](io::Workbench& bench) { return bench.many(request); });
  }
  Napi::Value unlink_every(const Napi::CallbackInfo& info) {
    Arguments arguments(info);
    io::UnlinkEveryStep request;
    request.prefix = arguments.text("prefix");
    request.count = arguments.size("count");
    request.step = static_cast<uint64_t>(arguments.integer("step", 1, INT_MAX));
    request.start = arguments.size("start");
    return step(info, [request](io::Workbench& bench) { return bench.unlink_every(request); });
  }
  Napi::Value layout(const Napi::CallbackInfo& info) {
    const std::string file = Arguments(info).text("file");
    io::Workbench* bench = &bench_;
    const auto work = [bench, file] { return bench->layout(file); };
    return on_thread(thread(info), info.This().As<Napi::Object>(), work, layout_object);
  }
  Napi::Value names(const Napi::CallbackInfo& info) {
    io::Workbench* bench = &bench_;
    const auto work = [bench] { return bench->names(); };
    const auto convert = [](Napi::Env env, const std::vector<std::string>& names) {
      Napi::Array list = Napi::Array::New(env, names.size());
      for (size_t i = 0; i < names.size(); i++) list.Set(static_cast<uint32_t>(i), names[i]);
      return list;
    };
    return on_thread(thread(info), info.This().As<Napi::Object>(), work, convert);
  }

  Napi::Value cancel(const Napi::CallbackInfo& info) {
    bench_.cancel();
    return info.Env().Undefined();
  }
  // Waits for the running job, which cancel() ends at its next call; the descriptors go with the object.
  Napi::Value end(const Napi::CallbackInfo& info) {
    end_thread();
    bench_.leave();
    return info.Env().Undefined();
  }
  Napi::Value thread_id(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), thread(info).thread_id());
  }

  napi_env environment_ = nullptr;
  io::Workbench bench_;
  std::unique_ptr<io::PinnedThread> thread_;
};

Napi::Function Executor::define(Napi::Env env) {
  return DefineClass(env, "Executor",
                     {InstanceMethod<&Executor::enter>("enter"),
                      InstanceMethod<&Executor::enter_device>("enterDevice"),
                      InstanceMethod<&Executor::leave>("leave"),
                      InstanceMethod<&Executor::mount>("mount"),
                      InstanceMethod<&Executor::unmount>("unmount"),
                      InstanceMethod<&Executor::create>("create"),
                      InstanceMethod<&Executor::open>("open"),
                      InstanceMethod<&Executor::write>("write"),
                      InstanceMethod<&Executor::fallocate>("fallocate"),
                      InstanceMethod<&Executor::truncate>("truncate"),
                      InstanceMethod<&Executor::unlink>("unlink"),
                      InstanceMethod<&Executor::make_directory>("mkdir"),
                      InstanceMethod<&Executor::fsync>("fsync"),
                      InstanceMethod<&Executor::close>("close"),
                      InstanceMethod<&Executor::sync>("sync"),
                      InstanceMethod<&Executor::many>("many"),
                      InstanceMethod<&Executor::unlink_every>("unlinkEvery"),
                      InstanceMethod<&Executor::layout>("layout"),
                      InstanceMethod<&Executor::names>("names"),
                      InstanceMethod<&Executor::cancel>("cancel"),
                      InstanceMethod<&Executor::end>("end"),
                      InstanceAccessor<&Executor::thread_id>("threadId")});
}

}  // namespace

void export_executor(Napi::Env env, Napi::Object exports) { exports.Set("Executor", Executor::define(env)); }

}  // namespace addon
