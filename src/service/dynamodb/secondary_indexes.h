#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "service/dynamodb/members.h"
#include "service/shape.h"
#include "table/schema.h"

// Secondary indexes as CreateTable and UpdateTable take them: their shapes, what is refused of them
// in the service's order, and what becomes of them in a schema.
namespace jedlik::service::dynamodb {

struct Projection {
  Field<std::string> projection_type;
  Field<std::vector<std::string>> non_key_attributes;

  static constexpr auto shape() {
    using Self = Projection;
    return members(
        member("ProjectionType", &Self::projection_type, optional().one_of(kProjectionTypeValues)),
        member("NonKeyAttributes", &Self::non_key_attributes,
               optional().length(1, kMaxAttributes).each(kNameOfAttribute)));
  }

 private:
  static constexpr Constraints kNameOfAttribute = optional().length(1, 255);
  static constexpr int64_t kMaxAttributes = static_cast<int64_t>(limits::kNonKeyAttributesOfIndex);
};

constexpr Constraints required_index_name() {
  return required().pattern(kNamePattern).length(3, 255);
}

struct LocalSecondaryIndex {
  Field<std::string> index_name;
  Field<std::vector<KeySchemaElement>> key_schema;
  Field<Projection> projection;

  static constexpr auto shape() {
    using Self = LocalSecondaryIndex;
    return members(member("IndexName", &Self::index_name, required_index_name()),
                   member("KeySchema", &Self::key_schema, required().length(1, 2)),
                   member("Projection", &Self::projection, required()));
  }
};

// Also CreateGlobalSecondaryIndexAction of UpdateTable.
struct GlobalSecondaryIndex {
  Field<std::string> index_name;
  Field<std::vector<KeySchemaElement>> key_schema;
  Field<Projection> projection;
  Field<ProvisionedThroughput> provisioned_throughput;
  Field<Presence> on_demand_throughput;
  Field<Presence> warm_throughput;

  static constexpr auto shape() {
    using Self = GlobalSecondaryIndex;
    constexpr int64_t kNoMaximum = std::numeric_limits<int64_t>::max();
    return members(member("IndexName", &Self::index_name, required_index_name()),
                   member("KeySchema", &Self::key_schema, required().length(1, kNoMaximum)),
                   member("Projection", &Self::projection, required()),
                   member("ProvisionedThroughput", &Self::provisioned_throughput),
                   member("OnDemandThroughput", &Self::on_demand_throughput),
                   member("WarmThroughput", &Self::warm_throughput));
  }
};

using AttributeDefinitions = std::vector<AttributeDefinition>;
using KeySchema = std::vector<KeySchemaElement>;

// Null when there is none.
const AttributeDefinition* find_definition(const AttributeDefinitions& definitions,
                                           std::string_view name);
// `element` is defined.
table::KeyAttribute key_attribute(const AttributeDefinitions& definitions,
                                  const KeySchemaElement& element);
std::vector<table::KeyAttribute> key_attributes(const AttributeDefinitions& definitions);

// Refuses lists that are longer than any request can need, before anything looks through them.
Status check_list_length(size_t length, std::string_view what);

// "Invalid KeySchema: Some index key attribute have no definition" and the like.
Status check_defined(const KeySchema& keys, const AttributeDefinitions& definitions);
// Of a table or a local index: HASH and at most one RANGE.
Status check_key_types(const KeySchema& keys);

Status check_local_indexes(const std::vector<LocalSecondaryIndex>& indexes,
                           const KeySchema& table_keys, const AttributeDefinitions& definitions);
Status check_global_index(const GlobalSecondaryIndex& index,
                          const AttributeDefinitions& definitions);
// Those of a table that is created, after its local indexes.
Status check_global_indexes(const std::vector<GlobalSecondaryIndex>& indexes,
                            const std::vector<LocalSecondaryIndex>& local_indexes, bool on_demand,
                            const AttributeDefinitions& definitions);
// The non-key attributes that all indexes of a table project together.
Status check_projected_attributes(const table::TableSchema& schema);

// What was checked, in a schema.
table::LocalIndex local_index_of(const LocalSecondaryIndex& index,
                                 const AttributeDefinitions& definitions);
table::GlobalIndex global_index_of(const GlobalSecondaryIndex& index,
                                   const AttributeDefinitions& definitions);

}  // namespace jedlik::service::dynamodb
