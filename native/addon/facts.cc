#include "../io/block_device.h"
#include "../io/pinned_thread.h"
#include "../io/statx.h"
#include "arguments.h"
#include "faces.h"
#include "promises.h"

namespace addon {
namespace {

void set(Napi::Object& object, const char* name, uint32_t value) { object.Set(name, static_cast<double>(value)); }
void set(Napi::Object& object, const char* name, uint64_t value) {
  object.Set(name, Napi::BigInt::New(object.Env(), value));
}
void set(Napi::Object& object, const char* name, bool value) {
  object.Set(name, Napi::Boolean::New(object.Env(), value));
}

Napi::Value file_facts_object(Napi::Env env, const io::FileFacts& facts) {
  Napi::Object object = Napi::Object::New(env);
  set(object, "mask", facts.mask);
  set(object, "mode", facts.mode);
  set(object, "blockBytes", facts.block_bytes);
  set(object, "links", facts.links);
  set(object, "inode", facts.inode);
  set(object, "sizeBytes", facts.size_bytes);
  set(object, "blocks512", facts.blocks_512);
  set(object, "attributes", facts.attributes);
  set(object, "attributesMask", facts.attributes_mask);
  set(object, "deviceMajor", facts.device_major);
  set(object, "deviceMinor", facts.device_minor);
  set(object, "specialMajor", facts.special_major);
  set(object, "specialMinor", facts.special_minor);
  set(object, "mountId", facts.mount_id);
  set(object, "hasDirectAlignment", facts.has_direct_alignment);
  set(object, "directMemoryAlignBytes", facts.direct_memory_align_bytes);
  set(object, "directOffsetAlignBytes", facts.direct_offset_align_bytes);
  set(object, "hasAtomicWrite", facts.has_atomic_write);
  set(object, "atomicUnitMinBytes", facts.atomic_unit_min_bytes);
  set(object, "atomicUnitMaxBytes", facts.atomic_unit_max_bytes);
  set(object, "atomicSegmentsMax", facts.atomic_segments_max);
  set(object, "atomicUnitMaxOptBytes", facts.atomic_unit_max_opt_bytes);
  return object;
}

Napi::Value block_device_object(Napi::Env env, const io::BlockDeviceFacts& facts) {
  Napi::Object object = Napi::Object::New(env);
  set(object, "sizeBytes", facts.size_bytes);
  set(object, "logicalSectorBytes", facts.logical_sector_bytes);
  set(object, "physicalSectorBytes", facts.physical_sector_bytes);
  set(object, "minimumIoBytes", facts.minimum_io_bytes);
  set(object, "optimalIoBytes", facts.optimal_io_bytes);
  object.Set("alignmentOffsetBytes", facts.alignment_offset_bytes);
  set(object, "rotational", facts.rotational);
  set(object, "readOnly", facts.read_only);
  return object;
}

Napi::Value statx(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const std::string path = arguments.text("path");
  const bool follow = arguments.flag("followLinks");
  return on_pool(info.Env(), [path, follow] { return io::file_facts(path, follow); }, file_facts_object);
}

Napi::Value block_device(const Napi::CallbackInfo& info) {
  const std::string path = Arguments(info).text("path");
  return on_pool(info.Env(), [path] { return io::block_device_facts(path); }, block_device_object);
}

Napi::Value can_claim(const Napi::CallbackInfo& info) {
  const std::string path = Arguments(info).text("path");
  return on_pool(
      info.Env(), [path] { return io::can_claim_block_device(path); },
      [](Napi::Env env, bool free) { return Napi::Boolean::New(env, free); });
}

Napi::Value affinity(const Napi::CallbackInfo& info) {
  const std::vector<int> cpus = guarded(info.Env(), io::cpu_affinity);
  Napi::Array array = Napi::Array::New(info.Env(), cpus.size());
  for (size_t i = 0; i < cpus.size(); i++) array.Set(static_cast<uint32_t>(i), cpus[i]);
  return array;
}

}  // namespace

void export_facts(Napi::Env env, Napi::Object exports) {
  exports.Set("statx", Napi::Function::New(env, statx));
  exports.Set("blockDevice", Napi::Function::New(env, block_device));
  exports.Set("canClaimBlockDevice", Napi::Function::New(env, can_claim));
  exports.Set("cpuAffinity", Napi::Function::New(env, affinity));
}

}  // namespace addon
