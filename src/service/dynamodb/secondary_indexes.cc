#include "service/dynamodb/secondary_indexes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "service/dynamodb/not_yet.h"
#include "service/dynamodb/throughput.h"

namespace jedlik::service::dynamodb {

namespace {

value::Type key_type_of(std::string_view name) {
  if (name == "S") return value::Type::kString;
  return name == "N" ? value::Type::kNumber : value::Type::kBinary;
}

ApiError undefined_key_attributes(const KeySchema& keys, const AttributeDefinitions& definitions) {
  std::vector<std::string_view> key_names;
  std::vector<std::string_view> defined_names;
  for (const KeySchemaElement& element : keys)
    key_names.push_back(*element.attribute_name);
  for (const AttributeDefinition& definition : definitions)
    defined_names.push_back(*definition.attribute_name);
  return invalid_parameters(
      fmt::format("Some index key attributes are not defined in AttributeDefinitions. Keys: [{}], "
                  "AttributeDefinitions: [{}]",
                  fmt::join(key_names, ", "), fmt::join(defined_names, ", ")));
}

Status check_no_attribute_twice(const KeySchema& keys) {
  for (size_t i = 0; i < keys.size(); ++i) {
    for (size_t k = 0; k < i; ++k) {
      if (keys[i].attribute_name != keys[k].attribute_name) continue;
      return refuse(validation(
          "Both the Hash Key and the Range Key element in the KeySchema have the same name"));
    }
  }
  return {};
}

Status check_projection(const Projection& projection) {
  if (!projection.projection_type)
    return refuse(invalid_parameters("Unknown ProjectionType: null"));
  const bool has_attributes = projection.non_key_attributes.has_value();
  if (projection.projection_type == "INCLUDE") {
    if (has_attributes) return {};
    return refuse(
        invalid_parameters("ProjectionType is INCLUDE, but NonKeyAttributes is not specified"));
  }
  if (!has_attributes) return {};
  return refuse(invalid_parameters(fmt::format(
      "ProjectionType is {}, but NonKeyAttributes is specified", *projection.projection_type)));
}

Status check_local_index(const LocalSecondaryIndex& index, const KeySchema& table_keys,
                         const AttributeDefinitions& definitions) {
  const KeySchema& keys = *index.key_schema;
  if (table_keys.size() < 2) {
    return refuse(invalid_parameters(
        "Table KeySchema does not have a range key, which is required when specifying a "
        "LocalSecondaryIndex"));
  }
  RETURN_IF_REFUSED(check_defined(keys, definitions));
  RETURN_IF_REFUSED(check_key_types(keys));
  if (keys.size() < 2) {
    return refuse(invalid_parameters(
        fmt::format("Index KeySchema does not have a range key for index: {}", *index.index_name)));
  }
  if (keys[0].attribute_name != table_keys[0].attribute_name) {
    return refuse(invalid_parameters(fmt::format(
        "Index KeySchema does not have the same leading hash key as table KeySchema for index: {}. "
        "index hash key: {}, table hash key: {}",
        *index.index_name, *keys[0].attribute_name, *table_keys[0].attribute_name)));
  }
  return check_projection(*index.projection);
}

Status check_first_is_hash(const KeySchema& keys) {
  if (keys[0].key_type == "HASH") return {};
  return refuse(validation("Invalid KeySchema: The first KeySchemaElement is not a HASH key type"));
}

// Up to four HASH attributes and then up to four RANGE attributes (Guide, "Multi-attribute keys").
Status check_global_key_types(const KeySchema& keys) {
  RETURN_IF_REFUSED(check_no_attribute_twice(keys));
  RETURN_IF_REFUSED(check_first_is_hash(keys));
  const auto is_hash = [](const KeySchemaElement& element) { return element.key_type == "HASH"; };
  if (!std::is_partitioned(keys.begin(), keys.end(), is_hash)) {
    return refuse(validation(
        "Invalid KeySchema: All HASH key attributes must precede RANGE key attributes in the "
        "KeySchema"));
  }
  const auto hashes = static_cast<size_t>(std::count_if(keys.begin(), keys.end(), is_hash));
  const bool too_many_hashes = hashes > limits::kIndexPartitionKeyAttributes;
  if (too_many_hashes || keys.size() - hashes > limits::kIndexSortKeyAttributes) {
    return refuse(validation(fmt::format(
        "Invalid KeySchema: The KeySchema exceeds the maximum allowed number of {} key attributes",
        too_many_hashes ? "HASH" : "RANGE")));
  }
  return {};
}

Status check_throughput_of(const GlobalSecondaryIndex& index, bool on_demand) {
  if (on_demand == !index.provisioned_throughput) return {};
  if (on_demand) {
    return refuse(invalid_parameters(
        fmt::format("ProvisionedThroughput should not be specified for index: {} when BillingMode "
                    "is PAY_PER_REQUEST",
                    *index.index_name)));
  }
  return refuse(invalid_parameters(
      fmt::format("ProvisionedThroughput is not specified for index: {}", *index.index_name)));
}

template <class Index>
void add_names(std::vector<std::string_view>& names, const std::vector<Index>& indexes) {
  for (const Index& index : indexes)
    names.push_back(*index.index_name);
}

// The first name that stands twice.
Status check_names(const std::vector<std::string_view>& names) {
  for (auto name = names.begin(); name != names.end(); ++name) {
    if (std::find(names.begin(), name, *name) != name)
      return refuse(invalid_parameters(fmt::format("Duplicate index name: {}", *name)));
  }
  return {};
}

void fill(table::SecondaryIndex& to, const std::string& name, const KeySchema& keys,
          const Projection& projection, const AttributeDefinitions& definitions) {
  to.name = name;
  for (const KeySchemaElement& element : keys) {
    auto& part = element.key_type == "HASH" ? to.partition_key : to.sort_key;
    part.push_back(key_attribute(definitions, element));
  }
  const std::string& type = *projection.projection_type;
  to.projection.kind = type == "ALL"       ? table::ProjectionKind::kAll
                       : type == "INCLUDE" ? table::ProjectionKind::kInclude
                                           : table::ProjectionKind::kKeysOnly;
  if (projection.non_key_attributes)
    to.projection.non_key_attributes = *projection.non_key_attributes;
}

}  // namespace

const AttributeDefinition* find_definition(const AttributeDefinitions& definitions,
                                           std::string_view name) {
  for (const AttributeDefinition& definition : definitions)
    if (definition.attribute_name == name) return &definition;
  return nullptr;
}

table::KeyAttribute key_attribute(const AttributeDefinitions& definitions,
                                  const KeySchemaElement& element) {
  const AttributeDefinition* definition = find_definition(definitions, *element.attribute_name);
  return {*element.attribute_name, key_type_of(*definition->attribute_type)};
}

std::vector<table::KeyAttribute> key_attributes(const AttributeDefinitions& definitions) {
  std::vector<table::KeyAttribute> attributes;
  for (const AttributeDefinition& definition : definitions)
    attributes.push_back({*definition.attribute_name, key_type_of(*definition.attribute_type)});
  return attributes;
}

Status check_list_length(size_t length, std::string_view what) {
  constexpr size_t kMost = 500;
  if (length <= kMost) return {};
  return refuse(invalid_parameters(fmt::format("Too many {}: {}", what, length)));
}

Status check_defined(const KeySchema& keys, const AttributeDefinitions& definitions) {
  RETURN_IF_REFUSED(check_list_length(keys.size(), "elements in KeySchema"));
  RETURN_IF_REFUSED(check_list_length(definitions.size(), "AttributeDefinitions"));
  if (keys.size() > definitions.size())
    return refuse(validation("Invalid KeySchema: Some index key attribute have no definition"));
  for (const KeySchemaElement& element : keys) {
    if (find_definition(definitions, *element.attribute_name) == nullptr)
      return refuse(undefined_key_attributes(keys, definitions));
  }
  return {};
}

Status check_key_types(const KeySchema& keys) {
  RETURN_IF_REFUSED(check_no_attribute_twice(keys));
  RETURN_IF_REFUSED(check_first_is_hash(keys));
  if (keys.size() == 2 && keys[1].key_type != "RANGE") {
    return refuse(
        validation("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type"));
  }
  return {};
}

Status check_local_indexes(const std::vector<LocalSecondaryIndex>& indexes,
                           const KeySchema& table_keys, const AttributeDefinitions& definitions) {
  if (indexes.empty()) return refuse(invalid_parameters("List of LocalSecondaryIndexes is empty"));
  RETURN_IF_REFUSED(check_list_length(indexes.size(), "LocalSecondaryIndexes"));
  for (const LocalSecondaryIndex& index : indexes)
    RETURN_IF_REFUSED(check_local_index(index, table_keys, definitions));
  std::vector<std::string_view> names;
  add_names(names, indexes);
  RETURN_IF_REFUSED(check_names(names));
  if (indexes.size() <= limits::kLocalIndexes) return {};
  return refuse(invalid_parameters(fmt::format(
      "Number of LocalSecondaryIndexes exceeds per-table limit of {}", limits::kLocalIndexes)));
}

Status check_global_index(const GlobalSecondaryIndex& index,
                          const AttributeDefinitions& definitions) {
  RETURN_IF_REFUSED(check_defined(*index.key_schema, definitions));
  RETURN_IF_REFUSED(check_global_key_types(*index.key_schema));
  RETURN_IF_REFUSED(check_projection(*index.projection));
  return refuse_not_yet({{index.on_demand_throughput.has_value(), "OnDemandThroughput"},
                         {index.warm_throughput.has_value(), "WarmThroughput"}});
}

Status check_global_indexes(const std::vector<GlobalSecondaryIndex>& indexes,
                            const std::vector<LocalSecondaryIndex>& local_indexes, bool on_demand,
                            const AttributeDefinitions& definitions) {
  if (indexes.empty()) return refuse(invalid_parameters("List of GlobalSecondaryIndexes is empty"));
  RETURN_IF_REFUSED(check_list_length(indexes.size(), "GlobalSecondaryIndexes"));
  for (const GlobalSecondaryIndex& index : indexes)
    RETURN_IF_REFUSED(check_global_index(index, definitions));
  std::vector<std::string_view> names;
  add_names(names, local_indexes);
  add_names(names, indexes);
  RETURN_IF_REFUSED(check_names(names));
  if (indexes.size() > limits::kGlobalIndexes) {
    return refuse(invalid_parameters(fmt::format(
        "GlobalSecondaryIndex count exceeds the per-table limit of {}", limits::kGlobalIndexes)));
  }
  for (const GlobalSecondaryIndex& index : indexes) {
    RETURN_IF_REFUSED(check_throughput_of(index, on_demand));
    RETURN_IF_REFUSED(check_throughput(index.provisioned_throughput, on_demand));
  }
  return {};
}

Status check_projected_attributes(const table::TableSchema& schema) {
  size_t count = 0;
  for (const table::LocalIndex& index : schema.local_indexes)
    count += index.projection.non_key_attributes.size();
  for (const table::GlobalIndex& index : schema.global_indexes)
    count += index.projection.non_key_attributes.size();
  if (count <= limits::kNonKeyAttributesOfTable) return {};
  return refuse(invalid_parameters(
      fmt::format("Number of projected non-key attributes exceeds per-table limit of {}",
                  limits::kNonKeyAttributesOfTable)));
}

table::LocalIndex local_index_of(const LocalSecondaryIndex& index,
                                 const AttributeDefinitions& definitions) {
  table::LocalIndex made;
  fill(made, *index.index_name, *index.key_schema, *index.projection, definitions);
  return made;
}

table::GlobalIndex global_index_of(const GlobalSecondaryIndex& index,
                                   const AttributeDefinitions& definitions) {
  table::GlobalIndex made;
  fill(made, *index.index_name, *index.key_schema, *index.projection, definitions);
  if (index.provisioned_throughput) {
    made.throughput = {*index.provisioned_throughput->read_capacity_units,
                       *index.provisioned_throughput->write_capacity_units};
  }
  return made;
}

}  // namespace jedlik::service::dynamodb
