#include "service/dynamodb/legacy_parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "expression/legacy_condition.h"
#include "expression/legacy_update.h"

namespace jedlik::service::dynamodb {

namespace {

using expression::Condition;
using expression::LegacyComparison;
using value::ValueView;

tl::unexpected<ApiError> invalid(std::string_view what) {
  return refuse(invalid_parameters(what));
}

// The names of those that are present: "A, B".
std::string present_names(std::initializer_list<Parameter> parameters) {
  std::string names;
  for (const Parameter& parameter : parameters) {
    if (!parameter.is_present) continue;
    if (!names.empty()) names += ", ";
    names += parameter.name;
  }
  return names;
}

Status add_values(const Field<std::vector<ValueInput>>& inputs, std::vector<ValueView>& to) {
  if (!inputs) return {};
  for (const ValueInput& input : *inputs) {
    if (input.refusal) return refuse(*input.refusal);
    to.emplace_back(BytesView(input.stored));
  }
  return {};
}

Result<LegacyComparison> read_condition(const std::string& name,
                                        const AttributeCondition& condition) {
  LegacyComparison comparison{name, *condition.comparison_operator, {}};
  RETURN_IF_REFUSED(add_values(condition.attribute_value_list, comparison.values));
  RETURN_IF_REFUSED(expression::check_comparison(comparison));
  return comparison;
}

// What may stand together in one element of Expected.
Status check_expected(const std::string& name, const ExpectedAttributeValue& expected) {
  const bool has_list = expected.attribute_value_list.has_value();
  if (expected.value && has_list)
    return invalid(fmt::format(
        "Value and AttributeValueList cannot be used together for Attribute: {}", name));
  if (expected.comparison_operator) {
    const std::string& op = *expected.comparison_operator;
    if (expected.exists)
      return invalid(fmt::format(
          "Exists and ComparisonOperator cannot be used together for Attribute: {}", name));
    if (!expected.value && !has_list && op != "NULL" && op != "NOT_NULL")
      return invalid(
          fmt::format("Value or AttributeValueList must be used with ComparisonOperator: {} for "
                      "Attribute: {}",
                      op, name));
    return {};
  }
  if (has_list)
    return invalid(fmt::format(
        "AttributeValueList can only be used with a ComparisonOperator for Attribute: {}", name));
  if (expected.exists == false && expected.value)
    return invalid(
        fmt::format("Value cannot be used when Exists is false for Attribute: {}", name));
  if (expected.exists != false && !expected.value)
    return invalid(fmt::format("Value must be provided when Exists is {} for Attribute: {}",
                               expected.exists ? "true" : "null", name));
  return {};
}

Result<LegacyComparison> read_expected_value(const std::string& name,
                                             const ExpectedAttributeValue& expected) {
  if (expected.value && expected.value->refusal) return refuse(*expected.value->refusal);
  LegacyComparison comparison{name, "EQ", {}};
  if (expected.exists == false) comparison.op = "NULL";
  if (expected.comparison_operator) comparison.op = *expected.comparison_operator;
  RETURN_IF_REFUSED(add_values(expected.attribute_value_list, comparison.values));
  RETURN_IF_REFUSED(check_expected(name, expected));
  if (expected.value) comparison.values.emplace_back(BytesView(expected.value->stored));
  RETURN_IF_REFUSED(expression::check_comparison(comparison));
  return comparison;
}

// Of each element of the map; `read_one` reads it.
template <class Element, class ReadOne>
Result<std::optional<Condition>> read_conditions(const Field<StringMap<Element>>& map,
                                                 const Field<std::string>& op, ReadOne read_one) {
  if (!map || map->empty()) {
    if (!op) return std::optional<Condition>();
    return refuse(validation("ConditionalOperator cannot be used without Filter or Expected"));
  }
  std::vector<LegacyComparison> comparisons;
  comparisons.reserve(map->size());
  for (const auto& [name, element] : *map) {
    auto comparison = read_one(name, element);
    RETURN_IF_REFUSED(comparison);
    comparisons.push_back(*std::move(comparison));
  }
  if (op && comparisons.size() < 2) {
    return refuse(
        validation("ConditionalOperator can only be used when Filter or Expected has two or more "
                   "elements"));
  }
  const auto junction = op == "OR" ? expression::Junction::kOr : expression::Junction::kAnd;
  return std::optional<Condition>(expression::translate_condition(comparisons, junction));
}

}  // namespace

Status check_no_mix(std::initializer_list<Parameter> legacy,
                    std::initializer_list<Parameter> expressions) {
  const std::string legacy_names = present_names(legacy);
  const std::string expression_names = present_names(expressions);
  if (legacy_names.empty() || expression_names.empty()) return {};
  return refuse(validation(
      fmt::format("Can not use both expression and non-expression parameters in the same request: "
                  "Non-expression parameters: {{{}}} Expression parameters: {{{}}}",
                  legacy_names, expression_names)));
}

Result<std::optional<Condition>> read_expected(const ExpectedMap& expected,
                                               const Field<std::string>& op) {
  return read_conditions(expected, op, read_expected_value);
}

Result<std::optional<Condition>> read_legacy_filter(const ConditionMap& filter,
                                                    const Field<std::string>& op) {
  return read_conditions(filter, op, read_condition);
}

Result<std::optional<expression::Update>> read_attribute_updates(
    const AttributeUpdateMap& updates) {
  if (!updates || updates->empty()) return std::optional<expression::Update>();
  std::vector<expression::LegacyUpdate> changes;
  changes.reserve(updates->size());
  for (const auto& [name, update] : *updates) {
    expression::LegacyUpdate change{name, "PUT", std::nullopt};
    if (update.action) change.action = *update.action;
    if (update.value) {
      if (update.value->refusal) return refuse(*update.value->refusal);
      change.value.emplace(BytesView(update.value->stored));
    }
    changes.push_back(change);
  }
  auto update = expression::translate_update(changes);
  RETURN_IF_REFUSED(update);
  return std::optional<expression::Update>(*std::move(update));
}

Result<std::optional<expression::Projection>> read_attributes_to_get(
    const Field<std::vector<std::string>>& names) {
  if (!names) return std::optional<expression::Projection>();
  std::vector<std::string_view> sorted(names->begin(), names->end());
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end())
    return invalid(fmt::format("Duplicate value in attribute name: {}", *twice));
  expression::Projection projection;
  for (const std::string_view name : sorted)
    projection.add(name);
  return std::optional<expression::Projection>(std::move(projection));
}

Result<expression::KeyCondition> read_key_conditions(
    const StringMap<AttributeCondition>& conditions) {
  std::vector<LegacyComparison> comparisons;
  for (const auto& [name, condition] : conditions) {
    auto comparison = read_condition(name, condition);
    RETURN_IF_REFUSED(comparison);
    comparisons.push_back(*std::move(comparison));
  }
  return expression::translate_key_condition(comparisons);
}

}  // namespace jedlik::service::dynamodb
