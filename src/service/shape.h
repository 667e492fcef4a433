#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/api_error.h"
#include "base/bytes.h"

// How requests and responses are declared: once, as a C++ structure with a list of its members.
// From the declaration come the reader and the writer of each wire format (wire/) and the service's
// own validation messages (validate.h). No operation checks by hand what a declaration can say.
//
//   struct TagResourceRequest {
//     Field<std::string> resource_arn;
//     Field<std::vector<Tag>> tags;
//
//     static constexpr auto shape() {
//       using Self = TagResourceRequest;
//       return members(member("ResourceArn", &Self::resource_arn, required().length(1, 1283)),
//                      member("Tags", &Self::tags, required()));
//     }
//   };
//
// Members may be: Field<> of std::string, int64_t, double, bool; of another declared structure; of
// std::vector<> of these; of StringMap<> of these; and the types of attribute_value.h.
namespace jedlik::service {

// A member of a request is there or not; the operations look at that.
template <class T>
using Field = std::optional<T>;

// A JSON object with free keys, in the order in which they came; a key that comes twice has the
// last value.
template <class T>
using StringMap = std::vector<std::pair<std::string, T>>;

// Stands for a member of which only its presence is looked at.
struct Presence {};

// What the service model says of a member. Built by the functions below.
struct Constraints {
  bool is_required = false;
  // Of a string in characters, of a list or map in members.
  int64_t min_length = 0;
  int64_t max_length = std::numeric_limits<int64_t>::max();
  // Of a number.
  int64_t min_value = std::numeric_limits<int64_t>::min();
  int64_t max_value = std::numeric_limits<int64_t>::max();
  // Allowed values of a string; empty for any.
  std::span<const std::string_view> one_of_values{};
  // The pattern of a name as the service prints it; the only one that DynamoDB's data plane has is
  // [a-zA-Z0-9_.-]+. Empty for none.
  std::string_view matches_pattern{};
  // Whether an ARN may stand in place of a name: a text that begins with "arn:" is not held against
  // the rest of these.
  bool may_be_arn = false;
  // For a list (or the values of a map): what its elements keep to.
  const Constraints* element = nullptr;

  constexpr Constraints length(int64_t min, int64_t max) const {
    Constraints changed = *this;
    changed.min_length = min;
    changed.max_length = max;
    return changed;
  }
  constexpr Constraints range(int64_t min, int64_t max) const {
    Constraints changed = *this;
    changed.min_value = min;
    changed.max_value = max;
    return changed;
  }
  constexpr Constraints one_of(std::span<const std::string_view> values) const {
    Constraints changed = *this;
    changed.one_of_values = values;
    return changed;
  }
  constexpr Constraints pattern(std::string_view printed) const {
    Constraints changed = *this;
    changed.matches_pattern = printed;
    return changed;
  }
  constexpr Constraints or_arn() const {
    Constraints changed = *this;
    changed.may_be_arn = true;
    return changed;
  }
  // `constraints` must outlive this: a constant.
  constexpr Constraints each(const Constraints& constraints) const {
    Constraints changed = *this;
    changed.element = &constraints;
    return changed;
  }
};

constexpr Constraints required() {
  Constraints constraints;
  constraints.is_required = true;
  return constraints;
}

constexpr Constraints optional() {
  return {};
}

// One member: its name on the wire, where it is kept, what it keeps to.
template <class Structure, class T>
struct Member {
  std::string_view name;
  T Structure::*field;
  Constraints constraints;
};

template <class Structure, class T>
constexpr Member<Structure, T> member(std::string_view name, T Structure::*field,
                                      Constraints constraints = {}) {
  return {name, field, constraints};
}

template <class... Members>
constexpr std::tuple<Members...> members(Members... list) {
  return {list...};
}

template <class T>
concept DeclaredStructure = requires {
  T::shape();
};

}  // namespace jedlik::service
