// Long calls off the event loop: `work` runs elsewhere and knows no JavaScript, `convert` turns its result into a
// value back on the event loop's thread, and the promise settles.
#pragma once

#include <napi.h>

#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "../io/pinned_thread.h"
#include "errors.h"

namespace addon {

// What `work` ended with: a result, or what went wrong.
template <typename Result>
class Settled {
 public:
  template <typename Work>
  void run(Work& work) {
    try {
      result_.emplace(work());
    } catch (const io::Failure& failure) {
      failure_.emplace(failure);
    } catch (const std::exception& error) {
      message_ = error.what();
    }
  }

  template <typename Convert>
  void settle(Napi::Env env, const Napi::Promise::Deferred& deferred, Convert& convert) noexcept {
    try {
      settle_or_throw(env, deferred, convert);
    } catch (const std::exception&) {
      // The environment is being torn down (the end of a worker thread): nobody waits any more.
    }
  }

 private:
  template <typename Convert>
  void settle_or_throw(Napi::Env env, const Napi::Promise::Deferred& deferred, Convert& convert) {
    try {
      if (result_) {
        deferred.Resolve(convert(env, *result_));
      } else {
        deferred.Reject(failure_ ? error_of(env, *failure_).Value() : Napi::Error::New(env, message_).Value());
      }
    } catch (const Napi::Error& error) {
      deferred.Reject(error.Value());
    } catch (const std::exception& error) {
      deferred.Reject(Napi::Error::New(env, error.what()).Value());
    }
  }

  std::optional<Result> result_;
  std::optional<io::Failure> failure_;
  std::string message_;
};

template <typename Work, typename Convert>
class PoolCall : public Napi::AsyncWorker {
 public:
  PoolCall(Napi::Env env, Work work, Convert convert)
      : Napi::AsyncWorker(env),
        deferred_(Napi::Promise::Deferred::New(env)),
        work_(std::move(work)),
        convert_(std::move(convert)) {}

  Napi::Promise promise() const { return deferred_.Promise(); }

 protected:
  void Execute() override { settled_.run(work_); }
  void OnOK() override { settled_.settle(Env(), deferred_, convert_); }

 private:
  Napi::Promise::Deferred deferred_;
  Work work_;
  Convert convert_;
  Settled<std::invoke_result_t<Work&>> settled_;
};

// Runs `work` on the pool of the event loop.
template <typename Work, typename Convert>
Napi::Promise on_pool(Napi::Env env, Work work, Convert convert) {
  auto* call = new PoolCall<Work, Convert>(env, std::move(work), std::move(convert));
  const Napi::Promise promise = call->promise();
  call->Queue();
  return promise;
}

// Runs `work` on `thread`, whose `owner` is kept alive until the promise has settled.
template <typename Work, typename Convert>
Napi::Promise on_thread(io::PinnedThread& thread, const Napi::Object& owner, Work work, Convert convert) {
  struct Call {
    Napi::Promise::Deferred deferred;
    Napi::ObjectReference owner;
    Work work;
    Convert convert;
    Settled<std::invoke_result_t<Work&>> settled;
    Napi::ThreadSafeFunction back;
  };
  const Napi::Env env = owner.Env();
  auto* call = new Call{Napi::Promise::Deferred::New(env), Napi::Persistent(owner), std::move(work),
                        std::move(convert), {}, {}};
  const Napi::Promise promise = call->deferred.Promise();
  const auto nothing = Napi::Function::New(env, [](const Napi::CallbackInfo&) {});
  call->back = Napi::ThreadSafeFunction::New(env, nothing, "untorn step", 0, 1);
  thread.post([call] {
    call->settled.run(call->work);
    auto back = call->back;
    back.BlockingCall(call, [](Napi::Env env, Napi::Function, Call* done) {
      const std::unique_ptr<Call> owned(done);
      owned->settled.settle(env, owned->deferred, owned->convert);
    });
    back.Release();
  });
  return promise;
}

}  // namespace addon
