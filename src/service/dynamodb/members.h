#pragma once

#include <array>
#include <string_view>

#include "base/limits.h"
#include "service/shape.h"

// Structures and constraints that several operations share, as the service model of DynamoDB
// (API version 2012-08-10) has them. Enumerations are in the order in which the service prints
// them.
namespace jedlik::service::dynamodb {

inline constexpr std::string_view kNamePattern = "[a-zA-Z0-9_.-]+";

inline constexpr std::array<std::string_view, 3> kReturnConsumedCapacityValues{"INDEXES", "TOTAL",
                                                                               "NONE"};
inline constexpr std::array<std::string_view, 2> kReturnItemCollectionMetricsValues{"SIZE", "NONE"};
inline constexpr std::array<std::string_view, 5> kReturnValuesValues{
    "ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"};
inline constexpr std::array<std::string_view, 2> kReturnValuesOnConditionCheckFailureValues{
    "ALL_OLD", "NONE"};
inline constexpr std::array<std::string_view, 2> kConditionalOperatorValues{"OR", "AND"};
inline constexpr std::array<std::string_view, 4> kSelectValues{
    "SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"};
inline constexpr std::array<std::string_view, 3> kAttributeTypeValues{"B", "N", "S"};
inline constexpr std::array<std::string_view, 2> kKeyTypeValues{"HASH", "RANGE"};
inline constexpr std::array<std::string_view, 3> kProjectionTypeValues{"ALL", "INCLUDE",
                                                                       "KEYS_ONLY"};
inline constexpr std::array<std::string_view, 2> kBillingModeValues{"PROVISIONED",
                                                                    "PAY_PER_REQUEST"};
inline constexpr std::array<std::string_view, 2> kTableClassValues{"STANDARD",
                                                                   "STANDARD_INFREQUENT_ACCESS"};

// TableName of operations on items. A name that is too short for a table is merely not found.
constexpr Constraints table_name_or_arn() {
  return required()
      .pattern(kNamePattern)
      .length(1, static_cast<int64_t>(limits::kTableNameMaxBytes))
      .or_arn();
}

constexpr Constraints return_consumed_capacity() {
  return optional().one_of(kReturnConsumedCapacityValues);
}
constexpr Constraints return_item_collection_metrics() {
  return optional().one_of(kReturnItemCollectionMetricsValues);
}
constexpr Constraints return_values() {
  return optional().one_of(kReturnValuesValues);
}
constexpr Constraints return_values_on_condition_check_failure() {
  return optional().one_of(kReturnValuesOnConditionCheckFailureValues);
}
constexpr Constraints conditional_operator() {
  return optional().one_of(kConditionalOperatorValues);
}
constexpr Constraints index_name() {
  return optional().pattern(kNamePattern).length(3, 255);
}

constexpr Constraints statement() {
  return required().length(1, limits::kStatementCharacters);
}
constexpr Constraints statement_parameters() {
  return optional().length(1, std::numeric_limits<int64_t>::max());
}

struct AttributeDefinition {
  Field<std::string> attribute_name;
  Field<std::string> attribute_type;

  static constexpr auto shape() {
    using Self = AttributeDefinition;
    return members(
        member("AttributeName", &Self::attribute_name, required().length(1, 255)),
        member("AttributeType", &Self::attribute_type, required().one_of(kAttributeTypeValues)));
  }
};

struct KeySchemaElement {
  Field<std::string> attribute_name;
  Field<std::string> key_type;

  static constexpr auto shape() {
    using Self = KeySchemaElement;
    return members(member("AttributeName", &Self::attribute_name, required().length(1, 255)),
                   member("KeyType", &Self::key_type, required().one_of(kKeyTypeValues)));
  }
};

struct ProvisionedThroughput {
  Field<int64_t> write_capacity_units;
  Field<int64_t> read_capacity_units;

  static constexpr auto shape() {
    using Self = ProvisionedThroughput;
    constexpr Constraints kUnits = required().range(1, std::numeric_limits<int64_t>::max());
    return members(member("WriteCapacityUnits", &Self::write_capacity_units, kUnits),
                   member("ReadCapacityUnits", &Self::read_capacity_units, kUnits));
  }
};

struct Tag {
  Field<std::string> key;
  Field<std::string> value;

  static constexpr auto shape() {
    using Self = Tag;
    return members(
        member("Key", &Self::key, required().length(1, limits::kTagKeyCharacters)),
        member("Value", &Self::value, required().length(0, limits::kTagValueCharacters)));
  }
};

}  // namespace jedlik::service::dynamodb
