#include "base/limits.h"
#include "value/stored_item.h"
#include "value/stored_parts.h"

// Looks at bytes that may be anything. Every length is compared with what is left before it is
// used, and the depth is bounded before going deeper.

namespace jedlik::value {
namespace {

bool take_checked_sized(BytesView& from, BytesView& taken) {
  const size_t before = from.size();
  uint64_t size = 0;
  if (!take_varint(from, size)) return false;
  // There is one way to write a length: no last byte of zero.
  const size_t length_bytes = before - from.size();
  if (length_bytes > 1 && size >> (7 * (length_bytes - 1)) == 0) return false;
  return take_bytes(from, size, taken);
}

bool check_scalar(BytesView& from, Type type) {
  BytesView bytes;
  if (!take_checked_sized(from, bytes)) return false;
  if (type != Type::kNumber) return true;
  Number number;
  return Number::take_ordered(bytes, number) && bytes.empty();
}

bool check_one(BytesView& from, int level);

bool check_attributes(BytesView from, int level) {
  while (!from.empty()) {
    BytesView name;
    if (!take_checked_sized(from, name) || !check_one(from, level)) return false;
  }
  return true;
}

bool check_container(BytesView from, Type type, int level) {
  if (type == Type::kMap) return check_attributes(from, level + 1);
  if (is_set(type) && from.empty()) return false;
  while (!from.empty()) {
    if (is_set(type) ? !check_scalar(from, member_type(type)) : !check_one(from, level + 1))
      return false;
  }
  return true;
}

// `level` is that of the value: 1 for the value of an attribute of the item.
bool check_one(BytesView& from, int level) {
  if (level > limits::kNestingLevels || from.empty()) return false;
  const auto type = static_cast<Type>(from.front());
  from.remove_prefix(1);
  switch (type) {
    case Type::kNull:
    case Type::kFalse:
    case Type::kTrue:
      return true;
    case Type::kString:
    case Type::kBinary:
    case Type::kNumber:
      return check_scalar(from, type);
    case Type::kList:
    case Type::kMap:
    case Type::kStringSet:
    case Type::kNumberSet:
    case Type::kBinarySet: {
      BytesView length;
      BytesView inside;
      return take_bytes(from, kContainerLengthBytes, length) &&
             take_bytes(from, read_container_length(length.data()), inside) &&
             check_container(inside, type, level);
    }
  }
  return false;
}

}  // namespace

bool check_item(BytesView stored) {
  return !stored.empty() && static_cast<uint8_t>(stored.front()) == kItemFormatVersion &&
         check_attributes(stored.substr(1), 1);
}

bool check_value(BytesView stored) {
  return check_one(stored, 1) && stored.empty();
}

}  // namespace jedlik::value
