// The bytes on the helper's pipe (docs/privilege.md): little-endian numbers, texts and byte strings with their length
// before them. Whatever does not fit is Malformed, before anything is done.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <vector>

namespace helper {

constexpr size_t kHeaderBytes = 5;  // id and verb, or id and status
constexpr size_t kMostDataBytes = size_t{1} << 20;
constexpr size_t kMostFrameBytes = kMostDataBytes + 64;

// The message is no message of the protocol.
class Malformed : public std::exception {
 public:
  explicit Malformed(std::string why) : why_(std::move(why)) {}
  const char* what() const noexcept override { return why_.c_str(); }

 private:
  std::string why_;
};

// The message is understood, and what it asks for is not allowed.
class Refused : public std::exception {
 public:
  explicit Refused(std::string why) : why_(std::move(why)) {}
  const char* what() const noexcept override { return why_.c_str(); }

 private:
  std::string why_;
};

// Takes a request apart, front to back. Every function throws Malformed where fewer bytes are left.
class Reader {
 public:
  Reader(const uint8_t* data, size_t bytes) : data_(data), left_(bytes) {}

  uint8_t u8();
  uint16_t u16();
  uint32_t u32();
  uint64_t u64();
  // 0 or 1.
  bool flag();
  // A length of two bytes, then as many bytes, none of them zero; Malformed where there are more than `most`.
  std::string text(size_t most);
  // All that is left.
  std::vector<uint8_t> rest();
  // Throws Malformed where anything is left.
  void end() const;

 private:
  const uint8_t* take(size_t bytes);

  const uint8_t* data_;
  size_t left_;
};

// Puts an answer together.
class Writer {
 public:
  Writer& u8(uint8_t value) { return number(value, 1); }
  Writer& u16(uint16_t value) { return number(value, 2); }
  Writer& u32(uint32_t value) { return number(value, 4); }
  Writer& u64(uint64_t value) { return number(value, 8); }
  // Cut off after 65535 bytes.
  Writer& text(const std::string& value);
  Writer& bytes(const uint8_t* data, size_t count);

  const std::vector<uint8_t>& data() const { return data_; }

 private:
  Writer& number(uint64_t value, int bytes);

  std::vector<uint8_t> data_;
};

}  // namespace helper
