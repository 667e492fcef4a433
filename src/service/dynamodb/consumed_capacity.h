#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "service/dynamodb/members.h"
#include "service/shape.h"
#include "table/consumed_capacity.h"
#include "table/write_plan.h"

// ConsumedCapacity in answers, in the form that ReturnConsumedCapacity asks for.
namespace jedlik::service::dynamodb {

// Reads and writes are told apart in the answers of transactions only.
struct Capacity {
  double capacity_units = 0;
  Field<double> read_capacity_units;
  Field<double> write_capacity_units;

  static constexpr auto shape() {
    using Self = Capacity;
    return members(member("CapacityUnits", &Self::capacity_units),
                   member("ReadCapacityUnits", &Self::read_capacity_units),
                   member("WriteCapacityUnits", &Self::write_capacity_units));
  }
};

struct ConsumedCapacity {
  std::string table_name;
  double capacity_units = 0;
  Field<double> read_capacity_units;
  Field<double> write_capacity_units;
  Field<Capacity> table;
  Field<StringMap<Capacity>> local_secondary_indexes;
  Field<StringMap<Capacity>> global_secondary_indexes;

  static constexpr auto shape() {
    using Self = ConsumedCapacity;
    return members(
        member("TableName", &Self::table_name), member("CapacityUnits", &Self::capacity_units),
        member("ReadCapacityUnits", &Self::read_capacity_units),
        member("WriteCapacityUnits", &Self::write_capacity_units), member("Table", &Self::table),
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
  // What a transaction uses for the same.
  Consumption twice() const;

  table::Units table() const { return table_; }
  const std::vector<table::IndexUse>& indexes() const { return indexes_; }

 private:
  table::Units table_;
  std::vector<table::IndexUse> indexes_;  // each once
};

// Whether `wanted` is TOTAL or INDEXES.
bool wants_capacity(const Field<std::string>& wanted);

enum class CapacityKind : uint8_t { kUnnamed, kRead, kWrite };

// None unless it is; with INDEXES, the shares of the table and of each index
// are shown on their own. A named kind is told beside the sum.
Field<ConsumedCapacity> consumed_capacity(const Field<std::string>& wanted,
                                          std::string_view table_name, const Consumption& used,
                                          CapacityKind kind = CapacityKind::kUnnamed);

// What a request used of each table, in the order in which tables come first.
class TableConsumptions {
 public:
  Consumption& of(const table::TablePtr& table);

  // None unless `wanted` is TOTAL or INDEXES, or where no table was used.
  Field<std::vector<ConsumedCapacity>> told(const Field<std::string>& wanted,
                                            CapacityKind kind = CapacityKind::kUnnamed) const;

 private:
  std::vector<std::pair<table::TablePtr, Consumption>> tables_;
};

}  // namespace jedlik::service::dynamodb
