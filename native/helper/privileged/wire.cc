#include "wire.h"

#include <algorithm>

namespace helper {
namespace {

uint64_t little_endian(const uint8_t* data, int bytes) {
  uint64_t value = 0;
  for (int i = bytes - 1; i >= 0; i--) value = value << 8 | data[i];
  return value;
}

}  // namespace

const uint8_t* Reader::take(size_t bytes) {
  if (bytes > left_) throw Malformed("the message is too short");
  const uint8_t* taken = data_;
  data_ += bytes;
  left_ -= bytes;
  return taken;
}

uint8_t Reader::u8() { return *take(1); }
uint16_t Reader::u16() { return static_cast<uint16_t>(little_endian(take(2), 2)); }
uint32_t Reader::u32() { return static_cast<uint32_t>(little_endian(take(4), 4)); }
uint64_t Reader::u64() { return little_endian(take(8), 8); }

bool Reader::flag() {
  const uint8_t value = u8();
  if (value > 1) throw Malformed("a flag is neither 0 nor 1");
  return value == 1;
}

std::string Reader::text(size_t most) {
  const size_t bytes = u16();
  if (bytes > most) throw Malformed("a text is too long");
  const uint8_t* data = take(bytes);
  if (std::find(data, data + bytes, 0) != data + bytes) throw Malformed("a text holds a zero byte");
  return std::string(data, data + bytes);
}

std::vector<uint8_t> Reader::rest() {
  const size_t bytes = left_;
  const uint8_t* data = take(bytes);
  return std::vector<uint8_t>(data, data + bytes);
}

void Reader::end() const {
  if (left_ != 0) throw Malformed("the message is too long");
}

Writer& Writer::text(const std::string& value) {
  const size_t count = std::min<size_t>(value.size(), UINT16_MAX);
  u16(static_cast<uint16_t>(count));
  return bytes(reinterpret_cast<const uint8_t*>(value.data()), count);
}

Writer& Writer::bytes(const uint8_t* data, size_t count) {
  data_.insert(data_.end(), data, data + count);
  return *this;
}

Writer& Writer::number(uint64_t value, int bytes) {
  for (int i = 0; i < bytes; i++) data_.push_back(static_cast<uint8_t>(value >> 8 * i));
  return *this;
}

}  // namespace helper
