#include "../io/stamp.h"

#include "arguments.h"
#include "faces.h"

namespace addon {
namespace {

constexpr int kMostBlockBytes = 65536;

struct NamedEngine {
  const char* name;
  io::StampEngine engine;
};

// The best first.
constexpr NamedEngine kEngines[] = {
    {"avx2", io::StampEngine::kAvx2}, {"sse4.2", io::StampEngine::kSse42}, {"table", io::StampEngine::kTable}};

io::StampEngine engine_of(Napi::Env env, const std::string& name) {
  if (name == "best") return io::best_stamp_engine();
  for (const NamedEngine& known : kEngines) {
    if (name != known.name) continue;
    if (!io::has_stamp_engine(known.engine)) throw Napi::RangeError::New(env, "this processor has no " + name);
    return known.engine;
  }
  throw Napi::RangeError::New(env, "engine must be best, avx2, sse4.2 or table");
}

uint32_t block_bytes_of(Arguments& arguments, Napi::Env env, size_t length) {
  const uint32_t block = static_cast<uint32_t>(arguments.integer("blockBytes", io::kMinBlockBytes, kMostBlockBytes));
  if ((block & (block - 1)) != 0) throw Napi::RangeError::New(env, "blockBytes must be a power of two");
  if (length % block != 0 || length > UINT32_MAX) throw Napi::RangeError::New(env, "bytes must be whole blocks");
  return block;
}

// stampEngines(): those that this processor has, the best first
Napi::Value engines(const Napi::CallbackInfo& info) {
  Napi::Array names = Napi::Array::New(info.Env());
  for (const NamedEngine& known : kEngines) {
    if (io::has_stamp_engine(known.engine)) names.Set(names.Length(), known.name);
  }
  return names;
}

// fillUnit(bytes, run, writer, generation, address, blockBytes, engine)
Napi::Value fill(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  Napi::Uint8Array bytes = arguments.bytes("bytes");
  io::UnitStamp stamp{};
  stamp.run = static_cast<uint64_t>(arguments.offset("run"));
  stamp.writer = static_cast<uint16_t>(arguments.integer("writer", 0, UINT16_MAX));
  stamp.generation = arguments.size("generation");
  stamp.address = arguments.size("address");
  stamp.bytes = static_cast<uint32_t>(bytes.ByteLength());
  stamp.block_bytes = block_bytes_of(arguments, info.Env(), bytes.ByteLength());
  io::fill_unit(engine_of(info.Env(), arguments.text("engine")), bytes.Data(), stamp);
  return info.Env().Undefined();
}

// blockStates(bytes, blockBytes, engine): 0 intact, 1 damaged, 2 unstamped for each block
Napi::Value block_states(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const Napi::Uint8Array bytes = arguments.bytes("bytes");
  const uint32_t block = block_bytes_of(arguments, info.Env(), bytes.ByteLength());
  const io::StampEngine engine = engine_of(info.Env(), arguments.text("engine"));
  Napi::Uint8Array states = Napi::Uint8Array::New(info.Env(), bytes.ByteLength() / block);
  for (size_t i = 0; i < states.ElementLength(); i++) {
    states[i] = static_cast<uint8_t>(io::read_block(engine, bytes.Data() + i * block, block));
  }
  return states;
}

// wholeUnits(bytes, run, address, unitBytes, blockBytes, engine): each unit's generation, -1 where it is not whole
Napi::Value whole_units(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const Napi::Uint8Array bytes = arguments.bytes("bytes");
  const uint64_t run = static_cast<uint64_t>(arguments.offset("run"));
  const uint64_t address = arguments.size("address");
  const size_t unit = arguments.size("unitBytes");
  const uint32_t block = block_bytes_of(arguments, info.Env(), unit);
  const io::StampEngine engine = engine_of(info.Env(), arguments.text("engine"));
  if (unit == 0 || bytes.ByteLength() % unit != 0) {
    throw Napi::RangeError::New(info.Env(), "bytes must be whole units");
  }
  Napi::Float64Array generations = Napi::Float64Array::New(info.Env(), bytes.ByteLength() / unit);
  for (size_t i = 0; i < generations.ElementLength(); i++) {
    uint64_t generation = 0;
    const bool is_whole = io::is_whole_unit(engine, bytes.Data() + i * unit, static_cast<uint32_t>(unit),
                                            address + i * unit, block, run, generation);
    generations[i] = is_whole ? static_cast<double>(generation) : -1;
  }
  return generations;
}

}  // namespace

void export_stamps(Napi::Env env, Napi::Object exports) {
  exports.Set("stampEngines", Napi::Function::New(env, engines));
  exports.Set("fillUnit", Napi::Function::New(env, fill));
  exports.Set("blockStates", Napi::Function::New(env, block_states));
  exports.Set("wholeUnits", Napi::Function::New(env, whole_units));
}

}  // namespace addon
