#include "../io/storm.h"

#include <climits>
#include <memory>

#include "arguments.h"
#include "faces.h"
#include "promises.h"

namespace addon {
namespace {

constexpr int kMostThreads = 4096;
constexpr int kMostSlotBytes = 1 << 30;

io::SlotArea area_of(Arguments& arguments) {
  io::SlotArea area;
  area.path = arguments.text("path");
  area.direct = arguments.flag("direct");
  area.run = static_cast<uint64_t>(arguments.offset("run"));
  area.block_bytes = static_cast<uint32_t>(arguments.integer("blockBytes", io::kMinBlockBytes, io::kMaxBlockBytes));
  area.slot_bytes = static_cast<uint32_t>(arguments.integer("slotBytes", io::kMinBlockBytes, kMostSlotBytes));
  area.slots = arguments.size("slots");
  return area;
}

// new SlotJob(path, direct, run, blockBytes, slotBytes, slots): one long pass over a target.
class SlotJob : public Napi::ObjectWrap<SlotJob> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "SlotJob",
                       {InstanceMethod<&SlotJob::prepare>("prepare"), InstanceMethod<&SlotJob::scan>("scan"),
                        InstanceMethod<&SlotJob::stop>("stop"), InstanceAccessor<&SlotJob::done>("done")});
  }
  explicit SlotJob(const Napi::CallbackInfo& info) : Napi::ObjectWrap<SlotJob>(info) {
    Arguments arguments(info);
    area_ = area_of(arguments);
  }

 private:
  Napi::Value prepare(const Napi::CallbackInfo& info) {
    const auto work = [area = area_, state = state_] {
      io::prepare_slots(area, *state);
      return true;
    };
    return on_pool(info.Env(), work, [](Napi::Env env, bool) { return env.Undefined(); });
  }

  // scan(expected: Float64Array, threads): { clean, suspects: Float64Array }
  Napi::Value scan(const Napi::CallbackInfo& info) {
    if (!info[0].IsTypedArray() || info[0].As<Napi::TypedArray>().TypedArrayType() != napi_float64_array ||
        info[0].As<Napi::TypedArray>().ElementLength() != area_.slots) {
      throw Napi::TypeError::New(info.Env(), "expected must be a Float64Array with a number for each slot");
    }
    const Napi::Float64Array given = info[0].As<Napi::Float64Array>();
    const auto expected = std::make_shared<std::vector<double>>(given.Data(), given.Data() + given.ElementLength());
    const int threads = info[1].IsNumber() ? info[1].As<Napi::Number>().Int32Value() : 1;
    if (threads < 1 || threads > kMostThreads) throw Napi::RangeError::New(info.Env(), "threads must be 1 or more");
    const auto work = [area = area_, state = state_, expected, threads] {
      return io::scan_slots(area, expected->data(), threads, *state);
    };
    const auto convert = [](Napi::Env env, const io::SlotScan& found) -> Napi::Value {
      Napi::Float64Array suspects = Napi::Float64Array::New(env, found.suspects.size());
      for (size_t i = 0; i < found.suspects.size(); i++) suspects[i] = static_cast<double>(found.suspects[i]);
      Napi::Object object = Napi::Object::New(env);
      object.Set("clean", static_cast<double>(found.clean));
      object.Set("suspects", suspects);
      return object;
    };
    return on_pool(info.Env(), work, convert);
  }

  Napi::Value stop(const Napi::CallbackInfo& info) {
    state_->stop = true;
    return info.Env().Undefined();
  }
  Napi::Value done(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(state_->done.load()));
  }

  io::SlotArea area_;
  std::shared_ptr<io::JobState> state_ = std::make_shared<io::JobState>();
};

Napi::Value end_object(Napi::Env env, const io::StormEnd& end) {
  Napi::Object object = Napi::Object::New(env);
  if (end.error != 0) object.Set("error", io::errno_name(end.error));
  if (end.result != 0) object.Set("shortBytes", static_cast<double>(end.result));
  object.Set("seconds", end.seconds);
  Napi::Array wrong = Napi::Array::New(env, end.wrong_reads.size());
  for (size_t i = 0; i < end.wrong_reads.size(); i++) {
    const io::WrongRead& read = end.wrong_reads[i];
    Napi::Uint8Array bytes = Napi::Uint8Array::New(env, read.bytes.size());
    std::copy(read.bytes.begin(), read.bytes.end(), bytes.Data());
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("address", static_cast<double>(read.address));
    entry.Set("atLeast", static_cast<double>(read.at_least));
    entry.Set("bytes", bytes);
    wrong.Set(static_cast<uint32_t>(i), entry);
  }
  object.Set("wrongReads", wrong);
  return object;
}

