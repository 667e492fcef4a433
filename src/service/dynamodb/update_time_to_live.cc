#include "service/dynamodb/update_time_to_live.h"

#include <fmt/format.h>

#include "table/catalog.h"

namespace jedlik::service::dynamodb {

namespace {

using table::ExpiryIndex;
using table::IndexStatus;
using table::TableSchema;

// What is not a change is refused before a change that comes too early.
Status check_is_change(const TimeToLiveSpecification& wanted, const TableSchema& schema) {
  const auto& index = schema.expiry_index;
  const bool is_enabled = index && index->status != IndexStatus::kDeleting;
  if (!is_enabled && !*wanted.enabled) return refuse(validation("TimeToLive is already disabled"));
  if (!is_enabled) return {};
  if (index->attribute != *wanted.attribute_name) {
    return refuse(validation(fmt::format(
        "TimeToLive is active on a different AttributeName: current AttributeName is {}",
        index->attribute)));
  }
  if (*wanted.enabled) return refuse(validation("TimeToLive is already enabled"));
  return {};
}

Status check_time(const Context& context, const TableSchema& schema) {
  const auto& index = schema.expiry_index;
  const bool goes_on = index && index->status != IndexStatus::kActive;
  const auto& changed_at = schema.time_to_live_changed_at;
  const std::chrono::milliseconds interval = context.time_to_live_change_interval;
  const bool is_recent = changed_at && context.clock.now().ms < changed_at->ms + interval.count();
  if (!goes_on && !is_recent) return {};
  return refuse(
      validation("Time to live has been modified multiple times within a fixed interval"));
}

}  // namespace

Task<Result<UpdateTimeToLive::Response>> UpdateTimeToLive::run(Context& context,
                                                               Request&& request) {
  const TimeToLiveSpecification& wanted = *request.time_to_live_specification;
  table::Catalog::Change change = [&context, &wanted](TableSchema& schema) -> Status {
    RETURN_IF_REFUSED(check_is_change(wanted, schema));
    RETURN_IF_REFUSED(check_time(context, schema));
    schema.time_to_live_changed_at = context.clock.now();
    if (*wanted.enabled) {
      schema.expiry_index.emplace().attribute = *wanted.attribute_name;
    } else {
      schema.expiry_index->status = IndexStatus::kDeleting;
    }
    return {};
  };
  std::string name(table_name_of(context, *request.table_name));
  const auto updated = co_await context.catalog.update(std::move(name), std::move(change));
  CO_RETURN_IF_REFUSED(updated);
  co_return Response{wanted};
}

}  // namespace jedlik::service::dynamodb
