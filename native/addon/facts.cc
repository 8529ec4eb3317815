#include <climits>

#include "../io/block_device.h"
#include "../io/claims.h"
#include "../io/file_flags.h"
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
  set(object, "directReadOffsetAlignBytes", facts.direct_read_offset_align_bytes);
  set(object, "userId", facts.user_id);
  set(object, "groupId", facts.group_id);
  set(object, "accessedNanoseconds", facts.accessed_ns);
  set(object, "modifiedNanoseconds", facts.modified_ns);
  set(object, "changedNanoseconds", facts.changed_ns);
  set(object, "bornNanoseconds", facts.born_ns);
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

Napi::Value bytes_of(Napi::Env env, const std::vector<uint8_t>& answer) {
  Napi::Uint8Array bytes = Napi::Uint8Array::New(env, answer.size());
  for (size_t i = 0; i < answer.size(); i++) bytes[i] = answer[i];
  return bytes;
}

// nvmeIdentify(path, nsid, cns): 4096 bytes
Napi::Value identify(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const std::string path = arguments.text("path");
  const auto nsid = static_cast<uint32_t>(arguments.integer("nsid", 0, INT_MAX));
  const auto cns = static_cast<uint32_t>(arguments.integer("cns", 0, 255));
  return on_pool(info.Env(), [=] { return io::nvme_identify(path, nsid, cns); }, bytes_of);
}

// scsiVitalPage(path, page): the page with its header
Napi::Value vital_page(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const std::string path = arguments.text("path");
  const auto page = static_cast<uint8_t>(arguments.integer("page", 0, 255));
  return on_pool(info.Env(), [=] { return io::scsi_vital_page(path, page); }, bytes_of);
}

// fileFlags(path): { flags, extendedFlags, extentSizeHintBytes }
Napi::Value flags_of_file(const Napi::CallbackInfo& info) {
  const std::string path = Arguments(info).text("path");
  const auto convert = [](Napi::Env env, const io::FileFlags& facts) -> Napi::Value {
    Napi::Object object = Napi::Object::New(env);
    set(object, "flags", facts.flags);
    set(object, "extendedFlags", facts.extended_flags);
    set(object, "extentSizeHintBytes", facts.extent_size_hint_bytes);
    return object;
  };
  return on_pool(info.Env(), [path] { return io::file_flags(path); }, convert);
}

// xfsGeometry(path): struct xfs_fsop_geom
Napi::Value geometry_of_xfs(const Napi::CallbackInfo& info) {
  const std::string path = Arguments(info).text("path");
  return on_pool(info.Env(), [path] { return io::xfs_geometry(path); }, bytes_of);
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
  exports.Set("nvmeIdentify", Napi::Function::New(env, identify));
  exports.Set("scsiVitalPage", Napi::Function::New(env, vital_page));
  exports.Set("fileFlags", Napi::Function::New(env, flags_of_file));
  exports.Set("xfsGeometry", Napi::Function::New(env, geometry_of_xfs));
  exports.Set("cpuAffinity", Napi::Function::New(env, affinity));
}

}  // namespace addon
