#include "service/dynamodb/list_tables.h"

#include "table/catalog.h"

namespace jedlik::service::dynamodb {

Task<Result<ListTables::Response>> ListTables::run(Context& context, Request&& request) {
  const size_t limit =
      request.limit ? static_cast<size_t>(*request.limit) : limits::kListTablesPage;
  const std::string after = request.exclusive_start_table_name.value_or("");

  Response response;
  response.table_names = context.catalog.names(after, limit + 1);
  if (response.table_names.size() > limit) {
    response.table_names.pop_back();
    response.last_evaluated_table_name = response.table_names.back();
  }
  co_return response;
}

}  // namespace jedlik::service::dynamodb
