#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "service/attribute_value.h"
#include "service/shape.h"
#include "wire/item_json.h"
#include "wire/json_writer.h"

// Writes a declared structure (service/shape.h) as JSON, members in the order of the declaration.
// An absent Field is left out.
namespace jedlik::wire {
namespace detail {

inline void write(std::string& to, const std::string& text) {
  append_json_string(to, text);
}
inline void write(std::string& to, std::same_as<bool> auto value) {
  append_json_bool(to, value);
}
inline void write(std::string& to, int32_t number) {
  append_json_int(to, number);
}
inline void write(std::string& to, int64_t number) {
  append_json_int(to, number);
}
inline void write(std::string& to, double number) {
  append_json_double(to, number);
}
inline void write(std::string& to, service::Presence) {
  to.append("{}");
}
inline void write(std::string& to, const service::ItemOutput& item) {
  append_item(to, value::ItemView(item.stored));
}
inline void write(std::string& to, const service::ItemInput& item) {
  append_item(to, value::ItemView(item.stored));
}
inline void write(std::string& to, const service::ValueInput& value) {
  append_value(to, value::ValueView(value.stored));
}

template <class T>
void write(std::string& to, const std::vector<T>& list);
template <class T>
void write(std::string& to, const service::StringMap<T>& map);
template <service::DeclaredStructure T>
void write(std::string& to, const T& structure);

// A page of items may be a megabyte, and more as JSON: it is not moved each time that the text has
// doubled.
inline void make_room(std::string& to, const std::vector<service::ItemOutput>& items) {
  size_t bytes = 0;
  for (const service::ItemOutput& item : items)
    bytes += item.stored.size();
  to.reserve(to.size() + bytes + bytes / 2);
}

template <class T>
void write(std::string& to, const std::vector<T>& list) {
  if constexpr (std::same_as<T, service::ItemOutput>) make_room(to, list);
  to.push_back('[');
  bool first = true;
  for (const auto& element : list) {
    if (!first) to.push_back(',');
    first = false;
    write(to, element);
  }
  to.push_back(']');
}

template <class T>
void write(std::string& to, const service::StringMap<T>& map) {
  to.push_back('{');
  bool first = true;
  for (const auto& entry : map) {
    if (!first) to.push_back(',');
    first = false;
    append_json_string(to, entry.first);
    to.push_back(':');
    write(to, entry.second);
  }
  to.push_back('}');
}

// `first` tells whether a member was written before.
template <class T>
void write_member(std::string& to, std::string_view name, const T& value, bool& first) {
  if (!first) to.push_back(',');
  first = false;
  to.append("\"").append(name).append("\":");
  write(to, value);
}

template <class T>
void write_member(std::string& to, std::string_view name, const std::optional<T>& field,
                  bool& first) {
  if (field) write_member(to, name, *field, first);
}

template <service::DeclaredStructure T>
void write(std::string& to, const T& structure) {
  static constexpr auto kMembers = T::shape();
  to.push_back('{');
  bool first = true;
  std::apply(
      [&](const auto&... member) {
        (write_member(to, member.name, structure.*member.field, first), ...);
      },
      kMembers);
  to.push_back('}');
}

}  // namespace detail

template <service::DeclaredStructure T>
void write_structure(std::string& to, const T& structure) {
  detail::write(to, structure);
}

}  // namespace jedlik::wire
