#include "expression/legacy_condition.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "expression/compare.h"

namespace jedlik::expression {

namespace {

using value::Type;
using value::ValueView;

// Which values an operator compares with.
enum class Operands : uint8_t { kAny, kScalar, kText, kOrdered };

struct Operator {
  std::string_view name;
  NodeKind kind;
  size_t min_values;
  size_t max_values;
  Operands operands;
  std::optional<KeyOperator> key_operator = std::nullopt;  // nothing: for no key
  bool is_negated = false;  // and holds of no attribute that is not there
};

constexpr size_t kNoLimit = std::numeric_limits<size_t>::max();

constexpr std::array<Operator, 13> kOperators{{
    {"EQ", NodeKind::kEqual, 1, 1, Operands::kAny, KeyOperator::kEqual},
    {"NE", NodeKind::kNotEqual, 1, 1, Operands::kAny},
    {"LT", NodeKind::kLess, 1, 1, Operands::kOrdered, KeyOperator::kLess},
    {"LE", NodeKind::kLessOrEqual, 1, 1, Operands::kOrdered, KeyOperator::kLessOrEqual},
    {"GT", NodeKind::kGreater, 1, 1, Operands::kOrdered, KeyOperator::kGreater},
    {"GE", NodeKind::kGreaterOrEqual, 1, 1, Operands::kOrdered, KeyOperator::kGreaterOrEqual},
    {"BETWEEN", NodeKind::kBetween, 2, 2, Operands::kOrdered, KeyOperator::kBetween},
    {"IN", NodeKind::kIn, 1, kNoLimit, Operands::kOrdered},
    {"BEGINS_WITH", NodeKind::kBeginsWith, 1, 1, Operands::kText, KeyOperator::kBeginsWith},
    {"CONTAINS", NodeKind::kContains, 1, 1, Operands::kScalar},
    {"NOT_CONTAINS", NodeKind::kContains, 1, 1, Operands::kScalar, std::nullopt, true},
    {"NULL", NodeKind::kAttributeNotExists, 0, 0, Operands::kAny},
    {"NOT_NULL", NodeKind::kAttributeExists, 0, 0, Operands::kAny},
}};

const Operator& operator_of(const LegacyComparison& comparison) {
  // The shape of the request lets no other name through.
  return *std::find_if(kOperators.begin(), kOperators.end(),
                       [&](const Operator& op) { return op.name == comparison.op; });
}

bool takes(Operands operands, const ValueView& value) {
  const Type type = value.type();
  const bool is_text = type == Type::kString || type == Type::kBinary;
  switch (operands) {
    case Operands::kAny:
      return true;
    case Operands::kText:
      return is_text;
    case Operands::kOrdered:
      return is_text || type == Type::kNumber;
    case Operands::kScalar:
      return is_text || type == Type::kNumber || type == Type::kNull || value.is_bool();
  }
  return false;
}

tl::unexpected<ApiError> invalid(std::string_view what) {
  return refuse(invalid_parameters(what));
}

// A tree that grows by one comparison at a time.
class Translator {
 public:
  NodeId compare(const LegacyComparison& comparison) {
    const Operator& op = operator_of(comparison);
    Children operands;
    operands.add(tree_, path(comparison.attribute));
    for (const ValueView& value : comparison.values)
      operands.add(tree_, leaf(value));
    const NodeId node = operands.finish(tree_, op.kind);
    return op.is_negated ? exists_and_not(comparison.attribute, node) : node;
  }

  Condition finish(NodeId root) {
    tree_.root = root;
    return Condition(std::move(tree_));
  }

  Tree& tree() { return tree_; }

 private:
  NodeId exists_and_not(std::string_view attribute, NodeId node) {
    Children existing;
    existing.add(tree_, path(attribute));
    Children negated;
    negated.add(tree_, node);
    Children both;
    both.add(tree_, existing.finish(tree_, NodeKind::kAttributeExists));
    both.add(tree_, negated.finish(tree_, NodeKind::kNot));
    return both.finish(tree_, NodeKind::kAnd);
  }
  NodeId path(std::string_view name) {
    tree_.elements.push_back({PathElement::Kind::kName, 0, name, {}});
    return tree_.add(NodeKind::kPath, static_cast<uint32_t>(tree_.elements.size() - 1), 1);
  }
  NodeId leaf(const ValueView& value) {
    tree_.values.push_back({{}, value});
    return tree_.add(NodeKind::kValue, static_cast<uint32_t>(tree_.values.size() - 1));
  }

  Tree tree_;
};

}  // namespace

Status check_comparison(const LegacyComparison& comparison) {
  const Operator& op = operator_of(comparison);
  const auto& values = comparison.values;
  if (values.size() < op.min_values || values.size() > op.max_values)
    return invalid("Invalid number of argument(s) for the " + std::string(op.name) +
                   " ComparisonOperator");
  for (const ValueView& value : values) {
    if (!takes(op.operands, value))
      return invalid("ComparisonOperator " + std::string(op.name) + " is not valid for " +
                     std::string(value::type_name(value.type())) + " AttributeValue type");
  }
  for (const ValueView& value : values) {
    if (!same_type(value, values.front()))
      return invalid("AttributeValues inside AttributeValueList must be of same type");
  }
  if (op.kind == NodeKind::kBetween && is_before(values[1], values[0]))
    return refuse(validation(
        "The BETWEEN condition was provided a range where the lower bound is greater than the "
        "upper bound"));
  return {};
}

Condition translate_condition(std::span<const LegacyComparison> comparisons, Junction junction) {
  Translator translator;
  if (comparisons.size() == 1) return translator.finish(translator.compare(comparisons.front()));
  Children all;
  for (const LegacyComparison& comparison : comparisons)
    all.add(translator.tree(), translator.compare(comparison));
  const NodeKind kind = junction == Junction::kAnd ? NodeKind::kAnd : NodeKind::kOr;
  return translator.finish(all.finish(translator.tree(), kind));
}

Result<KeyCondition> translate_key_condition(std::span<const LegacyComparison> comparisons) {
  if (comparisons.empty()) return refuse(validation("Conditions can be of length 1 or 2 only"));
  std::vector<KeyCondition::Term> terms;
  for (const LegacyComparison& comparison : comparisons) {
    const Operator& op = operator_of(comparison);
    if (!op.key_operator) return KeyCondition({}, /*is_indexable=*/false);
    KeyTest test{*op.key_operator, comparison.values.front(), std::nullopt};
    if (op.key_operator == KeyOperator::kBetween) test.upper = comparison.values.back();
    terms.push_back({comparison.attribute, test});
  }
  return KeyCondition(std::move(terms));
}

}  // namespace jedlik::expression
