#include "base/bytes.h"

namespace jedlik {

void append_big_endian(Bytes& to, uint64_t number) {
  char bytes[8];
  for (int i = 7; i >= 0; --i) {
    bytes[i] = static_cast<char>(number & 0xFF);
    number >>= 8;
  }
  to.append(bytes, sizeof bytes);
}

uint64_t read_big_endian(BytesView from) {
  uint64_t number = 0;
  for (size_t i = 0; i < 8; ++i)
    number = number << 8 | static_cast<uint8_t>(from[i]);
  return number;
}

void append_varint(Bytes& to, uint64_t number) {
  while (number >= 0x80) {
    to.push_back(static_cast<char>(number | 0x80));
    number >>= 7;
  }
  to.push_back(static_cast<char>(number));
}

bool take_varint(BytesView& from, uint64_t& number) {
  number = 0;
  for (unsigned shift = 0; shift < 64 && !from.empty(); shift += 7) {
    const auto byte = static_cast<uint8_t>(from.front());
    from.remove_prefix(1);
    if (shift == 63 && byte > 1) return false;
    number |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

bool take_bytes(BytesView& from, size_t size, BytesView& taken) {
  if (from.size() < size) return false;
  taken = from.substr(0, size);
  from.remove_prefix(size);
  return true;
}

void append_sized(Bytes& to, BytesView bytes) {
  append_varint(to, bytes.size());
  to.append(bytes);
}

bool take_sized(BytesView& from, BytesView& taken) {
  uint64_t size = 0;
  return take_varint(from, size) && take_bytes(from, size, taken);
}

std::string to_hex(BytesView bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char byte : bytes) {
    text.push_back(kDigits[static_cast<uint8_t>(byte) >> 4]);
    text.push_back(kDigits[static_cast<uint8_t>(byte) & 0xF]);
  }
  return text;
}

}  // namespace jedlik
