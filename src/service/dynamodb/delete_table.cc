#include "service/dynamodb/delete_table.h"

namespace jedlik::service::dynamodb {

Task<Result<DeleteTable::Response>> DeleteTable::run(Context& context, Request&& request) {
  std::string name(table_name_of(context, *request.table_name));
  const auto dropped = co_await context.catalog.drop(std::move(name));
  CO_RETURN_IF_REFUSED(dropped);

  auto description = co_await describe(context, *dropped);
  CO_RETURN_IF_REFUSED(description);
  co_return Response{*std::move(description)};
}

}  // namespace jedlik::service::dynamodb
