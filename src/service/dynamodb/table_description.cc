#include "service/dynamodb/table_description.h"

#include "service/dynamodb/stream_specification.h"
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

ProvisionedThroughputDescription describe_throughput(const table::Throughput& units,
                                                     const table::ThroughputHistory& history,
                                                     Timestamp now) {
  constexpr int64_t kDayMs = 24 * 60 * 60 * 1000;
  ProvisionedThroughputDescription throughput;
  throughput.read_capacity_units = units.read_units;
  throughput.write_capacity_units = units.write_units;
  throughput.last_increase_date_time = seconds(history.last_increase);
  throughput.last_decrease_date_time = seconds(history.last_decrease);
  const bool decreased_today =
      history.last_decrease && history.last_decrease->ms / kDayMs == now.ms / kDayMs;
  throughput.number_of_decreases_today = decreased_today ? history.decreases_that_day : 0;
  return throughput;
}

void describe_billing(const TableSchema& schema, TableDescription& description) {
  const bool on_demand = schema.settings.billing_mode == BillingMode::kPayPerRequest;
  if (on_demand || schema.on_demand_since) {
    description.billing_mode_summary = BillingModeSummary{
        on_demand ? "PAY_PER_REQUEST" : "PROVISIONED",
        schema.status == table::TableStatus::kCreating ? std::nullopt
                                                       : seconds(schema.on_demand_since)};
  }
}

std::string_view status_name(const table::GlobalIndex& index) {
  switch (index.status) {
    case table::IndexStatus::kCreating:
    case table::IndexStatus::kPreparing:
    case table::IndexStatus::kBackfilling:
      return "CREATING";
    case table::IndexStatus::kActive:
      return index.next_throughput ? "UPDATING" : "ACTIVE";
    case table::IndexStatus::kDeleting:
      return "DELETING";
  }
  return "";
}

std::string_view projection_name(table::ProjectionKind kind) {
  switch (kind) {
    case table::ProjectionKind::kKeysOnly:
      return "KEYS_ONLY";
    case table::ProjectionKind::kInclude:
      return "INCLUDE";
    case table::ProjectionKind::kAll:
      return "ALL";
  }
  return "";
}

void describe_index(const TableDescription& of, const table::SecondaryIndex& index,
                    const table::IndexSize& size, LocalSecondaryIndexDescription& to) {
  to.index_name = index.name;
  for (const table::KeyAttribute& attribute : index.partition_key)
    to.key_schema.push_back({attribute.name, "HASH"});
  for (const table::KeyAttribute& attribute : index.sort_key)
    to.key_schema.push_back({attribute.name, "RANGE"});
  to.projection.projection_type = projection_name(index.projection.kind);
  if (!index.projection.non_key_attributes.empty())
    to.projection.non_key_attributes = index.projection.non_key_attributes;
  to.index_size_bytes = size.bytes;
  to.item_count = size.item_count;
  to.index_arn = of.table_arn + "/index/" + index.name;
}

void describe_indexes(const TableSchema& schema, const table::TableSize& size, Timestamp now,
                      TableDescription& description) {
  for (size_t i = 0; i < schema.local_indexes.size(); ++i) {
    if (i == 0) description.local_secondary_indexes.emplace();
    describe_index(description, schema.local_indexes[i], size.local_indexes[i],
                   description.local_secondary_indexes->emplace_back());
  }
  for (size_t i = 0; i < schema.global_indexes.size(); ++i) {
    const table::GlobalIndex& index = schema.global_indexes[i];
    if (i == 0) description.global_secondary_indexes.emplace();
    auto& described = description.global_secondary_indexes->emplace_back();
    describe_index(description, index, size.global_indexes[i], described);
    described.index_status = status_name(index);
    if (described.index_status == "CREATING" && schema.status != TableStatus::kCreating)
      described.backfilling = index.status == table::IndexStatus::kBackfilling;
    described.provisioned_throughput =
        describe_throughput(index.throughput, index.throughput_history, now);
  }
}

// The last stream stays to be seen after it was disabled, for as long as it can be read.
void describe_stream(const Context& context, const TableSchema& schema,
                     TableDescription& description) {
  if (schema.streams.empty()) return;
  const table::Stream& stream = schema.streams.back();
  if (stream.is_open()) {
    description.stream_specification =
        StreamSpecification{true, std::string(stream_view_name(stream.view))};
  }
  description.latest_stream_label = stream.label;
  description.latest_stream_arn = stream_arn(context, schema.name, stream.label);
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
  const Timestamp now = context.clock.now();
  description.provisioned_throughput =
      describe_throughput(schema.settings.throughput, schema.throughput_history, now);
  describe_billing(schema, description);
  describe_indexes(schema, *size, now, description);
  describe_stream(context, schema, description);
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
