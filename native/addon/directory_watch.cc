#include "../io/directory_watch.h"

#include <memory>

#include "arguments.h"
#include "errors.h"
#include "faces.h"

namespace addon {
namespace {

// new DirectoryWatch(); add(directory); drain(): { others, madeDirectory, lost }; close()
class DirectoryWatch : public Napi::ObjectWrap<DirectoryWatch> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "DirectoryWatch",
                       {InstanceMethod<&DirectoryWatch::add>("add"), InstanceMethod<&DirectoryWatch::drain>("drain"),
                        InstanceMethod<&DirectoryWatch::close>("close")});
  }

  explicit DirectoryWatch(const Napi::CallbackInfo& info) : Napi::ObjectWrap<DirectoryWatch>(info) {
    watch_ = guarded(info.Env(), [] { return std::make_unique<io::DirectoryWatch>(); });
  }

 private:
  Napi::Value add(const Napi::CallbackInfo& info) {
    Arguments arguments(info);
    const std::string directory = arguments.text("directory");
    if (watch_ != nullptr) guarded(info.Env(), [&] { watch_->add(directory); });
    return info.Env().Undefined();
  }

  Napi::Value drain(const Napi::CallbackInfo& info) {
    const auto changes =
        watch_ == nullptr ? io::DirectoryChanges{} : guarded(info.Env(), [&] { return watch_->drain(); });
    Napi::Object answer = Napi::Object::New(info.Env());
    answer.Set("others", static_cast<double>(changes.others));
    answer.Set("madeDirectory", changes.made_directory);
    answer.Set("lost", changes.lost);
    return answer;
  }

  Napi::Value close(const Napi::CallbackInfo& info) {
    watch_.reset();
    return info.Env().Undefined();
  }

  std::unique_ptr<io::DirectoryWatch> watch_;
};

}  // namespace

void export_directory_watch(Napi::Env env, Napi::Object exports) {
  exports.Set("DirectoryWatch", DirectoryWatch::define(env));
}

}  // namespace addon
