#pragma once

#include <compare>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"
#include "expression/ast.h"
#include "value/stored_item.h"

// Document paths: "a.b[0]".
namespace jedlik::expression {

// As the service shows a path in a message: "[a, b, [0]]".
std::string path_text(PathView path);

enum class PathRelation : uint8_t {
  kApart,
  kOverlap,   // one is the other, or leads into it
  kConflict,  // at one place, one takes an attribute and the other an element of a list
};
PathRelation relate(PathView a, PathView b);

// An order in which paths that begin alike lie together, a path directly before those that lead
// into it, attributes before elements, elements by their index.
std::strong_ordering order(const PathElement& a, const PathElement& b);
bool is_before(PathView a, PathView b);

// What lies at the path, if anything does.
std::optional<value::ValueView> find(const value::ItemView& item, PathView path);

// Two paths that do not go together, in the order in which they were given.
struct PathClash {
  uint32_t first;
  uint32_t second;
  PathRelation relation;
};
// The first of them, or, where there are many paths, one of them. Costs n log n.
std::optional<PathClash> find_clash(std::span<const PathView> paths);

// Refuses a path that leads into a key attribute, which is always a scalar.
Status check_key_is_whole(PathView path, std::span<const std::string_view> key_names,
                          std::string_view what = "Key");

}  // namespace jedlik::expression
