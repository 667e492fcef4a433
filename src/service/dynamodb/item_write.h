#pragma once

#include <optional>

#include "expression/condition.h"
#include "expression/placeholders.h"
#include "service/attribute_value.h"
#include "service/context.h"
#include "service/dynamodb/consumed_capacity.h"
#include "service/dynamodb/item_collection_metrics.h"
#include "service/dynamodb/legacy_parameters.h"
#include "table/item_store.h"

// What PutItem, DeleteItem and UpdateItem have in common.
namespace jedlik::service::dynamodb {

struct ItemWriteMembers {
  Field<std::string> return_consumed_capacity;
  Field<std::string> table_name;
  Field<std::string> return_item_collection_metrics;
  Field<std::string> return_values;
  Field<std::string> return_values_on_condition_check_failure;
  Field<std::string> conditional_operator;
  ExpectedMap expected;
  Field<std::string> condition_expression;
  Field<StringMap<std::string>> expression_attribute_names;
  Field<StringMap<ValueInput>> expression_attribute_values;

  static constexpr auto shape() {
    using Self = ItemWriteMembers;
    return members(member("ReturnConsumedCapacity", &Self::return_consumed_capacity,
                          dynamodb::return_consumed_capacity()),
                   member("TableName", &Self::table_name, table_name_or_arn()),
                   member("ReturnItemCollectionMetrics", &Self::return_item_collection_metrics,
                          dynamodb::return_item_collection_metrics()),
                   member("ReturnValues", &Self::return_values, dynamodb::return_values()),
                   member("ReturnValuesOnConditionCheckFailure",
                          &Self::return_values_on_condition_check_failure,
                          dynamodb::return_values_on_condition_check_failure()),
                   member("ConditionalOperator", &Self::conditional_operator,
                          dynamodb::conditional_operator()),
                   member("Expected", &Self::expected),
                   member("ConditionExpression", &Self::condition_expression),
                   member("ExpressionAttributeNames", &Self::expression_attribute_names),
                   member("ExpressionAttributeValues", &Self::expression_attribute_values));
  }
};

struct ItemWriteResponse {
  Field<ItemOutput> attributes;
  Field<ItemCollectionMetrics> item_collection_metrics;
  Field<ConsumedCapacity> consumed_capacity;

  static constexpr auto shape() {
    using Self = ItemWriteResponse;
    return members(member("Attributes", &Self::attributes),
                   member("ItemCollectionMetrics", &Self::item_collection_metrics),
                   member("ConsumedCapacity", &Self::consumed_capacity));
  }
};

// The condition of a write. Outlives the write.
class WriteCondition {
 public:
  // What is said of a key without an item: that it has an item without attributes, which the
  // condition is held against, or what comes of it whatever the condition.
  enum class WithoutItem : uint8_t { kEvaluated, kMet, kFailed };
  // Whether a failure tells the item as it stands.
  enum class OnFailure : uint8_t { kTellNothing, kTellItem };

  // None.
  WriteCondition() = default;
  WriteCondition(std::optional<expression::Condition> condition, WithoutItem without_item,
                 OnFailure on_failure)
      : condition_(std::move(condition)), without_item_(without_item), on_failure_(on_failure) {}

  // Reads the ConditionExpression, using `placeholders`, or Expected, if there is one. Refers to
  // the request.
  static Result<WriteCondition> parse(const ItemWriteMembers& request,
                                      expression::Placeholders& placeholders);

  // ConditionalCheckFailedException unless the item as it stands meets the condition.
  Status check(const std::optional<value::ItemView>& old) const;

 private:
  bool holds(const std::optional<value::ItemView>& old) const;

  std::optional<expression::Condition> condition_;
  WithoutItem without_item_ = WithoutItem::kEvaluated;
  OnFailure on_failure_ = OnFailure::kTellNothing;
};

// What ReturnValuesOnConditionCheckFailure asks for.
WriteCondition::OnFailure on_failure_of(const Field<std::string>& return_values);

// Whether ReturnValues asks for nothing or for the whole old item, which is all that the operations
// that replace or remove an item can give.
Status check_returns_nothing_or_old(const ItemWriteMembers& request);

// PutItem and DeleteItem: the placeholders, and no mix with legacy parameters.
Result<expression::Placeholders> placeholders_of_condition(const ItemWriteMembers& request);

// The answer after a write: its capacity, and the old item where ALL_OLD asks for it.
ItemWriteResponse answer_write(const ItemWriteMembers& request, const table::Table& table,
                               table::Written written);

}  // namespace jedlik::service::dynamodb
