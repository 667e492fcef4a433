#pragma once

#include <simdjson.h>

#include <array>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/result.h"
#include "service/attribute_value.h"
#include "service/shape.h"
#include "service/shape_name.h"
#include "wire/item_json.h"
#include "wire/json_types.h"

// Reads a declared structure (service/shape.h) out of JSON. Members that the declaration does not
// have are ignored, null is as good as absent, of members that come twice the last counts. A wrong
// type is a SerializationException; of several, that of the member which is declared first.
namespace jedlik::wire {
namespace detail {

// What Java's types are called in the service's texts: the values of a map.
template <class T>
struct JavaType {
  static std::string name() { return java_class(service::shape_name<T>()); }
};
template <>
struct JavaType<std::string> {
  static std::string name() { return "java.lang.String"; }
};
template <>
struct JavaType<service::ValueInput> {
  static std::string name() { return java_class("AttributeValue"); }
};
template <class T>
struct JavaType<std::vector<T>> {
  static std::string name() { return "java.util.List<" + JavaType<T>::name() + ">"; }
};

template <class T>
concept TextMember = std::same_as<T, std::string>;
template <class T>
concept IntegerMember = std::same_as<T, int32_t> || std::same_as<T, int64_t>;

inline Status read(JsonElement from, std::string& to, StructurePlace) {
  if (!from.is_string()) return refuse(wrong_scalar(from, "String"));
  to = std::string_view(from);
  return {};
}

inline Status read(JsonElement from, bool& to, StructurePlace) {
  if (!from.is_bool()) return refuse(wrong_scalar(from, "Boolean"));
  to = from;
  return {};
}

inline Status read(JsonElement from, double& to, StructurePlace) {
  if (!from.is_number()) return refuse(wrong_scalar(from, "Double"));
  to = from;
  return {};
}

// A fraction is cut off; a number that does not fit is no number of the type.
template <IntegerMember T>
Status read(JsonElement from, T& to, StructurePlace) {
  using Limits = std::numeric_limits<T>;
  switch (from.type()) {
    case simdjson::dom::element_type::INT64: {
      const int64_t number = from;
      if (number < Limits::min() || number > Limits::max()) return refuse(serialization(""));
      to = static_cast<T>(number);
      return {};
    }
    case simdjson::dom::element_type::UINT64:
      return refuse(serialization(""));
    case simdjson::dom::element_type::DOUBLE: {
      const double number = std::trunc(double(from));
      // 2 to the power of 63 or 31 is a double; the largest integer below may be none.
      constexpr double kBound = -static_cast<double>(Limits::min());
      if (number < -kBound || number >= kBound) return refuse(serialization(""));
      to = static_cast<T>(number);
      return {};
    }
    default:
      return refuse(wrong_scalar(from, std::same_as<T, int32_t> ? "Integer" : "Long"));
  }
}

inline Status read(JsonElement, service::Presence&, StructurePlace) {
  return {};
}

inline Status read(JsonElement from, service::ItemInput& to, StructurePlace) {
  return read_item(from, to);
}

inline Status read(JsonElement from, service::ValueInput& to, StructurePlace) {
  return read_value(from, to);
}

template <class T>
Status read(JsonElement from, std::vector<T>& to, StructurePlace place);
template <class T>
Status read(JsonElement from, service::StringMap<T>& to, StructurePlace place);
template <service::DeclaredStructure T>
Status read(JsonElement from, T& to, StructurePlace place);

// An element of a list or a map that is null is there, with nothing in it.
template <class T>
Status read_element(JsonElement from, T& to) {
  if constexpr (!std::same_as<T, service::ValueInput>) {
    if (from.is_null()) return {};
  }
  return read(from, to, StructurePlace::kElement);
}

template <class T>
Status read(JsonElement from, std::vector<T>& to, StructurePlace place) {
  if (!from.is_array()) return refuse(wrong_list(from, place));
  const simdjson::dom::array elements = from;
  to.reserve(elements.size());
  for (const JsonElement element : elements) {
    to.emplace_back();
    RETURN_IF_REFUSED(read_element(element, to.back()));
  }
  return {};
}

template <class T>
Status read(JsonElement from, service::StringMap<T>& to, StructurePlace) {
  if (!from.is_object()) return refuse(wrong_map(from, JavaType<T>::name()));
  const simdjson::dom::object entries = from;
  // Few keys are compared with each other, many looked up.
  constexpr size_t kFew = 16;
  std::unordered_map<std::string_view, size_t> places;
  const bool few = entries.size() <= kFew;
  to.reserve(entries.size());
  for (const auto entry : entries) {
    size_t at = to.size();
    if (few) {
      for (size_t i = 0; i < to.size(); ++i) {
        if (to[i].first == entry.key) at = i;
      }
    } else {
      at = places.try_emplace(entry.key, at).first->second;
    }
    if (at == to.size()) {
      to.emplace_back(entry.key, T());
    } else {
      to[at].second = T();
    }
    RETURN_IF_REFUSED(read_element(entry.value, to[at].second));
  }
  return {};
}

template <class T>
struct Unwrapped {
  using Type = T;
};
template <class T>
struct Unwrapped<std::optional<T>> {
  using Type = T;
};

template <class Structure, class Members, size_t... kIndex>
Status read_members(simdjson::dom::object from, Structure& to, const Members& members,
                    std::index_sequence<kIndex...>) {
  std::array<JsonElement, sizeof...(kIndex)> found;
  std::array<bool, sizeof...(kIndex)> is_there{};
  for (const auto field : from) {
    const auto note = [&](size_t index) {
      found[index] = field.value;
      is_there[index] = !field.value.is_null();
      return true;
    };
    (void)((std::get<kIndex>(members).name == field.key && note(kIndex)) || ...);
  }
  Status status;
  const auto read_one = [&](const auto& member, size_t index) {
    if (!is_there[index]) return true;
    auto& field = to.*member.field;
    using Content = typename Unwrapped<std::decay_t<decltype(field)>>::Type;
    if constexpr (std::same_as<Content, std::decay_t<decltype(field)>>) {
      status = read(found[index], field, StructurePlace::kMember);
    } else {
      status = read(found[index], field.emplace(), StructurePlace::kMember);
    }
    return status.has_value();
  };
  (void)(read_one(std::get<kIndex>(members), kIndex) && ...);
  return status;
}

template <service::DeclaredStructure T>
Status read(JsonElement from, T& to, StructurePlace place) {
  if (!from.is_object()) return refuse(wrong_structure(from, service::shape_name<T>(), place));
  static constexpr auto kMembers = T::shape();
  constexpr size_t kCount = std::tuple_size_v<std::decay_t<decltype(kMembers)>>;
  if constexpr (kCount == 0) {
    return {};
  } else {
    return read_members(simdjson::dom::object(from), to, kMembers,
                        std::make_index_sequence<kCount>());
  }
}

}  // namespace detail

// `to` is fresh. `from` is an object; anything else is refused as no request.
template <service::DeclaredStructure T>
Status read_structure(JsonElement from, T& to) {
  if (!from.is_object()) return refuse(serialization(""));
  return detail::read(from, to, StructurePlace::kMember);
}

}  // namespace jedlik::wire
