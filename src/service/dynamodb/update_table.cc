#include "service/dynamodb/update_table.h"

#include <fmt/format.h>

#include "service/dynamodb/not_yet.h"
#include "service/dynamodb/throughput.h"
#include "table/engine_errors.h"

namespace jedlik::service::dynamodb {

namespace {

using Request = UpdateTable::Request;
using table::BillingMode;
using table::TableClass;
using table::TableSchema;
using table::TableSettings;
using table::TableStatus;
using table::Throughput;

Status check(const Request& request) {
  RETURN_IF_REFUSED(refuse_not_yet({
      {request.sse_specification.has_value(), "SSESpecification"},
      {request.replica_updates.has_value(), "ReplicaUpdates"},
      {request.on_demand_throughput.has_value(), "OnDemandThroughput"},
      {request.warm_throughput.has_value(), "WarmThroughput"},
  }));
  const bool updates_indexes =
      request.global_secondary_index_updates && !request.global_secondary_index_updates->empty();
  if (!request.provisioned_throughput && !request.billing_mode && !request.table_class &&
      !request.deletion_protection_enabled && !request.stream_specification && !updates_indexes) {
    return refuse(validation(
        "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
        "GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required"));
  }
  if (request.billing_mode == "PROVISIONED" && !request.provisioned_throughput) {
    return refuse(invalid_parameters(
        "ProvisionedThroughput must be specified when BillingMode is PROVISIONED"));
  }
  RETURN_IF_REFUSED(
      check_throughput(request.provisioned_throughput, request.billing_mode == "PAY_PER_REQUEST"));
  if (request.stream_specification)
    RETURN_IF_REFUSED(check_stream_update(*request.stream_specification));
  return updates_indexes ? check_index_updates(*request.global_secondary_index_updates) : Status();
}

Status change_throughput(const Request& request, Timestamp now, TableSchema& schema,
                         TableSettings& next) {
  const TableSettings& current = schema.settings;
  if (request.billing_mode == "PAY_PER_REQUEST") {
    next.billing_mode = BillingMode::kPayPerRequest;
    next.throughput = {};
    if (current.billing_mode == BillingMode::kProvisioned) schema.on_demand_since = now;
    return {};
  }
  if (!request.provisioned_throughput) return {};
  const bool stays_on_demand =
      current.billing_mode == BillingMode::kPayPerRequest && !request.billing_mode;
  RETURN_IF_REFUSED(check_throughput(request.provisioned_throughput, stays_on_demand));

  const Throughput requested{*request.provisioned_throughput->read_capacity_units,
                             *request.provisioned_throughput->write_capacity_units};
  if (current.billing_mode == BillingMode::kProvisioned) {
    if (requested == current.throughput) {
      return refuse(throughput_will_not_change("table", "table", current.throughput, requested));
    }
    note_throughput_change(current.throughput, requested, now, schema.throughput_history);
  }
  next.billing_mode = BillingMode::kProvisioned;
  next.throughput = requested;
  return {};
}

Status change_settings(const Request& request, Timestamp now, TableSchema& schema) {
  TableSettings next = schema.settings;
  RETURN_IF_REFUSED(change_throughput(request, now, schema, next));
  if (request.table_class) {
    const TableClass wanted = request.table_class == "STANDARD"
                                  ? TableClass::kStandard
                                  : TableClass::kStandardInfrequentAccess;
    const TableClass current = schema.settings.table_class.value_or(TableClass::kStandard);
    if (wanted != current) schema.table_class_changed_at = now;
    next.table_class = wanted;
  }
  if (request.deletion_protection_enabled) {
    // Takes effect at once: it is there to stop the next request.
    schema.settings.deletion_protection = *request.deletion_protection_enabled
                                              ? table::DeletionProtection::kEnabled
                                              : table::DeletionProtection::kDisabled;
    next.deletion_protection = schema.settings.deletion_protection;
  }
  if (next != schema.settings) schema.next_settings = next;
  return {};
}

Result<bool> change_indexes(const Request& request, Timestamp now, TableSchema& schema) {
  const IndexUpdates updates = request.global_secondary_index_updates.value_or(IndexUpdates());
  const AttributeDefinitions definitions =
      request.attribute_definitions.value_or(AttributeDefinitions());
  return update_indexes(updates, definitions, now, schema);
}

}  // namespace

Task<Result<UpdateTable::Response>> UpdateTable::run(Context& context, Request&& request) {
  CO_RETURN_IF_REFUSED(check(request));
  std::string name(table_name_of(context, *request.table_name));
  const Timestamp now = context.clock.now();
  table::Catalog::Change change = [&request, now](TableSchema& schema) -> Status {
    RETURN_IF_REFUSED(change_settings(request, now, schema));
    const auto changes_indexes = change_indexes(request, now, schema);
    RETURN_IF_REFUSED(changes_indexes);
    const auto& stream = request.stream_specification;
    if (stream) RETURN_IF_REFUSED(change_stream(*stream, now, schema));
    const bool goes_on = schema.next_settings || *changes_indexes || stream;
    schema.status = goes_on ? TableStatus::kUpdating : TableStatus::kActive;
    return {};
  };
  const auto updated = co_await context.catalog.update(std::move(name), std::move(change));
  CO_RETURN_IF_REFUSED(updated);

  auto description = co_await describe(context, *updated);
  CO_RETURN_IF_REFUSED(description);
  co_return Response{*std::move(description)};
}

}  // namespace jedlik::service::dynamodb
