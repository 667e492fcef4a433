#include "service/dynamodb/delete_item.h"

#include "service/dynamodb/item_changes.h"
#include "service/dynamodb/table_name.h"
#include "table/catalog.h"
#include "table/item_key.h"

namespace jedlik::service::dynamodb {

Task<Result<ItemWriteResponse>> DeleteItem::run(Context& context, Request&& request) {
  if (request.key->refusal) co_return refuse(*request.key->refusal);
  auto placeholders = placeholders_of_condition(request);
  CO_RETURN_IF_REFUSED(placeholders);
  const auto condition = WriteCondition::parse(request, *placeholders);
  CO_RETURN_IF_REFUSED(condition);
  CO_RETURN_IF_REFUSED(placeholders->check_all_used());
  CO_RETURN_IF_REFUSED(check_returns_nothing_or_old(request));

  const auto table =
      co_await context.catalog.find_for_items(table_name_of(context, *request.table_name));
  CO_RETURN_IF_REFUSED(table);
  const value::ItemView view(request.key->stored);
  auto key = table::key_of_key((*table)->schema, view.attributes());
  CO_RETURN_IF_REFUSED(key);

  const DeleteChange change(*condition);
  auto written = co_await context.items.write(**table, *std::move(key), change);
  CO_RETURN_IF_REFUSED(written);
  co_return answer_write(request, **table, *std::move(written));
}

}  // namespace jedlik::service::dynamodb
