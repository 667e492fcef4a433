#include "expression/ast.h"

namespace jedlik::expression {

std::string_view node_word(NodeKind kind) {
  switch (kind) {
    case NodeKind::kEqual:
      return "=";
    case NodeKind::kNotEqual:
      return "<>";
    case NodeKind::kLess:
      return "<";
    case NodeKind::kLessOrEqual:
      return "<=";
    case NodeKind::kGreater:
      return ">";
    case NodeKind::kGreaterOrEqual:
      return ">=";
    case NodeKind::kBetween:
      return "BETWEEN";
    case NodeKind::kIn:
      return "IN";
    case NodeKind::kAnd:
      return "AND";
    case NodeKind::kOr:
      return "OR";
    case NodeKind::kNot:
      return "NOT";
    case NodeKind::kAttributeExists:
      return "attribute_exists";
    case NodeKind::kAttributeNotExists:
      return "attribute_not_exists";
    case NodeKind::kAttributeType:
      return "attribute_type";
    case NodeKind::kBeginsWith:
      return "begins_with";
    case NodeKind::kContains:
      return "contains";
    case NodeKind::kSize:
      return "size";
    case NodeKind::kIfNotExists:
      return "if_not_exists";
    case NodeKind::kListAppend:
      return "list_append";
    case NodeKind::kPlus:
      return "+";
    case NodeKind::kMinus:
      return "-";
    case NodeKind::kSet:
      return "SET";
    case NodeKind::kRemove:
      return "REMOVE";
    case NodeKind::kAdd:
      return "ADD";
    case NodeKind::kDelete:
      return "DELETE";
    case NodeKind::kPath:
    case NodeKind::kValue:
    case NodeKind::kFunction:
    case NodeKind::kProjection:
    case NodeKind::kUpdate:
      return {};
  }
  return {};
}

NodeId Tree::child(const Node& node, unsigned position) const {
  NodeId id = node.first_child;
  while (position-- > 0)
    id = nodes[id].next;
  return id;
}

NodeId Tree::add(NodeKind kind, uint32_t begin, uint32_t count) {
  nodes.push_back({kind, begin, count, kNoNode, kNoNode});
  return static_cast<NodeId>(nodes.size() - 1);
}

void Children::add(Tree& tree, NodeId child) {
  if (last_ == kNoNode) {
    first_ = child;
  } else {
    tree.nodes[last_].next = child;
  }
  last_ = child;
  ++count_;
}

NodeId Children::finish(Tree& tree, NodeKind kind, uint32_t begin) const {
  const NodeId id = tree.add(kind, begin, count_);
  tree.nodes[id].first_child = first_;
  return id;
}

}  // namespace jedlik::expression
