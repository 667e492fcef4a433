#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "value/stored_item.h"

// The syntax tree of every expression. Nodes lie in one vector, children before their parents and
// left before right, and refer to each other by position; texts are views of the expression. A
// short expression therefore costs a few small allocations and no copies.
namespace jedlik::expression {

// Position in Tree::nodes.
using NodeId = uint32_t;
inline constexpr NodeId kNoNode = UINT32_MAX;

enum class NodeKind : uint8_t {
  // Leaves.
  kPath,   // a document path: elements [begin, begin + count)
  kValue,  // a placeholder of a value: values[begin]
  // Comparisons of two operands.
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kBetween,  // operand, lower bound, upper bound
  kIn,       // operand, then the list
  // Logic. AND and OR have two children or more.
  kAnd,
  kOr,
  kNot,
  // Functions. A call is functions[begin], and is kFunction until its name was looked at.
  kFunction,
  kAttributeExists,
  kAttributeNotExists,
  kAttributeType,
  kBeginsWith,
  kContains,
  kSize,
  kIfNotExists,
  kListAppend,
  // Arithmetic, of SET.
  kPlus,
  kMinus,
  // Actions of an update: a path, and all but kRemove an operand.
  kSet,
  kRemove,
  kAdd,
  kDelete,
  // Lists at the root: paths of a projection, actions of an update.
  kProjection,
  kUpdate,
};

// As it is written: "BETWEEN", "begins_with", "ADD". Empty for what has no such word.
std::string_view node_word(NodeKind kind);

struct Node {
  NodeKind kind = NodeKind::kPath;
  uint32_t begin = 0;
  uint32_t count = 0;
  NodeId first_child = kNoNode;
  NodeId next = kNoNode;  // the next child of the same parent
};

// One step of a document path: to an attribute of a map by its name, or to an element of a list by
// its index.
struct PathElement {
  enum class Kind : uint8_t { kName, kIndex };

  Kind kind = Kind::kName;
  uint32_t index = 0;
  std::string_view name;  // after resolution
  std::string_view
      written;  // "name", "#n" or the digits of an index; empty in a tree built by code

  friend bool operator==(const PathElement& a, const PathElement& b) {
    return a.kind == b.kind && a.index == b.index && a.name == b.name;
  }
};

// An index of a list that is too large to be one.
inline constexpr uint32_t kIndexOutOfRange = UINT32_MAX;

using PathView = std::span<const PathElement>;

struct ValueLeaf {
  std::string_view placeholder;           // ":v"; empty in a tree built by code
  std::optional<value::ValueView> value;  // after resolution
};

struct FunctionCall {
  enum class Place : uint8_t { kOperand, kCondition };

  std::string_view name;
  Place place = Place::kOperand;
};

struct Tree {
  std::vector<Node> nodes;
  std::vector<PathElement> elements;
  std::vector<ValueLeaf> values;
  std::vector<FunctionCall> functions;
  NodeId root = kNoNode;

  const Node& operator[](NodeId id) const { return nodes[id]; }
  const ValueLeaf& value(const Node& node) const { return values[node.begin]; }
  PathView path(const Node& node) const {
    return PathView(elements).subspan(node.begin, node.count);
  }
  NodeId child(const Node& node, unsigned position) const;

  NodeId add(NodeKind kind, uint32_t begin = 0, uint32_t count = 0);
};

// The children of a node that is not there yet, in order.
class Children {
 public:
  void add(Tree& tree, NodeId child);
  // Makes the node that has them.
  NodeId finish(Tree& tree, NodeKind kind, uint32_t begin = 0) const;
  uint32_t count() const { return count_; }

 private:
  NodeId first_ = kNoNode;
  NodeId last_ = kNoNode;
  uint32_t count_ = 0;
};

}  // namespace jedlik::expression
