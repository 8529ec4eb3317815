#include "signature.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "../../io/descriptor.h"
#include "../../io/failure.h"
#include "signatures.h"

namespace helper {
namespace {

std::string bytes_of(const std::string& magic) {
  if (magic.rfind("0x", 0) != 0) return magic;
  std::string bytes;
  for (size_t i = 2; i < magic.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(magic.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

class Look {
 public:
  explicit Look(const std::string& path) : path_(path), device_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
    if (!device_.is_open()) io::fail("open", path_);
    size_bytes_ = ::lseek(device_.get(), 0, SEEK_END);
    if (size_bytes_ < 0) io::fail("lseek", path_);
  }

  bool finds(const Signature& signature) const {
    std::vector<std::string> magics;
    size_t longest = 0;
    for (const char* magic : signature.magics) {
      magics.push_back(bytes_of(magic));
      longest = std::max(longest, magics.back().size());
    }
    const size_t last = size_t{signature.repeat_count - 1} * signature.repeat_every_bytes;
    for (const uint32_t offset : signature.offsets) {
      const std::string there = read(place_of(signature, offset), last + longest);
      for (size_t at = 0; at <= last; at += std::max(signature.repeat_every_bytes, 1U)) {
        const auto is_there = [&](const std::string& magic) { return there.compare(at, magic.size(), magic) == 0; };
        if (at < there.size() && std::any_of(magics.begin(), magics.end(), is_there)) return true;
      }
    }
    return false;
  }

 private:
  // Negative where the device is too small for it.
  int64_t place_of(const Signature& signature, uint32_t offset) const {
    if (signature.from == Signature::kStart) return offset;
    return size_bytes_ - size_bytes_ % signature.align_bytes - offset;
  }

  // Less at the end of the device, nothing outside of it.
  std::string read(int64_t place, size_t count) const {
    if (place < 0 || place >= size_bytes_) return {};
    std::string bytes(count, '\0');
    const ssize_t got = ::pread(device_.get(), bytes.data(), bytes.size(), place);
    if (got < 0) io::fail("pread", path_);
    bytes.resize(static_cast<size_t>(got));
    return bytes;
  }

  std::string path_;
  io::Descriptor device_;
  int64_t size_bytes_ = 0;
};

}  // namespace

std::string signature_on(const std::string& path) {
  const Look look(path);
  for (const Signature& signature : signatures()) {
    if (look.finds(signature)) return signature.name;
  }
  return {};
}

}  // namespace helper
