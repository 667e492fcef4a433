#include "expression/key_condition.h"

#include <algorithm>
#include <string>

#include "expression/check.h"
#include "expression/kind.h"
#include "expression/parser.h"

namespace jedlik::expression {

namespace {

tl::unexpected<ApiError> refused(std::string message) {
  return refuse(validation(std::move(message)));
}

tl::unexpected<ApiError> invalid_operator(std::string_view word) {
  return refused("Invalid operator used in KeyConditionExpression: " + std::string(word));
}

tl::unexpected<ApiError> invalid_condition(std::string_view what) {
  return refused("Invalid condition in KeyConditionExpression: " + std::string(what));
}

std::optional<KeyOperator> key_operator(NodeKind kind) {
  switch (kind) {
    case NodeKind::kEqual:
      return KeyOperator::kEqual;
    case NodeKind::kLess:
      return KeyOperator::kLess;
    case NodeKind::kLessOrEqual:
      return KeyOperator::kLessOrEqual;
    case NodeKind::kGreater:
      return KeyOperator::kGreater;
    case NodeKind::kGreaterOrEqual:
      return KeyOperator::kGreaterOrEqual;
    case NodeKind::kBetween:
      return KeyOperator::kBetween;
    case NodeKind::kBeginsWith:
      return KeyOperator::kBeginsWith;
    default:
      return std::nullopt;
  }
}

// ":v < a" is "a > :v".
KeyOperator mirrored(KeyOperator op) {
  switch (op) {
    case KeyOperator::kLess:
      return KeyOperator::kGreater;
    case KeyOperator::kLessOrEqual:
      return KeyOperator::kGreaterOrEqual;
    case KeyOperator::kGreater:
      return KeyOperator::kLess;
    case KeyOperator::kGreaterOrEqual:
      return KeyOperator::kLessOrEqual;
    default:
      return op;
  }
}

// Takes the terms out of a checked condition.
class TermReader {
 public:
  explicit TermReader(const Tree& tree) : tree_(tree) {}

  Status read(const Node& node) {
    if (node.kind == NodeKind::kAnd) {
      for (NodeId id = node.first_child; id != kNoNode; id = tree_[id].next)
        RETURN_IF_REFUSED(read(tree_[id]));
      return {};
    }
    const std::optional<KeyOperator> op = key_operator(node.kind);
    if (!op) return invalid_operator(node_word(node.kind));
    return read_test(node, *op);
  }

  std::vector<KeyCondition::Term> take() { return std::move(terms_); }

 private:
  Status read_test(const Node& node, KeyOperator op);
  Status check_operands(const Node& node, KeyOperator op) const;
  const value::ValueView& value_of(const Node& node) const { return *tree_.value(node).value; }

