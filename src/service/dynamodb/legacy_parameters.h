#pragma once

#include <array>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "expression/condition.h"
#include "expression/key_condition.h"
#include "expression/projection.h"
#include "expression/update.h"
#include "service/attribute_value.h"
#include "service/shape.h"

// The parameters from before expressions (Guide, "Legacy conditional parameters"): Expected,
// ConditionalOperator, AttributeUpdates, KeyConditions, QueryFilter, ScanFilter, AttributesToGet.
// What is read of them refers to the request, which must outlive it.
namespace jedlik::service::dynamodb {

inline constexpr std::array<std::string_view, 13> kComparisonOperatorValues{
    "IN",       "NULL", "BETWEEN", "LT",          "NOT_CONTAINS", "EQ",      "GT",
    "NOT_NULL", "NE",   "LE",      "BEGINS_WITH", "GE",           "CONTAINS"};
inline constexpr std::array<std::string_view, 3> kAttributeActionValues{"ADD", "PUT", "DELETE"};

struct ExpectedAttributeValue {
  Field<ValueInput> value;
  Field<bool> exists;
  Field<std::string> comparison_operator;
  Field<std::vector<ValueInput>> attribute_value_list;

  static constexpr auto shape() {
    using Self = ExpectedAttributeValue;
    return members(member("Value", &Self::value), member("Exists", &Self::exists),
                   member("ComparisonOperator", &Self::comparison_operator,
                          optional().one_of(kComparisonOperatorValues)),
                   member("AttributeValueList", &Self::attribute_value_list));
  }
};

struct AttributeValueUpdate {
  Field<ValueInput> value;
  Field<std::string> action;

  static constexpr auto shape() {
    using Self = AttributeValueUpdate;
    return members(member("Value", &Self::value),
                   member("Action", &Self::action, optional().one_of(kAttributeActionValues)));
  }
};

// Of KeyConditions and the filters.
struct AttributeCondition {
  static constexpr std::string_view kShapeName = "Condition";

  Field<std::vector<ValueInput>> attribute_value_list;
  Field<std::string> comparison_operator;

  static constexpr auto shape() {
    using Self = AttributeCondition;
    return members(member("AttributeValueList", &Self::attribute_value_list),
                   member("ComparisonOperator", &Self::comparison_operator,
                          required().one_of(kComparisonOperatorValues)));
  }
};

using ExpectedMap = Field<StringMap<ExpectedAttributeValue>>;
using ConditionMap = Field<StringMap<AttributeCondition>>;
using AttributeUpdateMap = Field<StringMap<AttributeValueUpdate>>;

constexpr Constraints attributes_to_get() {
  return optional().length(1, std::numeric_limits<int64_t>::max());
}

// A parameter of a request by its name, and whether the request has it.
struct Parameter {
  bool is_present;
  std::string_view name;
};

// A request has the one kind of parameters or the other.
Status check_no_mix(std::initializer_list<Parameter> legacy,
                    std::initializer_list<Parameter> expressions);

// Each gives nothing where the request does not have the parameter, or has it empty.
Result<std::optional<expression::Condition>> read_expected(const ExpectedMap& expected,
                                                           const Field<std::string>& op);
Result<std::optional<expression::Condition>> read_legacy_filter(const ConditionMap& filter,
                                                                const Field<std::string>& op);
Result<std::optional<expression::Update>> read_attribute_updates(const AttributeUpdateMap& updates);
Result<std::optional<expression::Projection>> read_attributes_to_get(
    const Field<std::vector<std::string>>& names);

Result<expression::KeyCondition> read_key_conditions(
    const StringMap<AttributeCondition>& conditions);

}  // namespace jedlik::service::dynamodb
