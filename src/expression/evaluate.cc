#include "expression/evaluate.h"

#include "expression/compare.h"
#include "expression/document_path.h"

namespace jedlik::expression {

namespace {

using value::Type;
using value::ValueView;

// What an operand came to: a stored value, a number that size() gave, or nothing.
class Operand {
 public:
  Operand() = default;
  explicit Operand(std::optional<ValueView> value) : value_(value) {}
  explicit Operand(std::optional<size_t> size) : size_(size) {}

  bool exists() const { return value_ || size_; }
  // The value; nothing for a number from size().
  const std::optional<ValueView>& value() const { return value_; }
  bool is_size() const { return size_.has_value(); }

  // Whether both are there, of the same type, and one of S, N and B.
  static bool are_ordered(const Operand& a, const Operand& b) {
    if (!a.exists() || !b.exists()) return false;
    if (a.is_size() || b.is_size()) return a.is_number() && b.is_number();
    const Type type = a.value_->type();
    return type == b.value_->type() &&
           (type == Type::kString || type == Type::kNumber || type == Type::kBinary);
  }

  // For two of which are_ordered says yes.
  static bool is_before(const Operand& a, const Operand& b) {
    if (!a.is_size() && !b.is_size()) return expression::is_before(*a.value_, *b.value_);
    return a.number() < b.number();
  }

  static bool are_equal(const Operand& a, const Operand& b) {
    if (!a.exists() || !b.exists()) return false;
    if (!a.is_size() && !b.is_size()) return value::equal(*a.value_, *b.value_);
    return a.is_number() && b.is_number() && a.number() == b.number();
  }

  bool is_number() const { return is_size() || value_->type() == Type::kNumber; }
  value::Number number() const {
    return is_size() ? value::Number(static_cast<int64_t>(*size_)) : value_->number();
  }

 private:
  std::optional<ValueView> value_;
  std::optional<size_t> size_;
};

class Evaluation {
 public:
  Evaluation(const Tree& tree, const std::optional<value::ItemView>& item)
      : tree_(tree), item_(item) {}

  bool condition(const Node& node) const;

 private:
  Operand operand(NodeId id) const;
  Operand child(const Node& node, unsigned position) const {
    return operand(tree_.child(node, position));
  }
  bool between(const Node& node) const;
  bool in(const Node& node) const;
  bool attribute_type(const Node& node) const;
  bool contains(const Node& node) const;
  template <class Holds>
  bool compare(const Node& node, Holds holds) const {
    const Operand left = child(node, 0);
    const Operand right = child(node, 1);
    return Operand::are_ordered(left, right) && holds(left, right);
  }

  const Tree& tree_;
  const std::optional<value::ItemView>& item_;
};

bool Evaluation::condition(const Node& node) const {
  switch (node.kind) {
    case NodeKind::kAnd:
      for (NodeId id = node.first_child; id != kNoNode; id = tree_[id].next)
        if (!condition(tree_[id])) return false;
      return true;
    case NodeKind::kOr:
      for (NodeId id = node.first_child; id != kNoNode; id = tree_[id].next)
        if (condition(tree_[id])) return true;
      return false;
    case NodeKind::kNot:
      return !condition(tree_[node.first_child]);
    case NodeKind::kEqual:
      return Operand::are_equal(child(node, 0), child(node, 1));
    case NodeKind::kNotEqual:
      return !Operand::are_equal(child(node, 0), child(node, 1));
    case NodeKind::kLess:
      return compare(node, [](auto& a, auto& b) { return Operand::is_before(a, b); });
    case NodeKind::kLessOrEqual:
      return compare(node, [](auto& a, auto& b) { return !Operand::is_before(b, a); });
    case NodeKind::kGreater:
      return compare(node, [](auto& a, auto& b) { return Operand::is_before(b, a); });
    case NodeKind::kGreaterOrEqual:
      return compare(node, [](auto& a, auto& b) { return !Operand::is_before(a, b); });
    case NodeKind::kBetween:
      return between(node);
    case NodeKind::kIn:
      return in(node);
    case NodeKind::kAttributeExists:
      return child(node, 0).exists();
    case NodeKind::kAttributeNotExists:
      return !child(node, 0).exists();
    case NodeKind::kAttributeType:
      return attribute_type(node);
    case NodeKind::kBeginsWith: {
      const Operand whole = child(node, 0);
      const Operand start = child(node, 1);
      return whole.value() && start.value() && begins_with(*whole.value(), *start.value());
    }
    case NodeKind::kContains:
      return contains(node);
    default:
      return false;
  }
}

Operand Evaluation::operand(NodeId id) const {
  const Node& node = tree_[id];
  switch (node.kind) {
    case NodeKind::kPath:
      if (!item_) return {};
      return Operand(find(*item_, tree_.path(node)));
    case NodeKind::kValue:
      return Operand(tree_.value(node).value);
    case NodeKind::kSize: {
      const Operand of = operand(node.first_child);
      if (!of.value()) return {};
      return Operand(size_of(*of.value()));
    }
    default:
      return {};
  }
}

bool Evaluation::between(const Node& node) const {
  const Operand middle = child(node, 0);
  const Operand lower = child(node, 1);
  const Operand upper = child(node, 2);
  return Operand::are_ordered(middle, lower) && Operand::are_ordered(middle, upper) &&
         !Operand::is_before(middle, lower) && !Operand::is_before(upper, middle);
}

bool Evaluation::in(const Node& node) const {
  const Operand sought = child(node, 0);
  if (!sought.exists()) return false;
  for (NodeId id = tree_[node.first_child].next; id != kNoNode; id = tree_[id].next)
    if (Operand::are_equal(sought, operand(id))) return true;
  return false;
}

bool Evaluation::attribute_type(const Node& node) const {
  const Operand of = child(node, 0);
  const Operand name = child(node, 1);
  if (!of.exists() || !name.value()) return false;
  const std::optional<Type> type = named_type(name.value()->bytes());
  if (!type) return false;
  if (of.is_size()) return type == Type::kNumber;
  return same_type(*of.value(), ValueView(*type, {}));
}

bool Evaluation::contains(const Node& node) const {
  const Operand whole = child(node, 0);
  const Operand part = child(node, 1);
  if (!whole.value() || !part.exists()) return false;
  if (!part.is_size()) return expression::contains(*whole.value(), *part.value());
  // The size as a stored number: it is short enough for the string's own memory.
  Bytes ordered;
  part.number().append_ordered(ordered);
  return expression::contains(*whole.value(), ValueView(Type::kNumber, ordered));
}

}  // namespace

bool evaluate(const Tree& tree, NodeId id, const std::optional<value::ItemView>& item) {
  return Evaluation(tree, item).condition(tree[id]);
}

}  // namespace jedlik::expression
