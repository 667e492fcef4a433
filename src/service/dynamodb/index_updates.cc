#include "service/dynamodb/index_updates.h"

#include <fmt/format.h>

#include <algorithm>

#include "service/dynamodb/not_yet.h"
#include "service/dynamodb/throughput.h"

namespace jedlik::service::dynamodb {

namespace {

using table::BillingMode;
using table::GlobalIndex;
using table::IndexStatus;
using table::TableSchema;
using table::Throughput;

// The indexes that one element names, each once: it may have several actions.
std::vector<std::string_view> names_of(const GlobalSecondaryIndexUpdate& update) {
  std::vector<std::string_view> names;
  const auto add = [&names](const Field<std::string>& name) {
    if (std::find(names.begin(), names.end(), *name) == names.end()) names.emplace_back(*name);
  };
  if (update.create) add(update.create->index_name);
  if (update.update) add(update.update->index_name);
  if (update.remove) add(update.remove->index_name);
  return names;
}

size_t made_and_deleted(const IndexUpdates& updates) {
  size_t count = 0;
  for (const GlobalSecondaryIndexUpdate& update : updates)
    count += size_t{update.create.has_value()} + size_t{update.remove.has_value()};
  return count;
}

bool is_on_demand(const TableSchema& schema) {
  const table::TableSettings& settings = schema.next_settings.value_or(schema.settings);
  return settings.billing_mode == BillingMode::kPayPerRequest;
}

ApiError one_at_a_time() {
  return limit_exceeded(
      "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per "
      "table");
}

// An index of the table that is being made or deleted, other than the one with this name.
bool is_other_in_the_making(const TableSchema& schema, std::string_view name) {
  return std::any_of(schema.global_indexes.begin(), schema.global_indexes.end(),
                     [name](const GlobalIndex& index) {
                       return index.name != name && index.status != IndexStatus::kActive;
                     });
}

bool has_index(const TableSchema& schema, std::string_view name) {
  const auto is_it = [name](const table::SecondaryIndex& index) { return index.name == name; };
  return std::any_of(schema.local_indexes.begin(), schema.local_indexes.end(), is_it) ||
         std::any_of(schema.global_indexes.begin(), schema.global_indexes.end(), is_it);
}

ApiError no_throughput_on_demand(std::string_view index) {
  return invalid_parameters(
      fmt::format("Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: {} "
                  "when BillingMode is PAY_PER_REQUEST",
                  index));
}

Status check_throughput_of_new(const GlobalSecondaryIndex& index, bool on_demand) {
  if (on_demand && index.provisioned_throughput)
    return refuse(no_throughput_on_demand(*index.index_name));
  if (!on_demand && !index.provisioned_throughput) {
    return refuse(invalid_parameters(
        fmt::format("Both ReadCapacityUnits and WriteCapacityUnits must be specified for index: {}",
                    *index.index_name)));
  }
  return check_throughput(index.provisioned_throughput, on_demand);
}

// A definition that the table has stays as it is; of the others, those that the index uses are
// added.
void merge_definitions(const GlobalIndex& index, TableSchema& schema) {
  const auto add = [&schema](const std::vector<table::KeyAttribute>& keys) {
    auto& known = schema.attribute_definitions;
    for (const table::KeyAttribute& key : keys)
      if (std::find(known.begin(), known.end(), key) == known.end()) known.push_back(key);
  };
  add(index.partition_key);
  add(index.sort_key);
}

void keep_known_types(const TableSchema& schema, std::vector<table::KeyAttribute>& keys) {
  for (table::KeyAttribute& key : keys)
    for (const table::KeyAttribute& known : schema.attribute_definitions)
      if (known.name == key.name) key.type = known.type;
}

Status create(const GlobalSecondaryIndex& index, const AttributeDefinitions& definitions,
              TableSchema& schema) {
  if (has_index(schema, *index.index_name))
    return refuse(validation("Attempting to create an index which already exists"));
  RETURN_IF_REFUSED(check_global_index(index, definitions));
  RETURN_IF_REFUSED(check_throughput_of_new(index, is_on_demand(schema)));
  if (is_other_in_the_making(schema, *index.index_name)) return refuse(one_at_a_time());
  if (schema.global_indexes.size() >= limits::kGlobalIndexes) {
    return refuse(limit_exceeded(
        fmt::format("Subscriber limit exceeded: Number of global secondary indexes exceeds "
                    "per-table limit of {}",
                    limits::kGlobalIndexes)));
  }
  GlobalIndex made = global_index_of(index, definitions);
  keep_known_types(schema, made.partition_key);
  keep_known_types(schema, made.sort_key);
  merge_definitions(made, schema);
  schema.global_indexes.push_back(std::move(made));
  return check_projected_attributes(schema);
}

Status remove(const DeleteGlobalSecondaryIndexAction& action, TableSchema& schema) {
  GlobalIndex* index = schema.find_global_index(*action.index_name);
  if (index == nullptr) return refuse(resource_not_found("Requested resource not found"));
  if (is_other_in_the_making(schema, index->name)) return refuse(one_at_a_time());
  index->status = IndexStatus::kDeleting;
  return {};
}

Status update(const UpdateGlobalSecondaryIndexAction& action, Timestamp now, TableSchema& schema) {
  RETURN_IF_REFUSED(refuse_not_yet({{action.on_demand_throughput.has_value(), "OnDemandThroughput"},
                                    {action.warm_throughput.has_value(), "WarmThroughput"}}));
  GlobalIndex* index = schema.find_global_index(*action.index_name);
  if (index == nullptr) {
    return refuse(validation(
        "This operation cannot be performed with given input values. Please contact DynamoDB "
        "service team for more info: Action Blocked: IndexUpdate"));
  }
  if (!action.provisioned_throughput) return {};
  if (is_on_demand(schema)) return refuse(no_throughput_on_demand(index->name));
  RETURN_IF_REFUSED(check_throughput(action.provisioned_throughput, false));
  const Throughput wanted{*action.provisioned_throughput->read_capacity_units,
                          *action.provisioned_throughput->write_capacity_units};
  if (wanted == index->throughput) {
    return refuse(
        throughput_will_not_change("index " + index->name, "index", index->throughput, wanted));
  }
  if (schema.settings.billing_mode == BillingMode::kProvisioned)
    note_throughput_change(index->throughput, wanted, now, index->throughput_history);
  index->next_throughput = wanted;
  return {};
}

// Indexes have throughput of their own exactly where their table has.
Result<bool> follow_billing_mode(TableSchema& schema) {
  const bool on_demand = is_on_demand(schema);
  bool changes = false;
  for (GlobalIndex& index : schema.global_indexes) {
    if (index.status == IndexStatus::kDeleting) continue;
    const Throughput next = index.next_throughput.value_or(index.throughput);
    if (on_demand && next != Throughput()) {
      index.next_throughput = Throughput();
      changes = true;
    }
    if (!on_demand && next == Throughput()) {
      return refuse(invalid_parameters(
          fmt::format("ProvisionedThroughput must be specified for index: {}", index.name)));
    }
  }
  return changes;
}

}  // namespace

Status check_index_updates(const IndexUpdates& updates) {
  RETURN_IF_REFUSED(check_list_length(updates.size(), "GlobalSecondaryIndexUpdates"));
  std::vector<std::string_view> names;
  for (const GlobalSecondaryIndexUpdate& update : updates) {
    const std::vector<std::string_view> named = names_of(update);
    if (named.empty()) {
      return refuse(invalid_parameters(
          "One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
          "GlobalSecondaryIndexUpdate.Delete must not be null"));
    }
    for (const std::string_view name : named) {
      if (std::find(names.begin(), names.end(), name) == names.end()) continue;
      return refuse(invalid_parameters(fmt::format(
          "Only one global secondary index update per index is allowed simultaneously. Index: {}",
          name)));
    }
    names.insert(names.end(), named.begin(), named.end());
  }
  return {};
}

Result<bool> update_indexes(const IndexUpdates& updates, const AttributeDefinitions& definitions,
                            Timestamp now, TableSchema& schema) {
  if (made_and_deleted(updates) > 1) return refuse(one_at_a_time());
  for (const GlobalSecondaryIndexUpdate& change : updates) {
    if (change.create) RETURN_IF_REFUSED(create(*change.create, definitions, schema));
    if (change.update) RETURN_IF_REFUSED(update(*change.update, now, schema));
    if (change.remove) RETURN_IF_REFUSED(remove(*change.remove, schema));
  }
  const auto follows = follow_billing_mode(schema);
  RETURN_IF_REFUSED(follows);
  return *follows || !updates.empty();
}

}  // namespace jedlik::service::dynamodb
