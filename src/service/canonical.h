#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/bytes.h"
#include "service/attribute_value.h"
#include "service/shape.h"
#include "value/item_view.h"

// A declared structure (shape.h) as bytes: two requests that ask for the same have the same,
// whatever the order of attributes, of members of sets and of entries of maps; two that do not have
// others. Not stored, but as a hash.
namespace jedlik::service {

void append_canonical(Bytes& to, const value::ValueView& value);
void append_canonical(Bytes& to, const value::MapView& attributes);

namespace detail {

// So that what follows cannot be taken for a part of it.
inline void append_delimited(Bytes& to, BytesView bytes) {
  append_varint(to, bytes.size());
  to.append(bytes);
}

// Parts whose order says nothing.
inline void append_unordered(Bytes& to, std::vector<Bytes> parts) {
  std::sort(parts.begin(), parts.end());
  append_varint(to, parts.size());
  for (const Bytes& part : parts)
    append_delimited(to, part);
}

inline void append_canonical_member(Bytes& to, const std::string& text) {
  append_delimited(to, text);
}
inline void append_canonical_member(Bytes& to, const ItemInput& item) {
  append_canonical(to, value::ItemView(item.stored).attributes());
}
inline void append_canonical_member(Bytes& to, const ValueInput& value) {
  append_canonical(to, value::ValueView(value.stored));
}

template <DeclaredStructure T>
void append_canonical_member(Bytes& to, const T& structure);
template <class T>
void append_canonical_member(Bytes& to, const std::vector<T>& list);

template <class T>
void append_canonical_member(Bytes& to, const StringMap<T>& map) {
  std::vector<Bytes> entries;
  for (const auto& [name, value] : map) {
    Bytes& entry = entries.emplace_back();
    append_delimited(entry, name);
    append_canonical_member(entry, value);
  }
  append_unordered(to, std::move(entries));
}

template <class T>
void append_canonical_member(Bytes& to, const std::vector<T>& list) {
  append_varint(to, list.size());
  for (const T& element : list)
    append_canonical_member(to, element);
}

template <DeclaredStructure T>
void append_canonical_member(Bytes& to, const T& structure) {
  const auto one = [&](const auto& member) {
    const auto& field = structure.*member.field;
    to.push_back(field ? '\1' : '\0');
    if (field) append_canonical_member(to, *field);
  };
  std::apply([&](const auto&... member) { (one(member), ...); }, T::shape());
}

}  // namespace detail

// Values must have been checked: none has a refusal.
template <class T>
Bytes canonical_bytes(const T& value) {
  Bytes bytes;
  detail::append_canonical_member(bytes, value);
  return bytes;
}

}  // namespace jedlik::service
