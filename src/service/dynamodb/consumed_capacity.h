#pragma once

#include <string_view>
#include <vector>

#include "service/dynamodb/members.h"
#include "service/shape.h"
#include "table/consumed_capacity.h"
#include "table/write_plan.h"

// ConsumedCapacity in answers, in the form that ReturnConsumedCapacity asks for.
namespace jedlik::service::dynamodb {

struct Capacity {
  double capacity_units = 0;

  static constexpr auto shape() {
    return members(member("CapacityUnits", &Capacity::capacity_units));
  }
};

struct ConsumedCapacity {
  std::string table_name;
  double capacity_units = 0;
  Field<Capacity> table;
  Field<StringMap<Capacity>> local_secondary_indexes;
  Field<StringMap<Capacity>> global_secondary_indexes;

  static constexpr auto shape() {
    using Self = ConsumedCapacity;
    return members(member("TableName", &Self::table_name),
                   member("CapacityUnits", &Self::capacity_units), member("Table", &Self::table),
                   member("LocalSecondaryIndexes", &Self::local_secondary_indexes),
                   member("GlobalSecondaryIndexes", &Self::global_secondary_indexes));
  }
};

// What requests on one table used of it and of its indexes.
class Consumption {
 public:
  Consumption() = default;
  explicit Consumption(table::Units table) : table_(table) {}

  void add(table::Units table) { table_ += table; }
  void add(const table::IndexUse& use);
  void add(const table::Written& written);
  void add(const Consumption& other);

  table::Units table() const { return table_; }
  const std::vector<table::IndexUse>& indexes() const { return indexes_; }

 private:
  table::Units table_;
  std::vector<table::IndexUse> indexes_;  // each once
};

// Whether `wanted` is TOTAL or INDEXES.
bool wants_capacity(const Field<std::string>& wanted);

// None unless it is; with INDEXES, the shares of the table and of each index
// are shown on their own.
Field<ConsumedCapacity> consumed_capacity(const Field<std::string>& wanted,
                                          std::string_view table_name, const Consumption& used);

}  // namespace jedlik::service::dynamodb
