#include "service/dynamodb/table_description.h"

#include "service/dynamodb/table_name.h"

namespace jedlik::service::dynamodb {

namespace {

using table::BillingMode;
using table::TableClass;
using table::TableSchema;
using table::TableStatus;

double seconds(Timestamp time) {
  return static_cast<double>(time.ms) / 1000;
}

Field<double> seconds(const std::optional<Timestamp>& time) {
  return time ? Field<double>(seconds(*time)) : std::nullopt;
}

std::string_view status_name(TableStatus status) {
  switch (status) {
    case TableStatus::kCreating:
      return "CREATING";
    case TableStatus::kActive:
      return "ACTIVE";
    case TableStatus::kUpdating:
      return "UPDATING";
    case TableStatus::kDeleting:
      return "DELETING";
  }
  return "";
}

void describe_keys(const TableSchema& schema, TableDescription& description) {
  for (const table::KeyAttribute& definition : schema.attribute_definitions) {
    description.attribute_definitions.push_back(
        {definition.name, std::string(value::type_name(definition.type))});
  }
  description.key_schema.push_back({schema.partition_key.name, "HASH"});
  if (schema.sort_key) description.key_schema.push_back({schema.sort_key->name, "RANGE"});
}

void describe_throughput(const TableSchema& schema, Timestamp now, TableDescription& description) {
  constexpr int64_t kDayMs = 24 * 60 * 60 * 1000;
  const table::ThroughputHistory& history = schema.throughput_history;
  ProvisionedThroughputDescription& throughput = description.provisioned_throughput;
  throughput.read_capacity_units = schema.settings.throughput.read_units;
  throughput.write_capacity_units = schema.settings.throughput.write_units;
  throughput.last_increase_date_time = seconds(history.last_increase);
  throughput.last_decrease_date_time = seconds(history.last_decrease);
  const bool decreased_today =
      history.last_decrease && history.last_decrease->ms / kDayMs == now.ms / kDayMs;
  throughput.number_of_decreases_today = decreased_today ? history.decreases_that_day : 0;

  const bool on_demand = schema.settings.billing_mode == BillingMode::kPayPerRequest;
  if (on_demand || schema.on_demand_since) {
    description.billing_mode_summary = BillingModeSummary{
        on_demand ? "PAY_PER_REQUEST" : "PROVISIONED", seconds(schema.on_demand_since)};
  }
}

}  // namespace

Task<Result<TableDescription>> describe(Context& context, table::TablePtr table) {
  const Result<table::TableSize> size = co_await context.catalog.size_of(*table);
  CO_RETURN_IF_REFUSED(size);

  const TableSchema& schema = table->schema;
  TableDescription description;
  description.table_name = schema.name;
  description.table_status = status_name(schema.status);
  description.creation_date_time = seconds(schema.created_at);
  description.table_size_bytes = size->bytes;
  description.item_count = size->item_count;
  description.table_arn = table_arn(context, schema.name);
  description.table_id = schema.id;
  describe_keys(schema, description);
  describe_throughput(schema, context.clock.now(), description);
  if (schema.settings.table_class) {
    const bool standard = *schema.settings.table_class == TableClass::kStandard;
    description.table_class_summary =
        TableClassSummary{standard ? "STANDARD" : "STANDARD_INFREQUENT_ACCESS",
                          seconds(schema.table_class_changed_at)};
  }
  description.deletion_protection_enabled =
      schema.settings.deletion_protection == table::DeletionProtection::kEnabled;
  co_return description;
}

}  // namespace jedlik::service::dynamodb
