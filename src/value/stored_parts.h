#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/ensure.h"
#include "value/item_view.h"

// How the parts of a stored item are taken off its bytes. Inside this room only.
namespace jedlik::value {

inline constexpr bool is_set(Type type) {
  return type == Type::kStringSet || type == Type::kNumberSet || type == Type::kBinarySet;
}

inline constexpr Type member_type(Type set_type) {
  return set_type == Type::kStringSet   ? Type::kString
         : set_type == Type::kNumberSet ? Type::kNumber
                                        : Type::kBinary;
}

inline constexpr size_t kContainerLengthBytes = 4;

inline uint32_t read_container_length(const char* from) {
  const auto byte = [from](int i) { return static_cast<uint32_t>(static_cast<uint8_t>(from[i])); };
  return byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24;
}

inline void write_container_length(char* to, uint32_t length) {
  for (size_t i = 0; i < kContainerLengthBytes; ++i)
    to[i] = static_cast<char>(length >> (8 * i));
}

// The functions below are for checked bytes; that they look at lengths at all is a last defence.

inline BytesView take_sure(BytesView& from, size_t size) {
  ENSURE(size <= from.size(), "a stored item ends where its lengths say");
  const BytesView taken(from.data(), size);
  from.remove_prefix(size);
  return taken;
}

// A varint length and as many bytes.
inline BytesView take_sized(BytesView& from) {
  ENSURE(!from.empty(), "a stored item ends where its lengths say");
  const auto first = static_cast<uint8_t>(from.front());
  if (first < 0x80) {
    from.remove_prefix(1);
    return take_sure(from, first);
  }
  uint64_t size = 0;
  ENSURE(take_varint(from, size), "a stored item's lengths are varints");
  return take_sure(from, size);
}

inline ValueView take_stored_value(BytesView& from) {
  ENSURE(!from.empty(), "a stored item ends where its lengths say");
  const auto type = static_cast<Type>(from.front());
  from.remove_prefix(1);
  if (type == Type::kString || type == Type::kNumber || type == Type::kBinary)
    return {type, take_sized(from)};
  if (type < Type::kList) return {type, BytesView(from.data(), 0)};
  const BytesView length = take_sure(from, kContainerLengthBytes);
  return {type, take_sure(from, read_container_length(length.data()))};
}

inline void append_sized(Bytes& to, BytesView bytes) {
  if (bytes.size() < 0x80) {
    to.push_back(static_cast<char>(bytes.size()));
  } else {
    append_varint(to, bytes.size());
  }
  to.append(bytes);
}

// What a value adds to an item: DynamoDB's size in bytes, and levels of nesting (1 for a scalar).
struct Extent {
  size_t size_bytes = 0;
  int levels = 1;
};
Extent extent_of(const ValueView& value);

}  // namespace jedlik::value
