#include <fcntl.h>

#include <climits>
#include <cstring>

#include "../io/failure.h"
#include "../io/data_ranges.h"
#include "../io/fiemap.h"
#include "../io/fsmap.h"
#include "../io/page_memory.h"
#include "../io/transfer.h"
#include "arguments.h"
#include "faces.h"
#include "promises.h"

namespace addon {
namespace {

constexpr int kMostVectors = 65536;  // past the kernel's own limit of 1024, which can so be shown

Napi::Value to_number(Napi::Env env, int64_t value) { return Napi::Number::New(env, static_cast<double>(value)); }

// pwritev2(descriptor, data, offset, vectors, flags): bytes written.
Napi::Value write(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const int descriptor = arguments.integer("descriptor", 0, INT_MAX);
  const Napi::Uint8Array data = arguments.bytes("data");
  const int64_t offset = arguments.offset("offset");
  const int vectors = arguments.integer("vectors", 1, kMostVectors);
  const int flags = arguments.integer("flags", 0, INT_MAX);

  // Copied before the call returns: the caller may reuse its array, and direct I/O wants pages of its own.
  auto memory = std::make_shared<io::PageMemory>();
  const io::VectorLayout layout = guarded(info.Env(), [&] {
    const io::VectorLayout wanted(data.ByteLength(), static_cast<size_t>(vectors));
    memory->reserve(wanted.memory_bytes(), 0);
    for (size_t i = 0; i < wanted.vectors() && wanted.vector_bytes() > 0; i++) {
      std::memcpy(memory->data() + i * wanted.stride_bytes(), data.Data() + i * wanted.vector_bytes(),
                  wanted.vector_bytes());
    }
    return wanted;
  });
  const auto work = [=] {
    const int64_t written = io::write_vectors(descriptor, memory->data(), layout, offset, flags);
    if (written < 0) io::fail("pwritev2", io::descriptor_name(descriptor));
    return written;
  };
  return on_pool(info.Env(), work, to_number);
}

// preadv2(descriptor, length, offset, vectors, flags): the bytes read.
Napi::Value read(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const int descriptor = arguments.integer("descriptor", 0, INT_MAX);
  const size_t length = arguments.size("length");
  const int64_t offset = arguments.offset("offset");
  const int vectors = arguments.integer("vectors", 1, kMostVectors);
  const int flags = arguments.integer("flags", 0, INT_MAX);

  auto memory = std::make_shared<io::PageMemory>();
  const io::VectorLayout layout = guarded(info.Env(), [&] {
    const io::VectorLayout wanted(length, static_cast<size_t>(vectors));
    memory->reserve(wanted.memory_bytes(), 0);
    return wanted;
  });
  const auto work = [=] {
    const int64_t got = io::read_vectors(descriptor, memory->data(), layout, offset, flags);
    if (got < 0) io::fail("preadv2", io::descriptor_name(descriptor));
    return static_cast<size_t>(got);
  };
  const auto convert = [=](Napi::Env env, size_t got) -> Napi::Value {
    Napi::Uint8Array bytes = Napi::Uint8Array::New(env, got);
    for (size_t done = 0; done < got;) {
      const size_t piece = std::min(layout.vector_bytes(), got - done);
      std::memcpy(bytes.Data() + done, memory->data() + done / layout.vector_bytes() * layout.stride_bytes(), piece);
      done += piece;
    }
    return bytes;
  };
  return on_pool(info.Env(), work, convert);
}

// fallocate(descriptor, mode, offset, length)
Napi::Value allocate(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const int descriptor = arguments.integer("descriptor", 0, INT_MAX);
  const int mode = arguments.integer("mode", 0, INT_MAX);
  const int64_t offset = arguments.offset("offset");
  const int64_t length = arguments.offset("length");
  const auto work = [=] {
    if (::fallocate(descriptor, mode, offset, length) != 0) io::fail("fallocate", io::descriptor_name(descriptor));
    return true;
  };
  return on_pool(info.Env(), work, [](Napi::Env env, bool) { return env.Undefined(); });
}

Napi::Value extents_object(Napi::Env env, const std::vector<io::MappedExtent>& extents) {
  Napi::BigUint64Array logical = Napi::BigUint64Array::New(env, extents.size());
  Napi::BigUint64Array physical = Napi::BigUint64Array::New(env, extents.size());
  Napi::BigUint64Array length = Napi::BigUint64Array::New(env, extents.size());
  Napi::Uint32Array flags = Napi::Uint32Array::New(env, extents.size());
  for (size_t i = 0; i < extents.size(); i++) {
    logical[i] = extents[i].logical_bytes;
    physical[i] = extents[i].physical_bytes;
    length[i] = extents[i].length_bytes;
    flags[i] = extents[i].flags;
  }
  Napi::Object object = Napi::Object::New(env);
  object.Set("logicalBytes", logical);
  object.Set("physicalBytes", physical);
  object.Set("lengthBytes", length);
  object.Set("flags", flags);
  return object;
}

// fiemap(descriptor, sync)
Napi::Value fiemap(const Napi::CallbackInfo& info) {
  Arguments arguments(info);
  const int descriptor = arguments.integer("descriptor", 0, INT_MAX);
  const bool sync = arguments.flag("sync");
  const auto work = [=] {
    std::vector<io::MappedExtent> extents;
    const int error = io::read_extents(descriptor, sync, extents);
    if (error != 0) throw io::Failure(error, "ioctl FS_IOC_FIEMAP", io::descriptor_name(descriptor));
    return extents;
  };
  return on_pool(info.Env(), work, extents_object);
}

// dataRanges(descriptor): offset and length of each range in turn
Napi::Value data_ranges(const Napi::CallbackInfo& info) {
  const int descriptor = Arguments(info).integer("descriptor", 0, INT_MAX);
  const auto convert = [](Napi::Env env, const std::vector<io::DataRange>& ranges) -> Napi::Value {
    Napi::Float64Array numbers = Napi::Float64Array::New(env, 2 * ranges.size());
    for (size_t i = 0; i < ranges.size(); i++) {
      numbers[2 * i] = static_cast<double>(ranges[i].offset);
      numbers[2 * i + 1] = static_cast<double>(ranges[i].length);
    }
    return numbers;
  };
  return on_pool(info.Env(), [descriptor] { return io::data_ranges(descriptor); }, convert);
}

// freeRanges(descriptor)
Napi::Value free_ranges(const Napi::CallbackInfo& info) {
  const int descriptor = Arguments(info).integer("descriptor", 0, INT_MAX);
  const auto work = [=] {
    std::vector<io::FreeRange> ranges;
    const int error = io::read_free_ranges(descriptor, ranges);
    if (error != 0) throw io::Failure(error, "ioctl FS_IOC_GETFSMAP", io::descriptor_name(descriptor));
    return ranges;
  };
  const auto convert = [](Napi::Env env, const std::vector<io::FreeRange>& ranges) -> Napi::Value {
    Napi::BigUint64Array physical = Napi::BigUint64Array::New(env, ranges.size());
    Napi::BigUint64Array length = Napi::BigUint64Array::New(env, ranges.size());
    for (size_t i = 0; i < ranges.size(); i++) {
      physical[i] = ranges[i].physical_bytes;
      length[i] = ranges[i].length_bytes;
    }
    Napi::Object object = Napi::Object::New(env);
    object.Set("physicalBytes", physical);
    object.Set("lengthBytes", length);
    return object;
  };
  return on_pool(info.Env(), work, convert);
}

}  // namespace

void export_data(Napi::Env env, Napi::Object exports) {
  exports.Set("pwritev2", Napi::Function::New(env, write));
  exports.Set("preadv2", Napi::Function::New(env, read));
  exports.Set("fallocate", Napi::Function::New(env, allocate));
  exports.Set("dataRanges", Napi::Function::New(env, data_ranges));
  exports.Set("freeRanges", Napi::Function::New(env, free_ranges));
  exports.Set("fiemap", Napi::Function::New(env, fiemap));
}

}  // namespace addon
