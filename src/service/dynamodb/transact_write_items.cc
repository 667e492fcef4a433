#include "service/dynamodb/transact_write_items.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "expression/update.h"
#include "service/dynamodb/item_changes.h"
#include "service/dynamodb/item_size.h"
#include "service/dynamodb/placeholders.h"
#include "service/dynamodb/table_name.h"
#include "service/dynamodb/transaction.h"
#include "table/catalog.h"
#include "table/index_key_check.h"
#include "table/item_key.h"

namespace jedlik::service::dynamodb {

namespace {

using table::TransactionAction;
using Action = TransactWriteItems::Action;
using Request = TransactWriteItems::Request;
using Response = TransactWriteItems::Response;
using TransactWriteItem = TransactWriteItems::TransactWriteItem;

// One action on its way. It stays where it is, because its change refers to it.
struct Part {
  const TransactWriteItem* request = nullptr;
  const Action* members = nullptr;
  const ItemInput* attributes = nullptr;  // the item that is put, or the key
  std::optional<expression::Update> update;
  WriteCondition condition;
  std::unique_ptr<const table::ItemChange> change;
};

Status find_action(Part& part) {
  size_t count = 0;
  const auto look = [&](const auto& action, const auto& attributes) {
    if (!action) return;
    ++count;
    part.members = &*action;
    part.attributes = &*((*action).*attributes);
  };
  const TransactWriteItem& request = *part.request;
  look(request.condition_check, &TransactWriteItems::ConditionCheck::key);
  look(request.put, &TransactWriteItems::Put::item);
  look(request.deletion, &TransactWriteItems::Delete::key);
  look(request.update, &TransactWriteItems::Update::key);
  if (count == 1) return {};
  return refuse(validation("TransactItems can only contain one of Check, Put, Update or Delete"));
}

// What can be checked without the table.
Status read_part(Part& part) {
  RETURN_IF_REFUSED(find_action(part));
  if (part.attributes->refusal) return refuse(*part.attributes->refusal);
  const Action& action = *part.members;
  const bool has_condition = action.condition_expression.has_value();
  const auto& update = part.request->update;
  auto placeholders =
      make_placeholders(action.expression_attribute_names, action.expression_attribute_values,
                        any_of({has_condition, update.has_value()}),
                        has_condition || update ? "" : "ConditionExpression is null");
  RETURN_IF_REFUSED(placeholders);
  if (update) {
    auto parsed = expression::parse_update(*update->update_expression, *placeholders);
    RETURN_IF_REFUSED(parsed);
    part.update.emplace(*std::move(parsed));
  }
  const auto on_failure = on_failure_of(action.return_values_on_condition_check_failure);
  if (has_condition) {
    auto condition = expression::parse_condition(*action.condition_expression,
                                                 expression::Kind::kCondition, *placeholders);
    RETURN_IF_REFUSED(condition);
    part.condition =
        WriteCondition(*std::move(condition), WriteCondition::WithoutItem::kEvaluated, on_failure);
  }
  RETURN_IF_REFUSED(placeholders->check_all_used());
  if (part.request->put) return check_item_size(part.attributes->size_bytes);
  return {};
}

// The item's encoded key, with what else the schema tells of the action.
Result<Bytes> key_of(const Part& part, const table::TableSchema& schema) {
  const value::MapView attributes = value::ItemView(part.attributes->stored).attributes();
  if (!part.request->put) {
    auto key = table::key_of_key(schema, attributes);
    RETURN_IF_REFUSED(key);
    if (part.update) RETURN_IF_REFUSED(check_update(schema, *part.update));
    return key;
  }
  auto key = table::key_of_item(schema, attributes);
  RETURN_IF_REFUSED(key);
  RETURN_IF_REFUSED(table::check_index_keys(schema, attributes));
  return key;
}

std::unique_ptr<const table::ItemChange> change_of(const Part& part,
                                                   const table::TableSchema& schema) {
  const Bytes& attributes = part.attributes->stored;
  if (part.request->put) return std::make_unique<PutChange>(attributes, part.condition);
  if (part.request->deletion) return std::make_unique<DeleteChange>(part.condition);
  if (part.request->update)
    return std::make_unique<UpdateChange>(schema, attributes, &*part.update, part.condition);
  return std::make_unique<CheckChange>(part.condition);
}

// Makes the actions out of the parts. Those with keys that do not fit cancel the transaction.
Task<Result<std::vector<TransactionAction>>> plan(Context& context, std::vector<Part>& parts) {
  std::vector<TransactionAction> actions;
  std::vector<std::optional<ApiError>> refusals(parts.size());
  for (size_t i = 0; i < parts.size(); ++i) {
    Part& part = parts[i];
    const auto table =
        co_await context.catalog.find_for_items(table_name_of(context, *part.members->table_name));
    CO_RETURN_IF_REFUSED(table);
    const table::TableSchema& schema = (*table)->schema;
    auto key = key_of(part, schema);
    const value::ItemView attributes(part.attributes->stored);
    if (!key && is_fault_of_request(schema, attributes.attributes()))
      co_return refuse(std::move(key).error());
    if (!key) {
      refusals[i] = std::move(key).error();
      continue;
    }
    part.change = change_of(part, schema);
    const auto kind = part.request->condition_check ? TransactionAction::Kind::kCheck
                                                    : TransactionAction::Kind::kWrite;
    actions.push_back({{*table, *std::move(key)}, part.change.get(), kind});
  }
  if (actions.size() < parts.size()) co_return refuse(transaction_canceled(std::move(refusals)));
  co_return actions;
}

// Of each table, one of each item collection: the last is the collection as it is now.
Field<StringMap<std::vector<ItemCollectionMetrics>>> collection_metrics(
    const Field<std::string>& wanted, const std::vector<TransactionAction>& actions,
    const table::TransactionOutcome& outcome) {
  StringMap<std::vector<ItemCollectionMetrics>> tables;
  for (size_t i = 0; i < actions.size(); ++i) {
    const table::Table& table = *actions[i].item.table;
    auto metrics = item_collection_metrics(wanted, table, outcome.actions[i]);
    if (!metrics) continue;
    auto of_table = std::find_if(tables.begin(), tables.end(), [&table](const auto& known) {
      return known.first == table.schema.name;
    });
    if (of_table == tables.end()) of_table = tables.insert(tables.end(), {table.schema.name, {}});
    add_metrics(of_table->second, *std::move(metrics));
  }
  if (tables.empty()) return std::nullopt;
  return tables;
}

}  // namespace

Task<Result<Response>> TransactWriteItems::run(Context& context, Request&& request) {
  std::vector<Part> parts(request.transact_items->size());
  for (size_t i = 0; i < parts.size(); ++i) {
    parts[i].request = &(*request.transact_items)[i];
    CO_RETURN_IF_REFUSED(read_part(parts[i]));
  }
  const auto actions = co_await plan(context, parts);
  CO_RETURN_IF_REFUSED(actions);
  CO_RETURN_IF_REFUSED(check_no_item_twice(*actions));
  const auto token = request_token<TransactWriteItems>(request, *request.transact_items);
  const auto outcome = co_await table::write_transaction(context.items, *actions, token);
  CO_RETURN_IF_REFUSED(outcome);

  Response response;
  response.consumed_capacity =
      capacity_of_writes(request.return_consumed_capacity, *actions, *outcome);
  response.item_collection_metrics =
      collection_metrics(request.return_item_collection_metrics, *actions, *outcome);
  co_return response;
}

}  // namespace jedlik::service::dynamodb
