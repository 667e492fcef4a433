#include "service/dynamodb/update_item.h"

#include "expression/update.h"
#include "service/dynamodb/item_changes.h"
#include "service/dynamodb/placeholders.h"
#include "service/dynamodb/table_name.h"
#include "table/catalog.h"
#include "table/item_key.h"

namespace jedlik::service::dynamodb {

namespace {

using Request = UpdateItem::Request;

Result<expression::Placeholders> placeholders_of(const Request& request) {
  const bool has_update = request.update_expression.has_value();
  const bool has_condition = request.condition_expression.has_value();
  RETURN_IF_REFUSED(
      check_no_mix({{request.attribute_updates.has_value(), "AttributeUpdates"},
                    {request.expected.has_value(), "Expected"},
                    {request.conditional_operator.has_value(), "ConditionalOperator"}},
                   {{has_update, "UpdateExpression"}, {has_condition, "ConditionExpression"}}));
  return make_placeholders(
      request.expression_attribute_names, request.expression_attribute_values,
      any_of({has_update, has_condition}),
      has_update || has_condition ? "" : "UpdateExpression and ConditionExpression are null");
}

// Nothing where the request has neither UpdateExpression nor AttributeUpdates.
Result<std::optional<expression::Update>> read_update(const Request& request,
                                                      expression::Placeholders& placeholders) {
  if (!request.update_expression) return read_attribute_updates(request.attribute_updates);
  auto parsed = expression::parse_update(*request.update_expression, placeholders);
  RETURN_IF_REFUSED(parsed);
  return std::optional<expression::Update>(*std::move(parsed));
}

ItemWriteResponse answer(const Request& request, const table::Table& table,
                         const std::optional<expression::Update>& update, table::Written written) {
  std::string_view wanted = "NONE";
  if (request.return_values) wanted = *request.return_values;
  Field<ItemOutput> attributes;
  if (wanted == "UPDATED_OLD" && update) attributes = changed_part(*update, written.old_item);
  if (wanted == "UPDATED_NEW" && update) attributes = changed_part(*update, written.new_item);
  if (wanted == "ALL_NEW" && written.new_item) attributes = ItemOutput{*written.new_item};
  ItemWriteResponse response = answer_write(request, table, std::move(written));
  if (attributes) response.attributes = std::move(attributes);
  return response;
}

}  // namespace

Task<Result<ItemWriteResponse>> UpdateItem::run(Context& context, Request&& request) {
  if (request.key->refusal) co_return refuse(*request.key->refusal);
  auto placeholders = placeholders_of(request);
  CO_RETURN_IF_REFUSED(placeholders);
  const auto read = read_update(request, *placeholders);
  CO_RETURN_IF_REFUSED(read);
  const std::optional<expression::Update>& update = *read;
  const auto condition = WriteCondition::parse(request, *placeholders);
  CO_RETURN_IF_REFUSED(condition);
  CO_RETURN_IF_REFUSED(placeholders->check_all_used());

  const auto table =
      co_await context.catalog.find_for_items(table_name_of(context, *request.table_name));
  CO_RETURN_IF_REFUSED(table);
  const value::ItemView view(request.key->stored);
  auto key = table::key_of_key((*table)->schema, view.attributes());
  CO_RETURN_IF_REFUSED(key);
  if (update) CO_RETURN_IF_REFUSED(check_update((*table)->schema, *update));

  const UpdateChange change((*table)->schema, request.key->stored, update ? &*update : nullptr,
                            *condition);
  auto written = co_await context.items.write(**table, *std::move(key), change);
  CO_RETURN_IF_REFUSED(written);
  co_return answer(request, **table, update, *std::move(written));
}

}  // namespace jedlik::service::dynamodb
