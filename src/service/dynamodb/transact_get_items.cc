#include "service/dynamodb/transact_get_items.h"

#include <optional>
#include <utility>

#include "expression/projection.h"
#include "service/dynamodb/placeholders.h"
#include "service/dynamodb/table_name.h"
#include "service/dynamodb/transaction.h"
#include "table/catalog.h"
#include "table/item_key.h"

namespace jedlik::service::dynamodb {

namespace {

using Get = TransactGetItems::Get;
using Response = TransactGetItems::Response;
using MaybeProjection = std::optional<expression::Projection>;

// What can be checked without the table.
Result<MaybeProjection> read_get(const Get& get) {
  if (get.key->refusal) return refuse(*get.key->refusal);
  const bool has_projection = get.projection_expression.has_value();
  auto placeholders =
      make_placeholders(get.expression_attribute_names, std::nullopt, any_of({has_projection}));
  RETURN_IF_REFUSED(placeholders);
  if (!has_projection) return MaybeProjection();
  auto projection = expression::parse_projection(*get.projection_expression, *placeholders);
  RETURN_IF_REFUSED(projection);
  RETURN_IF_REFUSED(placeholders->check_all_used());
  return MaybeProjection(*std::move(projection));
}

// The items with these keys. Those whose key does not fit their table cancel the transaction.
Task<Result<std::vector<table::TransactionItem>>> find_items(
    Context& context, const std::vector<TransactGetItems::TransactGetItem>& gets) {
  std::vector<table::TransactionItem> items;
  std::vector<std::optional<ApiError>> refusals(gets.size());
  for (size_t i = 0; i < gets.size(); ++i) {
    const Get& get = *gets[i].get;
    const auto table =
        co_await context.catalog.find_for_items(table_name_of(context, *get.table_name));
    CO_RETURN_IF_REFUSED(table);
    const value::ItemView attributes(get.key->stored);
    auto key = table::key_of_key((*table)->schema, attributes.attributes());
    if (key) {
      items.push_back({*table, *std::move(key)});
    } else if (is_fault_of_request((*table)->schema, attributes.attributes())) {
      co_return refuse(std::move(key).error());
    } else {
      refusals[i] = std::move(key).error();
    }
  }
  if (items.size() < gets.size()) co_return refuse(transaction_canceled(std::move(refusals)));
  co_return items;
}

}  // namespace

Task<Result<Response>> TransactGetItems::run(Context& context, Request&& request) {
  std::vector<MaybeProjection> projections;
  for (const TransactGetItem& each : *request.transact_items) {
    auto projection = read_get(*each.get);
    CO_RETURN_IF_REFUSED(projection);
    projections.push_back(*std::move(projection));
  }
  const auto items = co_await find_items(context, *request.transact_items);
  CO_RETURN_IF_REFUSED(items);
  CO_RETURN_IF_REFUSED(check_no_item_twice(*items));
  auto found = co_await table::read_transaction(context.items, *items);
  CO_RETURN_IF_REFUSED(found);

  Response response;
  response.consumed_capacity = capacity_of_reads(request.return_consumed_capacity, *items, *found);
  for (size_t i = 0; i < items->size(); ++i) {
    ItemResponse& each = response.responses.emplace_back();
    std::optional<Bytes>& item = (*found)[i];
    if (item && !projections[i]) {
      each.item = ItemOutput{*std::move(item)};
    } else if (item) {
      projections[i]->apply(value::ItemView(*item), each.item.emplace().stored);
    }
  }
  co_return response;
}

}  // namespace jedlik::service::dynamodb
