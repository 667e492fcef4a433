#pragma once

#include "service/dynamodb/secondary_indexes.h"
#include "service/dynamodb/stream_specification.h"
#include "service/dynamodb/table_description.h"
#include "service/dynamodb/table_name.h"
#include "service/operation.h"

namespace jedlik::service::dynamodb {

// A setting that can be named as switched off, which is what this server can do of it.
struct SSESpecification {  // NOLINT(readability-identifier-naming): the name of the shape
  Field<bool> enabled;

  static constexpr auto shape() {
    using Self = SSESpecification;
    return members(member("Enabled", &Self::enabled));
  }
};

struct CreateTable {
  static constexpr std::string_view kName = "CreateTable";

  struct Request {
    Field<std::vector<AttributeDefinition>> attribute_definitions;
    Field<std::string> table_name;
    Field<std::string> billing_mode;
    Field<ProvisionedThroughput> provisioned_throughput;
    Field<std::vector<KeySchemaElement>> key_schema;
    Field<std::string> table_class;
    Field<bool> deletion_protection_enabled;
    Field<std::vector<Tag>> tags;
    Field<StreamSpecification> stream_specification;
    Field<SSESpecification> sse_specification;
    Field<std::vector<LocalSecondaryIndex>> local_secondary_indexes;
    Field<std::vector<GlobalSecondaryIndex>> global_secondary_indexes;
    Field<Presence> on_demand_throughput;
    Field<Presence> warm_throughput;
    Field<Presence> resource_policy;

    static constexpr auto shape() {
      using Self = Request;
      return members(
          member("AttributeDefinitions", &Self::attribute_definitions, required()),
          member("TableName", &Self::table_name),
          member("BillingMode", &Self::billing_mode, optional().one_of(kBillingModeValues)),
          member("ProvisionedThroughput", &Self::provisioned_throughput),
          member("KeySchema", &Self::key_schema, required().length(1, 2)),
          member("TableClass", &Self::table_class, optional().one_of(kTableClassValues)),
          member("DeletionProtectionEnabled", &Self::deletion_protection_enabled),
          member("Tags", &Self::tags), member("StreamSpecification", &Self::stream_specification),
          member("SSESpecification", &Self::sse_specification),
          member("LocalSecondaryIndexes", &Self::local_secondary_indexes),
          member("GlobalSecondaryIndexes", &Self::global_secondary_indexes),
          member("OnDemandThroughput", &Self::on_demand_throughput),
          member("WarmThroughput", &Self::warm_throughput),
          member("ResourcePolicy", &Self::resource_policy));
    }
  };
  using Response = TableDescriptionResponse;

  static Status check_first(const Request& request) {
    return check_new_table_name_first(request.table_name);
  }
  static Task<Result<Response>> run(Context& context, Request&& request);
};

}  // namespace jedlik::service::dynamodb
