#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "base/result.h"
#include "service/attribute_value.h"
#include "service/shape.h"
#include "service/shape_name.h"

// Holds a request against the constraints of its declaration (shape.h) and says what the service
// says: "2 validation errors detected: Value null at 'tableName' failed to satisfy constraint:
// Member must not be null; Value '0' at 'limit' failed to satisfy constraint: ...". Members are
// checked in the order of the declaration, what is inside a member right after it. A request
// without fault costs no allocation.
namespace jedlik::service {
namespace detail {

// Where a member is, from the inside out; each link lives on the stack of its check.
struct MemberPath {
  enum class Kind : uint8_t { kMember, kElement, kEntry };

  const MemberPath* outer;
  Kind kind;
  std::string_view name;  // of a member or a map's entry
  size_t index = 0;       // of a list's element, from 0
};

// The faults of one request. The service lists ten at most.
class Faults {
 public:
  void add_missing(const MemberPath& path);
  // `value` as the message shows it, `constraint` as "Member must ...".
  void add(const MemberPath& path, const std::string& value, std::string_view constraint);
  bool empty() const { return texts_.empty(); }
  bool full() const;
  ApiError to_error() const;

 private:
  std::vector<std::string> texts_;
};

// "Member must have length ..." and the like, of those that `constraints` has, in the order in
// which the service lists them: "[a, b]".
std::string element_constraints_text(const Constraints& constraints);

bool keeps_to(std::string_view value, const Constraints& constraints);
bool length_keeps_to(size_t length, const Constraints& constraints);

void check_text(const std::string& value, const Constraints& constraints, const MemberPath& path,
                Faults& faults);
void check_number(int64_t value, const Constraints& constraints, const MemberPath& path,
                  Faults& faults);
// The constraint that a list or a map of this length does not keep to.
std::string length_fault(size_t length, const Constraints& constraints);

// How values look in messages: text and numbers as they are, [a, b], {key=value},
// Structure(member=value).
void render(std::string& to, const std::string& value);
void render(std::string& to, bool value);
void render(std::string& to, int64_t value);
void render(std::string& to, double value);
void render(std::string& to, Presence value);
void render(std::string& to, const ItemInput& value);
void render(std::string& to, const ValueInput& value);
void render_member_name(std::string& to, std::string_view name);

template <class T>
void render(std::string& to, const std::vector<T>& list);
template <class T>
void render(std::string& to, const StringMap<T>& map);
template <DeclaredStructure T>
void render(std::string& to, const T& structure);

template <class T>
void render(std::string& to, const std::vector<T>& list) {
  to.push_back('[');
  const char* separator = "";
  for (const auto& element : list) {
    to.append(separator);
    render(to, element);
    separator = ", ";
  }
  to.push_back(']');
}

template <class T>
void render(std::string& to, const StringMap<T>& map) {
  to.push_back('{');
  const char* separator = "";
  for (const auto& entry : map) {
    to.append(separator).append(entry.first).push_back('=');
    render(to, entry.second);
    separator = ", ";
  }
  to.push_back('}');
}

template <DeclaredStructure T>
void render(std::string& to, const T& structure) {
  to.append(shape_name<T>()).push_back('(');
  const char* separator = "";
  const auto one = [&](const auto& member) {
    const auto& field = structure.*member.field;
    if (!field) return;
    to.append(separator);
    render_member_name(to, member.name);
    to.push_back('=');
    render(to, *field);
    separator = ", ";
  };
  std::apply([&](const auto&... member) { (one(member), ...); }, T::shape());
  to.push_back(')');
}

template <class T>
std::string rendered(const T& value) {
  std::string text;
  render(text, value);
  return text;
}

template <DeclaredStructure T>
void check_members(const T& structure, const MemberPath* outer, Faults& faults);

template <class T>
inline constexpr bool kIsList = false;
template <class T>
inline constexpr bool kIsList<std::vector<T>> = true;
template <class T>
inline constexpr bool kIsMap = false;
template <class T>
inline constexpr bool kIsMap<std::vector<std::pair<std::string, T>>> = true;

// Whether a value inside a list or a map keeps to what its container says of each. Only what has a
// constraint of its own kind: text, and the length of lists.
template <class T>
bool element_keeps_to(const T& value, const Constraints& constraints) {
  if constexpr (std::same_as<T, std::string>) {
    return keeps_to(value, constraints);
  } else if constexpr (kIsList<T>) {
    return length_keeps_to(value.size(), constraints);
  } else {
    return true;
  }
}

template <class T>
void check_container(const std::vector<T>& values, const Constraints& constraints,
                     const MemberPath& path, Faults& faults);

template <class T>
void check_value(const T& value, const Constraints& constraints, const MemberPath& path,
                 Faults& faults) {
  if constexpr (std::same_as<T, std::string>) {
    check_text(value, constraints, path, faults);
  } else if constexpr (std::integral<T> && !std::same_as<T, bool>) {
    check_number(value, constraints, path, faults);
  } else if constexpr (kIsList<T>) {
    check_container(value, constraints, path, faults);
  } else if constexpr (DeclaredStructure<T>) {
    check_members(value, &path, faults);
  }
}

// A list, or a map, which is a list of pairs.
template <class T>
void check_container(const std::vector<T>& values, const Constraints& constraints,
                     const MemberPath& path, Faults& faults) {
  constexpr bool kMap = kIsMap<std::vector<T>>;
  const auto inner = [](const T& element) -> const auto& {
    if constexpr (kMap) {
      return element.second;
    } else {
      return element;
    }
  };
  if (!length_keeps_to(values.size(), constraints))
    faults.add(path, rendered(values), length_fault(values.size(), constraints));
  if (constraints.element != nullptr) {
    for (const T& element : values) {
      if (element_keeps_to(inner(element), *constraints.element)) continue;
      const std::string_view which =
          kMap ? "Map value must satisfy constraint: " : "Member must satisfy constraint: ";
      faults.add(path, rendered(values),
                 std::string(which) + element_constraints_text(*constraints.element));
      break;
    }
  }
  for (size_t i = 0; i < values.size() && !faults.full(); ++i) {
    MemberPath at{&path, MemberPath::Kind::kElement, {}, i};
    if constexpr (kMap) at = {&path, MemberPath::Kind::kEntry, values[i].first};
    if constexpr (!std::same_as<std::decay_t<decltype(inner(values[i]))>, std::string>)
      check_value(inner(values[i]), Constraints(), at, faults);
  }
}

template <DeclaredStructure T>
void check_members(const T& structure, const MemberPath* outer, Faults& faults) {
  const auto one = [&](const auto& member) {
    if (faults.full()) return;
    const auto& field = structure.*member.field;
    const MemberPath path{outer, MemberPath::Kind::kMember, member.name};
    if (field) {
      check_value(*field, member.constraints, path, faults);
    } else if (member.constraints.is_required) {
      faults.add_missing(path);
    }
  };
  static constexpr auto kMembers = T::shape();
  std::apply([&](const auto&... member) { (one(member), ...); }, kMembers);
}

}  // namespace detail

template <DeclaredStructure Request>
Status validate(const Request& request) {
  detail::Faults faults;
  detail::check_members(request, nullptr, faults);
  if (faults.empty()) return {};
  return refuse(faults.to_error());
}

}  // namespace jedlik::service
