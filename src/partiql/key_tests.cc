#include "partiql/key_tests.h"

#include <algorithm>
#include <unordered_set>

namespace jedlik::partiql {

namespace {

using expression::Condition;
using expression::KeyOperator;
using expression::KeyTest;
using expression::kNoNode;
using expression::Node;
using expression::NodeId;
using expression::NodeKind;
using expression::PathElement;
using expression::Tree;
using value::ValueView;
using Values = std::optional<std::vector<ValueView>>;

class Reader {
 public:
  Reader(const Tree& tree, std::string_view attribute) : tree_(tree), attribute_(attribute) {}

  Values possible_values(const Node& node) const {
    switch (node.kind) {
      case NodeKind::kEqual:
        if (const auto test = read_test(node)) return Values({test->value});
        return std::nullopt;
      case NodeKind::kIn:
        return listed_values(node);
      case NodeKind::kAnd:
        return of_any_child(node);
      case NodeKind::kOr:
        return of_all_children(node);
      default:
        return std::nullopt;
    }
  }

  // The best test among those that must all hold.
  std::optional<KeyTest> key_test(const Node& node) const {
    if (node.kind != NodeKind::kAnd) return read_test(node);
    std::optional<KeyTest> found;
    for (NodeId id = node.first_child; id != kNoNode; id = tree_[id].next) {
      const auto test = key_test(tree_[id]);
      if (test && test->op == KeyOperator::kEqual) return test;
      if (test && !found) found = test;
    }
    return found;
  }

 private:
  bool is_attribute(const Node& node) const {
    if (node.kind != NodeKind::kPath || node.count != 1) return false;
    return tree_.path(node).front().name == attribute_;
  }

  // A comparison of the attribute with a value, the attribute on either side.
  std::optional<KeyTest> read_test(const Node& node) const;
  static std::optional<KeyOperator> key_operator(NodeKind kind, bool is_mirrored);

  Values listed_values(const Node& node) const {
    if (!is_attribute(tree_[node.first_child])) return std::nullopt;
    std::vector<ValueView> values;
    for (NodeId id = tree_[node.first_child].next; id != kNoNode; id = tree_[id].next) {
      if (tree_[id].kind != NodeKind::kValue) return std::nullopt;
      values.push_back(*tree_.value(tree_[id]).value);
    }
    return values;
  }

  // Of conditions that all hold, those of the one that leaves the fewest.
  Values of_any_child(const Node& node) const {
    Values fewest;
    for (NodeId id = node.first_child; id != kNoNode; id = tree_[id].next) {
      auto values = possible_values(tree_[id]);
      if (values && (!fewest || values->size() < fewest->size())) fewest = std::move(values);
    }
    return fewest;
  }

  Values of_all_children(const Node& node) const {
    std::vector<ValueView> all;
    for (NodeId id = node.first_child; id != kNoNode; id = tree_[id].next) {
      const auto values = possible_values(tree_[id]);
      if (!values) return std::nullopt;
      all.insert(all.end(), values->begin(), values->end());
    }
    return all;
  }

  const Tree& tree_;
  std::string_view attribute_;
};

std::optional<KeyOperator> Reader::key_operator(NodeKind kind, bool is_mirrored) {
  switch (kind) {
    case NodeKind::kEqual:
      return KeyOperator::kEqual;
    case NodeKind::kLess:
      return is_mirrored ? KeyOperator::kGreater : KeyOperator::kLess;
    case NodeKind::kLessOrEqual:
      return is_mirrored ? KeyOperator::kGreaterOrEqual : KeyOperator::kLessOrEqual;
    case NodeKind::kGreater:
      return is_mirrored ? KeyOperator::kLess : KeyOperator::kGreater;
    case NodeKind::kGreaterOrEqual:
      return is_mirrored ? KeyOperator::kLessOrEqual : KeyOperator::kGreaterOrEqual;
    default:
      break;
  }
  if (is_mirrored) return std::nullopt;
  if (kind == NodeKind::kBetween) return KeyOperator::kBetween;
  if (kind == NodeKind::kBeginsWith) return KeyOperator::kBeginsWith;
  return std::nullopt;
}

std::optional<KeyTest> Reader::read_test(const Node& node) const {
  if (node.count < 2) return std::nullopt;
  const Node* left = &tree_[node.first_child];
  const Node* right = &tree_[left->next];
  const bool is_mirrored = !is_attribute(*left);
  const auto op = key_operator(node.kind, is_mirrored);
  if (!op) return std::nullopt;
  if (is_mirrored) std::swap(left, right);
  if (!is_attribute(*left) || right->kind != NodeKind::kValue) return std::nullopt;
  KeyTest test{*op, *tree_.value(*right).value, std::nullopt};
  if (op == KeyOperator::kBetween) {
    const Node& upper = tree_[right->next];
    if (upper.kind != NodeKind::kValue) return std::nullopt;
    test.upper = *tree_.value(upper).value;
  }
  return test;
}

// Scalars of one type are equal where their bytes are; others cannot be keys.
Bytes identity(const ValueView& value) {
  Bytes bytes;
  value.append_to(bytes);
  return bytes;
}

}  // namespace

Values possible_values(const Condition& condition, std::string_view attribute) {
  const Tree& tree = condition.tree();
  auto values = Reader(tree, attribute).possible_values(tree[tree.root]);
  if (!values) return values;
  std::unordered_set<Bytes> seen;
  const auto is_repeated = [&seen](const ValueView& value) {
    return !seen.insert(identity(value)).second;
  };
  std::erase_if(*values, is_repeated);
  return values;
}

std::optional<ValueView> equal_value(const Condition& condition, std::string_view attribute) {
  const auto test = key_test(condition, attribute);
  if (!test || test->op != KeyOperator::kEqual) return std::nullopt;
  return test->value;
}

std::optional<KeyTest> key_test(const Condition& condition, std::string_view attribute) {
  const Tree& tree = condition.tree();
  return Reader(tree, attribute).key_test(tree[tree.root]);
}

}  // namespace jedlik::partiql
