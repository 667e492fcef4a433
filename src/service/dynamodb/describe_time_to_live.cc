#include "service/dynamodb/describe_time_to_live.h"

#include "table/catalog.h"
#include "table/engine_errors.h"

namespace jedlik::service::dynamodb {

namespace {

std::string_view status_name(table::IndexStatus status) {
  switch (status) {
    case table::IndexStatus::kCreating:
    case table::IndexStatus::kPreparing:
    case table::IndexStatus::kBackfilling:
      return "ENABLING";
    case table::IndexStatus::kActive:
      return "ENABLED";
    case table::IndexStatus::kDeleting:
      return "DISABLING";
  }
  return "";
}

}  // namespace

Task<Result<DescribeTimeToLive::Response>> DescribeTimeToLive::run(Context& context,
                                                                   Request&& request) {
  const std::string name(table_name_of(context, *request.table_name));
  const table::TablePtr table = context.catalog.find(name);
  if (table == nullptr) co_return refuse(table::table_not_found(name));

  Response response;
  TimeToLiveDescription& description = response.time_to_live_description;
  const auto& index = table->schema.expiry_index;
  description.time_to_live_status = index ? status_name(index->status) : "DISABLED";
  if (index) description.attribute_name = index->attribute;
  co_return response;
}

}  // namespace jedlik::service::dynamodb
