#pragma once

#include "service/dynamodb/index_updates.h"
#include "service/dynamodb/table_description.h"
#include "service/dynamodb/table_name.h"
#include "service/operation.h"

namespace jedlik::service::dynamodb {

struct UpdateTable {
  static constexpr std::string_view kName = "UpdateTable";

  struct Request {
    Field<ProvisionedThroughput> provisioned_throughput;
    Field<std::string> billing_mode;
    Field<std::string> table_name;
    Field<std::vector<AttributeDefinition>> attribute_definitions;
    Field<std::string> table_class;
    Field<bool> deletion_protection_enabled;
    Field<std::vector<GlobalSecondaryIndexUpdate>> global_secondary_index_updates;
    Field<StreamSpecification> stream_specification;
    Field<Presence> sse_specification;
    Field<Presence> replica_updates;
    Field<Presence> on_demand_throughput;
    Field<Presence> warm_throughput;

    static constexpr auto shape() {
      using Self = Request;
      return members(
          member("ProvisionedThroughput", &Self::provisioned_throughput),
          member("BillingMode", &Self::billing_mode, optional().one_of(kBillingModeValues)),
          member("TableName", &Self::table_name),
          member("AttributeDefinitions", &Self::attribute_definitions),
          member("TableClass", &Self::table_class, optional().one_of(kTableClassValues)),
          member("DeletionProtectionEnabled", &Self::deletion_protection_enabled),
          member("GlobalSecondaryIndexUpdates", &Self::global_secondary_index_updates),
          member("StreamSpecification", &Self::stream_specification),
          member("SSESpecification", &Self::sse_specification),
          member("ReplicaUpdates", &Self::replica_updates),
          member("OnDemandThroughput", &Self::on_demand_throughput),
          member("WarmThroughput", &Self::warm_throughput));
    }
  };
  using Response = TableDescriptionResponse;

  static Status check_first(const Request& request) {
    return check_table_name_first(request.table_name);
  }
  static Task<Result<Response>> run(Context& context, Request&& request);
};

}  // namespace jedlik::service::dynamodb
