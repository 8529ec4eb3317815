#include "../io/foreign_watch.h"

#include <climits>
#include <memory>

#include "arguments.h"
#include "errors.h"
#include "faces.h"

namespace addon {
namespace {

// new ForeignWatch(mountPoint, ownThread); drain(): [{ thread, mask }]; close()
class ForeignWatch : public Napi::ObjectWrap<ForeignWatch> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "ForeignWatch",
                       {InstanceMethod<&ForeignWatch::drain>("drain"), InstanceMethod<&ForeignWatch::close>("close")});
  }

  explicit ForeignWatch(const Napi::CallbackInfo& info) : Napi::ObjectWrap<ForeignWatch>(info) {
    Arguments arguments(info);
    const std::string mount_point = arguments.text("mountPoint");
    const int thread = arguments.integer("ownThread", 1, INT_MAX);
    watch_ = guarded(info.Env(), [&] { return std::make_unique<io::ForeignWatch>(mount_point, thread); });
  }

 private:
  Napi::Value drain(const Napi::CallbackInfo& info) {
    Napi::Array list = Napi::Array::New(info.Env());
    if (watch_ == nullptr) return list;
    const auto changes = guarded(info.Env(), [&] { return watch_->drain(); });
    for (size_t i = 0; i < changes.size(); i++) {
      Napi::Object change = Napi::Object::New(info.Env());
      change.Set("thread", changes[i].thread);
      change.Set("mask", static_cast<double>(changes[i].mask));
      list.Set(static_cast<uint32_t>(i), change);
    }
    return list;
  }

  Napi::Value close(const Napi::CallbackInfo& info) {
    watch_.reset();
    return info.Env().Undefined();
  }

  std::unique_ptr<io::ForeignWatch> watch_;
};

}  // namespace

void export_foreign_watch(Napi::Env env, Napi::Object exports) {
  exports.Set("ForeignWatch", ForeignWatch::define(env));
}

}  // namespace addon
