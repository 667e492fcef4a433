#pragma once

#include "base/result.h"
#include "base/task.h"
#include "service/context.h"
#include "service/dynamodb/members.h"
#include "service/dynamodb/stream_specification.h"
#include "service/shape.h"
#include "table/catalog.h"

// How a table is described in the answers of CreateTable, DescribeTable, UpdateTable, DeleteTable.
namespace jedlik::service::dynamodb {

struct ProvisionedThroughputDescription {
  Field<double> last_increase_date_time;
  Field<double> last_decrease_date_time;
  int64_t number_of_decreases_today = 0;
  int64_t read_capacity_units = 0;
  int64_t write_capacity_units = 0;

  static constexpr auto shape() {
    using Self = ProvisionedThroughputDescription;
    return members(member("LastIncreaseDateTime", &Self::last_increase_date_time),
                   member("LastDecreaseDateTime", &Self::last_decrease_date_time),
                   member("NumberOfDecreasesToday", &Self::number_of_decreases_today),
                   member("ReadCapacityUnits", &Self::read_capacity_units),
                   member("WriteCapacityUnits", &Self::write_capacity_units));
  }
};

struct BillingModeSummary {
  std::string billing_mode;
  Field<double> last_update_to_pay_per_request_date_time;

  static constexpr auto shape() {
    using Self = BillingModeSummary;
    return members(member("BillingMode", &Self::billing_mode),
                   member("LastUpdateToPayPerRequestDateTime",
                          &Self::last_update_to_pay_per_request_date_time));
  }
};

struct TableClassSummary {
  std::string table_class;
  Field<double> last_update_date_time;

  static constexpr auto shape() {
    using Self = TableClassSummary;
    return members(member("TableClass", &Self::table_class),
                   member("LastUpdateDateTime", &Self::last_update_date_time));
  }
};

struct ProjectionDescription {
  std::string projection_type;
  Field<std::vector<std::string>> non_key_attributes;

  static constexpr auto shape() {
    using Self = ProjectionDescription;
    return members(member("ProjectionType", &Self::projection_type),
                   member("NonKeyAttributes", &Self::non_key_attributes));
  }
};

struct LocalSecondaryIndexDescription {
  std::string index_name;
  std::vector<KeySchemaElement> key_schema;
  ProjectionDescription projection;
  int64_t index_size_bytes = 0;
  int64_t item_count = 0;
  std::string index_arn;

  static constexpr auto shape() {
    using Self = LocalSecondaryIndexDescription;
    return members(member("IndexName", &Self::index_name), member("KeySchema", &Self::key_schema),
                   member("Projection", &Self::projection),
                   member("IndexSizeBytes", &Self::index_size_bytes),
                   member("ItemCount", &Self::item_count), member("IndexArn", &Self::index_arn));
  }
};

struct GlobalSecondaryIndexDescription : LocalSecondaryIndexDescription {
  std::string index_status;
  // Only while an index is made for a table that was there before.
  Field<bool> backfilling;
  ProvisionedThroughputDescription provisioned_throughput;

  static constexpr auto shape() {
    using Self = GlobalSecondaryIndexDescription;
    return std::tuple_cat(LocalSecondaryIndexDescription::shape(),
                          members(member("IndexStatus", &Self::index_status),
                                  member("Backfilling", &Self::backfilling),
                                  member("ProvisionedThroughput", &Self::provisioned_throughput)));
  }
};

struct TableDescription {
  std::vector<AttributeDefinition> attribute_definitions;
  std::string table_name;
  std::vector<KeySchemaElement> key_schema;
  std::string table_status;
  double creation_date_time = 0;
  ProvisionedThroughputDescription provisioned_throughput;
  int64_t table_size_bytes = 0;
  int64_t item_count = 0;
  std::string table_arn;
  std::string table_id;
  Field<BillingModeSummary> billing_mode_summary;
  Field<std::vector<LocalSecondaryIndexDescription>> local_secondary_indexes;
  Field<std::vector<GlobalSecondaryIndexDescription>> global_secondary_indexes;
  Field<StreamSpecification> stream_specification;
  Field<std::string> latest_stream_label;
  Field<std::string> latest_stream_arn;
  Field<TableClassSummary> table_class_summary;
  bool deletion_protection_enabled = false;

  static constexpr auto shape() {
    using Self = TableDescription;
    return members(member("AttributeDefinitions", &Self::attribute_definitions),
                   member("TableName", &Self::table_name), member("KeySchema", &Self::key_schema),
                   member("TableStatus", &Self::table_status),
                   member("CreationDateTime", &Self::creation_date_time),
                   member("ProvisionedThroughput", &Self::provisioned_throughput),
                   member("TableSizeBytes", &Self::table_size_bytes),
                   member("ItemCount", &Self::item_count), member("TableArn", &Self::table_arn),
                   member("TableId", &Self::table_id),
                   member("BillingModeSummary", &Self::billing_mode_summary),
                   member("LocalSecondaryIndexes", &Self::local_secondary_indexes),
                   member("GlobalSecondaryIndexes", &Self::global_secondary_indexes),
                   member("StreamSpecification", &Self::stream_specification),
                   member("LatestStreamLabel", &Self::latest_stream_label),
                   member("LatestStreamArn", &Self::latest_stream_arn),
                   member("TableClassSummary", &Self::table_class_summary),
                   member("DeletionProtectionEnabled", &Self::deletion_protection_enabled));
  }
};

// The answer of all four operations but DescribeTable, which names its member "Table".
struct TableDescriptionResponse {
  TableDescription table_description;

  static constexpr auto shape() {
    using Self = TableDescriptionResponse;
    return members(member("TableDescription", &Self::table_description));
  }
};

// Describes the table as it is now, its size included.
Task<Result<TableDescription>> describe(Context& context, table::TablePtr table);

}  // namespace jedlik::service::dynamodb
