#include <algorithm>
#include <string>

#include "base/limits.h"
#include "expression/check.h"
#include "expression/compare.h"
#include "expression/document_path.h"
#include "expression/value_text.h"

namespace jedlik::expression {

namespace {

using value::Type;

// One operator or function with its operands at hand.
class OperandCheck {
 public:
  OperandCheck(const Tree& tree, const Node& node, Kind kind)
      : tree_(tree), node_(node), kind_(kind) {}

  Status run() const;

 private:
  const Node& operand(unsigned position) const { return tree_[tree_.child(node_, position)]; }
  ApiError error(std::string_view message) const { return invalid_expression(kind_, message); }
  ApiError wrong_type(std::string_view type) const;

  Status count_is(uint32_t count) const;
  Status first_is_path() const;
  // The first operand is no path that another one is, too.
  Status first_is_distinct() const;
  // Each operand whose type is known has one of these.
  template <class Allowed>
  Status types_are(Allowed allowed) const;

  Status comparison() const;
  Status between() const;
  Status in() const;
  Status attribute_type() const;
  // ADD and DELETE, whose messages call types by other names.
  Status added_or_deleted() const;

  const Tree& tree_;
  const Node& node_;
  Kind kind_;
};

bool is_ordered(Type type) {
  return type == Type::kString || type == Type::kNumber || type == Type::kBinary;
}

bool is_set(Type type) {
  return type == Type::kStringSet || type == Type::kNumberSet || type == Type::kBinarySet;
}

std::string_view long_type_name(Type type) {
  switch (type) {
    case Type::kNull:
      return "NULL";
    case Type::kBinary:
      return "BINARY";
    case Type::kFalse:
    case Type::kTrue:
      return "BOOLEAN";
    case Type::kString:
      return "STRING";
    case Type::kNumber:
      return "NUMBER";
    case Type::kList:
      return "LIST";
    case Type::kMap:
      return "MAP";
    default:
      return "SET";
  }
}

Status OperandCheck::run() const {
  switch (node_.kind) {
    case NodeKind::kEqual:
    case NodeKind::kNotEqual:
      return first_is_distinct();
    case NodeKind::kLess:
    case NodeKind::kLessOrEqual:
    case NodeKind::kGreater:
    case NodeKind::kGreaterOrEqual:
      return comparison();
    case NodeKind::kBetween:
      return between();
    case NodeKind::kIn:
      return in();
    case NodeKind::kAttributeExists:
    case NodeKind::kAttributeNotExists:
      RETURN_IF_REFUSED(count_is(1));
      return first_is_path();
    case NodeKind::kAttributeType:
      return attribute_type();
    case NodeKind::kBeginsWith:
      RETURN_IF_REFUSED(count_is(2));
      RETURN_IF_REFUSED(first_is_distinct());
      return types_are([](Type type) { return type == Type::kString || type == Type::kBinary; });
    case NodeKind::kContains:
      RETURN_IF_REFUSED(count_is(2));
      return first_is_distinct();
    case NodeKind::kSize:
      RETURN_IF_REFUSED(count_is(1));
      return types_are([](Type type) {
        return type == Type::kString || type == Type::kBinary || type >= Type::kList;
      });
    case NodeKind::kIfNotExists:
      RETURN_IF_REFUSED(count_is(2));
      RETURN_IF_REFUSED(first_is_path());
      return first_is_distinct();
    case NodeKind::kListAppend:
      RETURN_IF_REFUSED(count_is(2));
      return types_are([](Type type) { return type == Type::kList; });
    case NodeKind::kPlus:
    case NodeKind::kMinus:
      return types_are([](Type type) { return type == Type::kNumber; });
    case NodeKind::kAdd:
    case NodeKind::kDelete:
      return added_or_deleted();
    default:
      return {};
  }
}

ApiError OperandCheck::wrong_type(std::string_view type) const {
  std::string message = "Incorrect operand type for operator or function; operator or function: ";
  message.append(node_word(node_.kind)).append(", operand type: ").append(type);
  return error(message);
}

Status OperandCheck::count_is(uint32_t count) const {
  if (node_.count == count) return {};
  std::string message =
      "Incorrect number of operands for operator or function; operator or function: ";
  message.append(node_word(node_.kind))
      .append(", number of operands: ")
      .append(std::to_string(node_.count));
  return refuse(error(message));
}

Status OperandCheck::first_is_path() const {
  if (operand(0).kind == NodeKind::kPath) return {};
  return refuse(error("Operator or function requires a document path; operator or function: " +
                      std::string(node_word(node_.kind))));
}

Status OperandCheck::first_is_distinct() const {
  const Node& first = operand(0);
  if (first.kind != NodeKind::kPath) return {};
  const PathView path = tree_.path(first);
  for (NodeId id = first.next; id != kNoNode; id = tree_[id].next) {
    if (tree_[id].kind != NodeKind::kPath) continue;
    const PathView other = tree_.path(tree_[id]);
    if (!std::equal(path.begin(), path.end(), other.begin(), other.end())) continue;
    std::string message =
        "The first operand must be distinct from the remaining operands for this operator or "
        "function; operator: ";
    message.append(node_word(node_.kind)).append(", first operand: ").append(path_text(path));
    return refuse(error(message));
  }
  return {};
}

template <class Allowed>
Status OperandCheck::types_are(Allowed allowed) const {
  for (NodeId id = node_.first_child; id != kNoNode; id = tree_[id].next) {
    const std::optional<Type> type = static_type(tree_, tree_[id]);
    if (type && !allowed(*type)) return refuse(wrong_type(value::type_name(*type)));
  }
  return {};
}

Status OperandCheck::comparison() const {
  RETURN_IF_REFUSED(first_is_distinct());
  return types_are(is_ordered);
}

Status OperandCheck::between() const {
  const Node& lower_node = operand(1);
  const Node& upper_node = operand(2);
  const bool are_values =
      lower_node.kind == NodeKind::kValue && upper_node.kind == NodeKind::kValue;
  const auto bounds_error = [&](std::string message) {
    message += "; lower bound operand: AttributeValue: ";
    append_value_text(message, *tree_.value(lower_node).value);
    message += ", upper bound operand: AttributeValue: ";
    append_value_text(message, *tree_.value(upper_node).value);
    return refuse(error(message));
  };
  RETURN_IF_REFUSED(types_are(is_ordered));
  RETURN_IF_REFUSED(first_is_distinct());
  if (are_values && !same_type(*tree_.value(lower_node).value, *tree_.value(upper_node).value))
    return bounds_error("The BETWEEN operator requires same data type for lower and upper bounds");
  if (are_values && is_before(*tree_.value(upper_node).value, *tree_.value(lower_node).value))
    return bounds_error(
        "The BETWEEN operator requires upper bound to be greater than or equal to lower bound");
  return {};
}

Status OperandCheck::in() const {
  const size_t members = node_.count - 1;
  if (members > limits::kInOperands)
    return refuse(error("The IN operator is provided with too many operands; number of operands: " +
                        std::to_string(members)));
  return first_is_distinct();
}

Status OperandCheck::attribute_type() const {
  RETURN_IF_REFUSED(count_is(2));
  RETURN_IF_REFUSED(first_is_distinct());
  const Node& name = operand(1);
  if (name.kind == NodeKind::kPath) return refuse(wrong_type("{NS,SS,L,BS,N,M,B,BOOL,NULL,S}"));
  const std::optional<Type> type = static_type(tree_, name);
  if (type != Type::kString) return refuse(wrong_type(value::type_name(*type)));
  const std::string_view text = tree_.value(name).value->bytes();
  if (named_type(text)) return {};
  return refuse(error("Invalid attribute type name found; type: " + std::string(text) +
                      ", valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"));
}

Status OperandCheck::added_or_deleted() const {
  const Type type = tree_.value(operand(1)).value->type();
  if (is_set(type) || (node_.kind == NodeKind::kAdd && type == Type::kNumber)) return {};
  std::string message = "Incorrect operand type for operator or function; operator: ";
  message.append(node_word(node_.kind)).append(", operand type: ").append(long_type_name(type));
  return refuse(error(message));
}

}  // namespace

Status check_operands(const Tree& tree, const Node& node, Kind kind) {
  return OperandCheck(tree, node, kind).run();
}

}  // namespace jedlik::expression
