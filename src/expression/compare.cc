#include "expression/compare.h"

#include <algorithm>
#include <cstring>

namespace jedlik::expression {

using value::Type;
using value::ValueView;

bool same_type(const ValueView& a, const ValueView& b) {
  return a.type() == b.type() || (a.is_bool() && b.is_bool());
}

bool begins_with(const ValueView& whole, const ValueView& start) {
  if (whole.type() != start.type()) return false;
  if (whole.type() != Type::kString && whole.type() != Type::kBinary) return false;
  return whole.bytes().starts_with(start.bytes());
}

namespace {

// Unlike std::string_view::find, linear whatever the bytes: both come from a client.
bool contains_bytes(BytesView whole, BytesView part) {
  return memmem(whole.data(), whole.size(), part.data(), part.size()) != nullptr;
}

}  // namespace

bool contains(const ValueView& whole, const ValueView& part) {
  switch (whole.type()) {
    case Type::kString:
    case Type::kBinary:
      return part.type() == whole.type() && contains_bytes(whole.bytes(), part.bytes());
    case Type::kStringSet:
    case Type::kNumberSet:
    case Type::kBinarySet:
      return whole.set().contains(part);
    case Type::kList: {
      const value::ListView list = whole.list();
      return std::any_of(list.begin(), list.end(),
                         [&](const ValueView& element) { return value::equal(element, part); });
    }
    default:
      return false;
  }
}

namespace {

// A character of UTF-8 has one byte that is no continuation byte, and is two code units of UTF-16
// when it has four bytes.
size_t utf16_length(std::string_view text) {
  size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    units += static_cast<size_t>((byte & 0xC0) != 0x80) + static_cast<size_t>(byte >= 0xF0);
  }
  return units;
}

}  // namespace

std::optional<size_t> size_of(const ValueView& value) {
  switch (value.type()) {
    case Type::kString:
      return utf16_length(value.bytes());
    case Type::kBinary:
      return value.bytes().size();
    case Type::kList:
      return value.list().size();
    case Type::kMap:
      return value.map().size();
    case Type::kStringSet:
    case Type::kNumberSet:
    case Type::kBinarySet:
      return value.set().size();
    default:
      return std::nullopt;
  }
}

std::optional<Type> named_type(std::string_view name) {
  static constexpr Type kTypes[] = {
      Type::kNull, Type::kBinary, Type::kTrue,      Type::kString,    Type::kNumber,
      Type::kList, Type::kMap,    Type::kStringSet, Type::kNumberSet, Type::kBinarySet};
  for (const Type type : kTypes)
    if (value::type_name(type) == name) return type;
  return std::nullopt;
}

}  // namespace jedlik::expression
