#include "service/dynamodb/describe_table.h"

#include "table/engine_errors.h"

namespace jedlik::service::dynamodb {

Task<Result<DescribeTable::Response>> DescribeTable::run(Context& context, Request&& request) {
  const std::string name(table_name_of(context, *request.table_name));
  table::TablePtr table = context.catalog.find(name);
  if (table == nullptr) co_return refuse(table::table_not_found(name));

  auto description = co_await describe(context, std::move(table));
  CO_RETURN_IF_REFUSED(description);
  co_return Response{*std::move(description)};
}

}  // namespace jedlik::service::dynamodb
