#pragma once

#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "service/dynamodb/secondary_indexes.h"

// GlobalSecondaryIndexUpdates of UpdateTable.
namespace jedlik::service::dynamodb {

struct UpdateGlobalSecondaryIndexAction {
  Field<std::string> index_name;
  Field<ProvisionedThroughput> provisioned_throughput;
  Field<Presence> on_demand_throughput;
  Field<Presence> warm_throughput;

  static constexpr auto shape() {
    using Self = UpdateGlobalSecondaryIndexAction;
    return members(member("IndexName", &Self::index_name, required_index_name()),
                   member("ProvisionedThroughput", &Self::provisioned_throughput),
                   member("OnDemandThroughput", &Self::on_demand_throughput),
                   member("WarmThroughput", &Self::warm_throughput));
  }
};

struct DeleteGlobalSecondaryIndexAction {
  Field<std::string> index_name;

  static constexpr auto shape() {
    using Self = DeleteGlobalSecondaryIndexAction;
    return members(member("IndexName", &Self::index_name, required_index_name()));
  }
};

struct GlobalSecondaryIndexUpdate {
  Field<UpdateGlobalSecondaryIndexAction> update;
  Field<GlobalSecondaryIndex> create;
  Field<DeleteGlobalSecondaryIndexAction> remove;

  static constexpr auto shape() {
    using Self = GlobalSecondaryIndexUpdate;
    return members(member("Update", &Self::update), member("Create", &Self::create),
                   member("Delete", &Self::remove));
  }
};

using IndexUpdates = std::vector<GlobalSecondaryIndexUpdate>;

// What can be told without the table.
Status check_index_updates(const IndexUpdates& updates);

// Makes the updates in a schema whose own settings are changed already: next_settings is what they
// are to be. Whether any index changes.
Result<bool> update_indexes(const IndexUpdates& updates, const AttributeDefinitions& definitions,
                            Timestamp now, table::TableSchema& schema);

}  // namespace jedlik::service::dynamodb
