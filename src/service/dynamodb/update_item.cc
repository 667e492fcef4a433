#include "service/dynamodb/update_item.h"

#include <algorithm>
#include <boost/container/static_vector.hpp>

#include "expression/update.h"
#include "service/dynamodb/item_size.h"
#include "service/dynamodb/placeholders.h"
#include "service/dynamodb/table_name.h"
#include "table/catalog.h"
#include "table/index_key_check.h"
#include "table/item_key.h"

namespace jedlik::service::dynamodb {

namespace {

using Request = UpdateItem::Request;

// The item as it is, or the key alone where there is none, changed by the expression. The item
// comes to be if it was not there, without an expression too, but not by one that only removes.
class UpdateChange final : public table::ItemChange {
 public:
  UpdateChange(const table::TableSchema& schema, const Bytes& key,
               const std::optional<expression::Update>& update, const WriteCondition& condition)
      : schema_(schema), key_(key), update_(update), condition_(condition) {}

  Result<std::optional<Bytes>> apply(std::optional<value::ItemView> old) const override {
    RETURN_IF_REFUSED(condition_.check(old));
    const value::ItemView start = old.value_or(value::ItemView(key_));
    if (!update_) return std::optional<Bytes>(Bytes(start.bytes()));
    auto updated = update_->apply(start);
    RETURN_IF_REFUSED(updated);
    if (!old && update_->only_removes()) return std::optional<Bytes>();
    RETURN_IF_REFUSED(check_updated_item_size(updated->size_bytes));
    const value::ItemView item(updated->stored);
    RETURN_IF_REFUSED(check_index_keys_of(item, old));
    return std::optional<Bytes>(std::move(updated->stored));
  }

 private:
  Status check_index_keys_of(const value::ItemView& item,
                             const std::optional<value::ItemView>& old) const {
    if (!schema_.has_indexes()) return {};
    for (const auto& given : update_->given_values()) {
      const auto now = item.find(given.attribute);
      const bool is_used = given.is_default && now && value::equal(*now, given.value) &&
                           !(old && old->find(given.attribute));
      if (!is_used) continue;
      RETURN_IF_REFUSED(table::check_index_key_type(schema_, given.attribute, given.value));
    }
    return table::check_updated_index_keys(schema_, old, item.attributes());
  }

  const table::TableSchema& schema_;
  const Bytes& key_;
  const std::optional<expression::Update>& update_;
  const WriteCondition& condition_;
};

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

Status check_no_key_is_updated(const table::TableSchema& schema, const expression::Update& update) {
  boost::container::static_vector<std::string_view, 2> names{schema.partition_key.name};
  if (schema.sort_key) names.push_back(schema.sort_key->name);
  return update.check_names_no_key(names);
}

// What can be told of the keys of indexes before the item is read.
Status check_index_keys(const table::TableSchema& schema, const expression::Update& update) {
  if (!schema.has_indexes()) return {};
  std::vector<std::string_view> names;
  const auto add = [&names](const table::SecondaryIndex& index) {
    for (const table::KeyAttribute& attribute : index.partition_key)
      names.push_back(attribute.name);
    for (const table::KeyAttribute& attribute : index.sort_key)
      names.push_back(attribute.name);
  };
  std::for_each(schema.local_indexes.begin(), schema.local_indexes.end(), add);
  std::for_each(schema.global_indexes.begin(), schema.global_indexes.end(), add);
  RETURN_IF_REFUSED(update.changed_paths().check_keys_are_whole(names, "IndexKey"));
  for (const auto& given : update.given_values()) {
    if (given.is_default) continue;
    RETURN_IF_REFUSED(table::check_index_key_type(schema, given.attribute, given.value));
  }
  return {};
}

// Only what the expression names, of the item before or after.
Field<ItemOutput> changed_part(const std::optional<expression::Update>& update,
                               const std::optional<Bytes>& item) {
  if (!update || !item) return std::nullopt;
  ItemOutput part;
  update->changed_paths().apply(value::ItemView(*item), part.stored);
  if (value::ItemView(part.stored).attributes().empty()) return std::nullopt;
  return part;
}

ItemWriteResponse answer(const Request& request, const table::Table& table,
                         const std::optional<expression::Update>& update, table::Written written) {
  std::string_view wanted = "NONE";
  if (request.return_values) wanted = *request.return_values;
  Field<ItemOutput> attributes;
  if (wanted == "UPDATED_OLD") attributes = changed_part(update, written.old_item);
  if (wanted == "UPDATED_NEW") attributes = changed_part(update, written.new_item);
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
  if (update) CO_RETURN_IF_REFUSED(check_no_key_is_updated((*table)->schema, *update));
  if (update) CO_RETURN_IF_REFUSED(check_index_keys((*table)->schema, *update));

  const UpdateChange change((*table)->schema, request.key->stored, update, *condition);
  auto written = co_await context.items.write(**table, *std::move(key), change);
  CO_RETURN_IF_REFUSED(written);
  co_return answer(request, **table, update, *std::move(written));
}

}  // namespace jedlik::service::dynamodb
