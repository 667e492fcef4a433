#include "service/dynamodb/item_write.h"

#include "service/dynamodb/placeholders.h"

namespace jedlik::service::dynamodb {

Result<WriteCondition> WriteCondition::parse(const ItemWriteMembers& request,
                                             expression::Placeholders& placeholders) {
  WriteCondition condition;
  condition.on_failure_ = on_failure_of(request.return_values_on_condition_check_failure);
  if (request.condition_expression) {
    auto parsed = expression::parse_condition(*request.condition_expression,
                                              expression::Kind::kCondition, placeholders);
    RETURN_IF_REFUSED(parsed);
    condition.condition_.emplace(*std::move(parsed));
    return condition;
  }
  auto expected = read_expected(request.expected, request.conditional_operator);
  RETURN_IF_REFUSED(expected);
  condition.condition_ = *std::move(expected);
  return condition;
}

bool WriteCondition::holds(const std::optional<value::ItemView>& old) const {
  if (!old && without_item_ != WithoutItem::kEvaluated) return without_item_ == WithoutItem::kMet;
  return !condition_ || condition_->matches(old);
}

Status WriteCondition::check(const std::optional<value::ItemView>& old) const {
  if (holds(old)) return {};
  std::optional<Bytes> item;
  if (on_failure_ == OnFailure::kTellItem && old) item = Bytes(old->bytes());
  return refuse(conditional_check_failed(std::move(item)));
}

WriteCondition::OnFailure on_failure_of(const Field<std::string>& return_values) {
  return return_values == "ALL_OLD" ? WriteCondition::OnFailure::kTellItem
                                    : WriteCondition::OnFailure::kTellNothing;
}

Status check_returns_nothing_or_old(const ItemWriteMembers& request) {
  const Field<std::string>& wanted = request.return_values;
  if (!wanted || *wanted == "NONE" || *wanted == "ALL_OLD") return {};
  return refuse(validation("ReturnValues can only be ALL_OLD or NONE"));
}

Result<expression::Placeholders> placeholders_of_condition(const ItemWriteMembers& request) {
  const bool has_condition = request.condition_expression.has_value();
  RETURN_IF_REFUSED(
      check_no_mix({{request.expected.has_value(), "Expected"},
                    {request.conditional_operator.has_value(), "ConditionalOperator"}},
                   {{has_condition, "ConditionExpression"}}));
  return make_placeholders(request.expression_attribute_names, request.expression_attribute_values,
                           any_of({has_condition}),
                           has_condition ? "" : "ConditionExpression is null");
}

ItemWriteResponse answer_write(const ItemWriteMembers& request, const table::Table& table,
                               table::Written written) {
  ItemWriteResponse response;
  Consumption used;
  used.add(written);
  response.consumed_capacity =
      consumed_capacity(request.return_consumed_capacity, table.schema.name, used);
  response.item_collection_metrics =
      item_collection_metrics(request.return_item_collection_metrics, table, written);
  if (request.return_values == "ALL_OLD" && written.old_item) {
    response.attributes = ItemOutput{*std::move(written.old_item)};
  }
  return response;
}

}  // namespace jedlik::service::dynamodb
