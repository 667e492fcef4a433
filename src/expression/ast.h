#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "value/stored_item.h"

// The syntax tree of every expression. Nodes lie in one vector and refer to each other by index;
// texts are views of the expression, so a short one costs a few small allocations and no copies.
namespace jedlik::expression {

using NodeId = uint32_t;
inline constexpr NodeId kNoNode = UINT32_MAX;

enum class NodeKind : uint8_t {
  // Leaves.
  kPath,   // elements [begin, begin + count)
  kValue,  // values[begin]
  // Comparisons of two operands.
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kBetween,  // operand, lower, upper
  kIn,       // operand, then the list
  // Logic. AND and OR have two or more children.
  kAnd,
  kOr,
  kNot,
  // Functions. A call is kFunction until the name was checked; its name is in functions[begin].
  kFunction,
  kAttributeExists,
  kAttributeNotExists,
  kAttributeType,
  kBeginsWith,
  kContains,
  kSize,
  kIfNotExists,
  kListAppend,
  // Arithmetic, in SET only.
  kPlus,
  kMinus,
  // Actions of an update: a path, and an operand except for kRemove.
  kSet,
  kRemove,
  kAdd,
  kDelete,
  // Roots of lists: paths of a projection, actions of an update.
  kProjection,
  kUpdate,
};

struct Node {
  NodeKind kind;
  NodeId first_child = kNoNode;
  NodeId next = kNoNode;  // the next child of the same parent
  uint32_t begin = 0;
  uint32_t count = 0;
};

// One element of a document path: an attribute name, or an index into a list.
struct PathElement {
  enum class Kind : uint8_t { kName, kIndex };
  Kind kind = Kind::kName;
  uint32_t index = 0;
  // The name, after resolution; before, what was written.
  std::string_view name;
  // As written, "#n" for a placeholder; for printing.
  std::string_view written;

  // The same step of a path, whatever it was written like.
  friend bool same_step(const PathElement& a, const PathElement& b) {
    return a.kind == b.kind && a.index == b.index && a.name == b.name;
  }
};

struct ValueLeaf {
  std::string_view placeholder;           // ":v", as written
  std::optional<value::ValueView> value;  // after resolution
};

struct Tree {
  std::vector<Node> nodes;
  std::vector<PathElement> elements;
  std::vector<ValueLeaf> values;
  std::vector<std::string_view> functions;
  NodeId root = kNoNode;

  const Node& operator[](NodeId id) const { return nodes[id]; }
  std::span<const PathElement> path(const Node& node) const {
    return std::span(elements).subspan(node.begin, node.count);
  }
  const ValueLeaf& value(const Node& node) const { return values[node.begin]; }

  NodeId add(NodeKind kind, uint32_t begin = 0, uint32_t count = 0);
  // The node takes the children, in order.
  NodeId add(NodeKind kind, std::initializer_list<NodeId> children);
};

}  // namespace jedlik::expression
