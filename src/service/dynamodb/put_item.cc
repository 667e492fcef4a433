#include "service/dynamodb/put_item.h"

#include "service/dynamodb/item_changes.h"
#include "service/dynamodb/item_size.h"
#include "service/dynamodb/table_name.h"
#include "table/catalog.h"
#include "table/index_key_check.h"
#include "table/item_key.h"

namespace jedlik::service::dynamodb {

Task<Result<ItemWriteResponse>> PutItem::run(Context& context, Request&& request) {
  const ItemInput& item = *request.item;
  if (item.refusal) co_return refuse(*item.refusal);
  auto placeholders = placeholders_of_condition(request);
  CO_RETURN_IF_REFUSED(placeholders);
  const auto condition = WriteCondition::parse(request, *placeholders);
  CO_RETURN_IF_REFUSED(condition);
  CO_RETURN_IF_REFUSED(placeholders->check_all_used());
  CO_RETURN_IF_REFUSED(check_returns_nothing_or_old(request));
  CO_RETURN_IF_REFUSED(check_item_size(item.size_bytes));

  const auto table =
      co_await context.catalog.find_for_items(table_name_of(context, *request.table_name));
  CO_RETURN_IF_REFUSED(table);
  const value::ItemView view(item.stored);
  auto key = table::key_of_item((*table)->schema, view.attributes());
  CO_RETURN_IF_REFUSED(key);
  CO_RETURN_IF_REFUSED(table::check_index_keys((*table)->schema, view.attributes()));

  const PutChange put(item.stored, *condition);
  auto written = co_await context.items.write(**table, *std::move(key), put);
  CO_RETURN_IF_REFUSED(written);
  co_return answer_write(request, **table, *std::move(written));
}

}  // namespace jedlik::service::dynamodb