// new Storm(path, direct, run, blockBytes, slotBytes, slots, journal, unitBytes: Uint32Array, writers, readers, depth,
//           overlapping, ring, flags, fsyncEach, mostWrites, mostMilliseconds, writesPerSecond, seed)
class Storm : public Napi::ObjectWrap<Storm> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "Storm",
                       {InstanceMethod<&Storm::run>("run"), InstanceMethod<&Storm::stop>("stop"),
                        InstanceMethod<&Storm::counters>("counters"),
                        InstanceMethod<&Storm::moment>("moment"),
                        StaticMethod<&Storm::ring>("ring")});
  }

  explicit Storm(const Napi::CallbackInfo& info) : Napi::ObjectWrap<Storm>(info) {
    Arguments arguments(info);
    io::StormPlan plan;
    plan.area = area_of(arguments);
    plan.journal_path = arguments.text("journal");
    plan.unit_bytes = sizes(info[7], plan.area);
    arguments.skip();
    plan.writers = arguments.integer("writers", 1, kMostThreads);
    plan.readers = arguments.integer("readers", 0, kMostThreads);
    plan.depth = arguments.integer("depth", 1, kMostThreads);
    plan.overlapping = arguments.flag("overlapping");
    plan.ring = arguments.flag("ring");
    plan.flags = arguments.integer("flags", 0, INT_MAX);
    plan.fsync_each = arguments.flag("fsyncEach");
    plan.most_writes = arguments.size("mostWrites");
    plan.most_nanoseconds = arguments.size("mostMilliseconds") * 1000000;
    plan.writes_per_second = static_cast<double>(arguments.size("writesPerSecond"));
    plan.seed = arguments.size("seed");
    const uint64_t lanes = static_cast<uint64_t>(plan.writers) * static_cast<uint64_t>(plan.depth);
    if (lanes > UINT16_MAX || (!plan.overlapping && plan.area.slots < lanes) || plan.area.slots == 0) {
      throw Napi::RangeError::New(info.Env(), "slots must be at least as many as writes in flight");
    }
    storm_ = guarded(info.Env(), [&] { return std::make_shared<io::Storm>(plan); });
  }

 private:
  static std::vector<uint32_t> sizes(const Napi::Value& value, const io::SlotArea& area) {
    if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint32_array) {
      throw Napi::TypeError::New(value.Env(), "unitBytes must be a Uint32Array");
    }
    const Napi::Uint32Array given = value.As<Napi::Uint32Array>();
    std::vector<uint32_t> sizes(given.Data(), given.Data() + given.ElementLength());
    for (const uint32_t size : sizes) {
      if (size == 0 || size % area.block_bytes != 0 || area.slot_bytes % size != 0) {
        throw Napi::RangeError::New(value.Env(), "unitBytes must be whole blocks that divide a slot");
      }
    }
    if (sizes.empty()) throw Napi::RangeError::New(value.Env(), "unitBytes must not be empty");
    return sizes;
  }

  Napi::Value run(const Napi::CallbackInfo& info) {
    return on_pool(info.Env(), [storm = storm_] { return storm->run(); }, end_object);
  }
  Napi::Value stop(const Napi::CallbackInfo& info) {
    storm_->stop();
    return info.Env().Undefined();
  }
  Napi::Value counters(const Napi::CallbackInfo& info) {
    const io::StormNumbers numbers = storm_->counters();
    Napi::Object object = Napi::Object::New(info.Env());
    const auto set = [&](const char* name, uint64_t value) { object.Set(name, static_cast<double>(value)); };
    set("begun", numbers.begun);
    set("acknowledged", numbers.acknowledged);
    set("acknowledgedBytes", numbers.acknowledged_bytes);
    set("failed", numbers.failed);
    set("reads", numbers.reads);
    set("tornWhileWritten", numbers.torn_while_written);
    set("wrongReads", numbers.wrong_reads);
    set("readErrors", numbers.read_errors);
    size_t classes = numbers.latencies.size();
    while (classes > 0 && numbers.latencies[classes - 1] == 0) classes--;
    Napi::Array latencies = Napi::Array::New(info.Env(), classes);
    for (uint32_t i = 0; i < classes; i++) latencies[i] = static_cast<double>(numbers.latencies[i]);
    object.Set("latencies", latencies);
    return object;
  }
  Napi::Value moment(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(storm_->moment()));
  }
  // Why there is no io_uring; null where there is.
  static Napi::Value ring(const Napi::CallbackInfo& info) {
    std::string why;
    if (io::Storm::has_ring(why)) return info.Env().Null();
    return Napi::String::New(info.Env(), why);
  }

  std::shared_ptr<io::Storm> storm_;
};

}  // namespace

void export_storm(Napi::Env env, Napi::Object exports) {
  exports.Set("SlotJob", SlotJob::define(env));
  exports.Set("Storm", Storm::define(env));
}

}  // namespace addon
