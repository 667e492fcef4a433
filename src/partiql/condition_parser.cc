#include "partiql/condition_parser.h"

#include <charconv>
#include <limits>
#include <optional>
#include <string>

#include "base/limits.h"
#include "partiql/literal.h"

namespace jedlik::partiql {

using expression::Children;
using expression::Kind;
using expression::kNoNode;
using expression::NodeId;
using expression::NodeKind;
using expression::PathElement;

namespace {

std::optional<NodeKind> comparison_kind(TokenKind token) {
  switch (token) {
    case TokenKind::kEqual:
      return NodeKind::kEqual;
    case TokenKind::kNotEqual:
      return NodeKind::kNotEqual;
    case TokenKind::kLess:
      return NodeKind::kLess;
    case TokenKind::kLessOrEqual:
      return NodeKind::kLessOrEqual;
    case TokenKind::kGreater:
      return NodeKind::kGreater;
    case TokenKind::kGreaterOrEqual:
      return NodeKind::kGreaterOrEqual;
    default:
      return std::nullopt;
  }
}

// Nothing for a name that is no function, or none that stands there.
std::optional<NodeKind> function_kind(const Token& name, Kind kind) {
  if (kind == Kind::kUpdate) {
    if (name.is_word("LIST_APPEND")) return NodeKind::kListAppend;
    return std::nullopt;
  }
  if (name.is_word("ATTRIBUTE_TYPE")) return NodeKind::kAttributeType;
  if (name.is_word("BEGINS_WITH")) return NodeKind::kBeginsWith;
  if (name.is_word("CONTAINS")) return NodeKind::kContains;
  if (name.is_word("SIZE")) return NodeKind::kSize;
  return std::nullopt;
}

}  // namespace

Result<NodeId> ConditionParser::condition() {
  auto root = any();
  RETURN_IF_REFUSED(root);
  RETURN_IF_REFUSED(check_is_condition(*root));
  return root;
}

Result<NodeId> ConditionParser::operand() {
  auto root = sum();
  RETURN_IF_REFUSED(root);
  RETURN_IF_REFUSED(check_is_operand(*root));
  return root;
}

Result<NodeId> ConditionParser::any() {
  auto first = conjunction();
  if (!first || !reader_.at_word("OR")) return first;
  RETURN_IF_REFUSED(check_is_condition(*first));
  Children children;
  children.add(tree_, *first);
  while (reader_.take_word("OR")) {
    RETURN_IF_REFUSED(count_operator());
    const auto next = conjunction();
    RETURN_IF_REFUSED(next);
    RETURN_IF_REFUSED(check_is_condition(*next));
    children.add(tree_, *next);
  }
  return children.finish(tree_, NodeKind::kOr);
}

Result<NodeId> ConditionParser::conjunction() {
  auto first = negation();
  if (!first || !reader_.at_word("AND")) return first;
  RETURN_IF_REFUSED(check_is_condition(*first));
  Children children;
  children.add(tree_, *first);
  while (reader_.take_word("AND")) {
    RETURN_IF_REFUSED(count_operator());
    const auto next = negation();
    RETURN_IF_REFUSED(next);
    RETURN_IF_REFUSED(check_is_condition(*next));
    children.add(tree_, *next);
  }
  return children.finish(tree_, NodeKind::kAnd);
}

Result<NodeId> ConditionParser::negation() {
  if (!reader_.take_word("NOT")) return comparison();
  RETURN_IF_REFUSED(count_operator());
  const auto inside = negation();
  RETURN_IF_REFUSED(inside);
  RETURN_IF_REFUSED(check_is_condition(*inside));
  return node(NodeKind::kNot, {*inside});
}

Result<NodeId> ConditionParser::comparison() {
  auto left = sum();
  RETURN_IF_REFUSED(left);
  if (is_condition(*left)) return left;
  if (comparison_kind(reader_.current().kind)) return compare(*left);
  if (reader_.take_word("IS")) return is(*left);
  const bool is_negated = reader_.take_word("NOT");
  Result<NodeId> compared = *left;
  if (reader_.take_word("BETWEEN")) {
    compared = between(*left);
  } else if (reader_.take_word("IN")) {
    compared = in(*left);
  } else if (is_negated) {
    return reader_.unexpected();
  }
  if (!compared || !is_negated) return compared;
  RETURN_IF_REFUSED(count_operator());
  return node(NodeKind::kNot, {*compared});
}

Result<NodeId> ConditionParser::compare(NodeId left) {
  const NodeKind kind = *comparison_kind(reader_.current().kind);
  reader_.advance();
  RETURN_IF_REFUSED(count_operator());
  const auto right = operand();
  RETURN_IF_REFUSED(right);
  return node(kind, {left, *right});
}

Result<NodeId> ConditionParser::between(NodeId operand) {
  RETURN_IF_REFUSED(count_operator());
  const auto lower = this->operand();
  RETURN_IF_REFUSED(lower);
  RETURN_IF_REFUSED(reader_.expect_word("AND"));
  const auto upper = this->operand();
  RETURN_IF_REFUSED(upper);
  return node(NodeKind::kBetween, {operand, *lower, *upper});
}

Result<NodeId> ConditionParser::in(NodeId operand) {
  RETURN_IF_REFUSED(count_operator());
  const bool is_list = reader_.take(TokenKind::kOpenBracket);
  if (!is_list) RETURN_IF_REFUSED(reader_.expect(TokenKind::kOpenParen));
  Children children;
  children.add(tree_, operand);
  do {
    const auto member = this->operand();
    RETURN_IF_REFUSED(member);
    children.add(tree_, *member);
  } while (reader_.take(TokenKind::kComma));
  RETURN_IF_REFUSED(reader_.expect(is_list ? TokenKind::kCloseBracket : TokenKind::kCloseParen));
  return children.finish(tree_, NodeKind::kIn);
}

Result<NodeId> ConditionParser::is(NodeId operand) {
  RETURN_IF_REFUSED(count_operator());
  const bool is_negated = reader_.take_word("NOT");
  if (reader_.take_word("MISSING")) {
    return node(is_negated ? NodeKind::kAttributeExists : NodeKind::kAttributeNotExists, {operand});
  }
  RETURN_IF_REFUSED(reader_.expect_word("NULL"));
  const auto position = static_cast<uint32_t>(tree_.values.size());
  tree_.values.push_back({{}, value::ValueView(value::Type::kString, "NULL")});
  const NodeId type = tree_.add(NodeKind::kValue, position, 1);
  const NodeId has_type = node(NodeKind::kAttributeType, {operand, type});
  return is_negated ? node(NodeKind::kNot, {has_type}) : has_type;
}

Result<NodeId> ConditionParser::sum() {
  auto left = term();
  while (left && (reader_.at(TokenKind::kPlus) || reader_.at(TokenKind::kMinus))) {
    if (kind_ != Kind::kUpdate) return reader_.unexpected();
    RETURN_IF_REFUSED(check_is_operand(*left));
    RETURN_IF_REFUSED(count_operator());
    const NodeKind kind = reader_.at(TokenKind::kPlus) ? NodeKind::kPlus : NodeKind::kMinus;
    reader_.advance();
    const auto right = term();
    RETURN_IF_REFUSED(right);
    RETURN_IF_REFUSED(check_is_operand(*right));
    left = node(kind, {*left, *right});
  }
  return left;
}

Result<NodeId> ConditionParser::term() {
  if (reader_.at(TokenKind::kOpenParen)) return in_parens();
  if (at_literal(reader_)) return literal();
  const Token first = reader_.current();
  if (first.kind != TokenKind::kName || !reader_.next_is(TokenKind::kOpenParen)) return path();
  reader_.advance();
  return function(first);
}

Result<NodeId> ConditionParser::in_parens() {
  if (++open_parens_ > limits::kExpressionOperators)
    return refuse(malformed("Too many nested parentheses"));
  reader_.advance();
  auto inside = any();
  RETURN_IF_REFUSED(inside);
  RETURN_IF_REFUSED(reader_.expect(TokenKind::kCloseParen));
  --open_parens_;
  return inside;
}

Result<NodeId> ConditionParser::literal() {
  const auto value = read_stored_literal(reader_);
  RETURN_IF_REFUSED(value);
  const auto position = static_cast<uint32_t>(tree_.values.size());
  tree_.values.push_back({{}, *value});
  return tree_.add(NodeKind::kValue, position, 1);
}

Result<NodeId> ConditionParser::function(const Token& name) {
  const auto kind = function_kind(name, kind_);
  if (!kind) return reader_.refuse_at("Unsupported function: " + std::string(name.text), name);
  RETURN_IF_REFUSED(count_operator());
  RETURN_IF_REFUSED(reader_.expect(TokenKind::kOpenParen));
  Children arguments;
  do {
    const auto argument = operand();
    RETURN_IF_REFUSED(argument);
    arguments.add(tree_, *argument);
  } while (reader_.take(TokenKind::kComma));
  RETURN_IF_REFUSED(reader_.expect(TokenKind::kCloseParen));
  return arguments.finish(tree_, *kind);
}

Result<NodeId> ConditionParser::path() {
  const auto begin = static_cast<uint32_t>(tree_.elements.size());
  const auto first = reader_.take_name();
  RETURN_IF_REFUSED(first);
  tree_.elements.push_back({PathElement::Kind::kName, 0, *first, {}});
  while (reader_.at(TokenKind::kDot) || reader_.at(TokenKind::kOpenBracket))
    RETURN_IF_REFUSED(path_step());
  const auto count = static_cast<uint32_t>(tree_.elements.size()) - begin;
  if (count > static_cast<uint32_t>(limits::kNestingLevels)) {
    return refuse(expression::invalid_expression(
        kind_,
        "The document path has too many nesting levels; nesting levels: " + std::to_string(count)));
  }
  return tree_.add(NodeKind::kPath, begin, count);
}

Status ConditionParser::path_step() {
  if (reader_.take(TokenKind::kDot)) {
    if (!reader_.at_name()) return refuse(malformed("Invalid path dot component"));
    tree_.elements.push_back({PathElement::Kind::kName, 0, *reader_.take_name(), {}});
    return {};
  }
  reader_.advance();
  if (reader_.at(TokenKind::kString)) {
    tree_.elements.push_back({PathElement::Kind::kName, 0, reader_.take_quoted(), {}});
  } else {
    RETURN_IF_REFUSED(path_index());
  }
  return reader_.expect(TokenKind::kCloseBracket);
}

Status ConditionParser::path_index() {
  const std::string_view digits = reader_.current().text;
  if (!reader_.at(TokenKind::kNumber) || digits.find_first_not_of("0123456789") != digits.npos)
    return reader_.unexpected();
  PathElement element;
  element.kind = PathElement::Kind::kIndex;
  const auto [rest, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), element.index);
  if (error != std::errc() ||
      element.index > static_cast<uint32_t>(std::numeric_limits<int32_t>::max())) {
    return refuse(expression::invalid_expression(
        kind_,
        "List index is not within the allowable range; index: [" + std::string(digits) + "]"));
  }
  tree_.elements.push_back(element);
  reader_.advance();
  return {};
}

bool ConditionParser::is_condition(NodeId id) const {
  const NodeKind kind = tree_[id].kind;
  return kind >= NodeKind::kEqual && kind <= NodeKind::kContains;
}

// What is no condition is followed by something that it is not compared with.
Status ConditionParser::check_is_condition(NodeId id) const {
  if (is_condition(id)) return {};
  return reader_.unexpected();
}

Status ConditionParser::check_is_operand(NodeId id) const {
  if (!is_condition(id)) return {};
  return reader_.unexpected();
}

Status ConditionParser::count_operator() {
  if (++operators_ <= limits::kExpressionOperators) return {};
  return refuse(expression::invalid_expression(
      kind_,
      "The expression contains too many operators; operator count: " + std::to_string(operators_)));
}

NodeId ConditionParser::node(NodeKind kind, std::initializer_list<NodeId> children) {
  Children list;
  for (const NodeId child : children)
    list.add(tree_, child);
  return list.finish(tree_, kind);
}

}  // namespace jedlik::partiql