  const Tree& tree_;
  std::vector<KeyCondition::Term> terms_;
};

// One attribute and otherwise values; where the order matters, the attribute first.
Status TermReader::check_operands(const Node& node, KeyOperator op) const {
  unsigned paths = 0;
  for (NodeId id = node.first_child; id != kNoNode; id = tree_[id].next) {
    const Node& operand = tree_[id];
    if (operand.kind == NodeKind::kPath) {
      ++paths;
    } else if (operand.kind != NodeKind::kValue) {
      return refused("KeyConditionExpressions cannot contain nested operations");
    }
  }
  if (paths == 0) return invalid_condition("No key attribute specified");
  const bool is_comparison = op != KeyOperator::kBetween && op != KeyOperator::kBeginsWith;
  if (!is_comparison && tree_[node.first_child].kind != NodeKind::kPath)
    return invalid_condition(std::string(node_word(node.kind)) +
                             " operator must have the key attribute as its first operand");
  if (paths > 1) return invalid_condition("Multiple attribute names used in one condition");
  return {};
}

Status TermReader::read_test(const Node& node, KeyOperator op) {
  RETURN_IF_REFUSED(check_operands(node, op));
  const Node* path = &tree_[node.first_child];
  const Node* value = &tree_[path->next];
  if (path->kind != NodeKind::kPath) {
    std::swap(path, value);
    op = mirrored(op);
  }
  if (path->count > 1)
    return refused("KeyConditionExpressions cannot have conditions on nested attributes");
  const std::string_view name = tree_.path(*path).front().name;
  const bool is_repeated = std::any_of(terms_.begin(), terms_.end(),
                                       [&](const auto& term) { return term.name == name; });
  if (is_repeated)
    return refused("KeyConditionExpressions must only contain one condition per key");
  KeyTest test{op, value_of(*value), std::nullopt};
  if (op == KeyOperator::kBetween) test.upper = value_of(tree_[value->next]);
  terms_.push_back({name, test});
  return {};
}

Status check_type(const KeyTest& test, const KeyAttribute& attribute) {
  const bool fits =
      test.value.type() == attribute.type && (!test.upper || test.upper->type() == attribute.type);
  if (fits) return {};
  return refuse(invalid_parameters("Condition parameter type does not match schema type"));
}

// A key attribute is never empty, so the service refuses to look for one that is.
Status check_not_empty(const KeyTest& test, const KeyAttribute& attribute, std::string_view index) {
  if (!test.value.bytes().empty()) return {};
  std::string message = "One or more parameter values are not valid. ";
  if (!index.empty()) message += "A value specified for a secondary index key is not supported. ";
  message.append("The AttributeValue for a key attribute cannot contain an empty ")
      .append(attribute.type == value::Type::kString ? "string" : "binary")
      .append(" value. ");
  if (!index.empty()) message.append("IndexName: ").append(index).append(", Index");
  message.append("Key: ").append(attribute.name);
  return refused(std::move(message));
}

tl::unexpected<ApiError> missed(std::string_view name) {
  return refused("Query condition missed key schema element: " + std::string(name));
}

tl::unexpected<ApiError> not_supported() {
  return refused("Query key condition not supported");
}

}  // namespace

const KeyCondition::Term* KeyCondition::find(std::string_view name) const {
  for (const Term& term : terms_)
    if (term.name == name) return &term;
  return nullptr;
}

Result<KeyRange> KeyCondition::resolve(const KeySchema& schema) const {
  const size_t allowed = std::max<size_t>(2, schema.partition.size() + schema.sort.size());
  if (terms_.size() > allowed) return refused("Conditions can be of length 1 or 2 only");

  if (!is_indexable_)
    return refused("Attempted conditional constraint is not an indexable operation");

  KeyRange range;
  for (const KeyAttribute& attribute : schema.partition) {
    const Term* term = find(attribute.name);
    if (!term) return missed(attribute.name);
    RETURN_IF_REFUSED(check_type(term->test, attribute));
    if (term->test.op != KeyOperator::kEqual) return not_supported();
    RETURN_IF_REFUSED(check_not_empty(term->test, attribute, schema.index));
    range.partition.push_back(term->test.value);
  }
  for (const KeyAttribute& attribute : schema.sort) {
    // After a range, no further attribute can have a condition.
    if (!range.sort.empty() && range.sort.back().op != KeyOperator::kEqual) break;
    const Term* term = find(attribute.name);
    if (!term) {
      if (range.partition.size() + range.sort.size() < terms_.size()) return missed(attribute.name);
      break;
    }
    RETURN_IF_REFUSED(check_type(term->test, attribute));
    if (term->test.op == KeyOperator::kEqual)
      RETURN_IF_REFUSED(check_not_empty(term->test, attribute, schema.index));
    range.sort.push_back(term->test);
  }
  if (range.partition.size() + range.sort.size() < terms_.size()) return not_supported();
  return range;
}

Result<KeyCondition> parse_key_condition(std::string_view text, Placeholders& placeholders) {
  Result<Tree> tree = read_condition(text, Kind::kKeyCondition);
  RETURN_IF_REFUSED(tree);
  RETURN_IF_REFUSED(check_condition(*tree, Kind::kKeyCondition, placeholders));
  TermReader reader(*tree);
  RETURN_IF_REFUSED(reader.read((*tree)[tree->root]));
  return KeyCondition(reader.take());
}

}  // namespace jedlik::expression
