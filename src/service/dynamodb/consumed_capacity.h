#pragma once

#include "service/dynamodb/members.h"
#include "service/shape.h"
#include "table/consumed_capacity.h"

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

  static constexpr auto shape() {
    using Self = ConsumedCapacity;
    return members(member("TableName", &Self::table_name),
                   member("CapacityUnits", &Self::capacity_units), member("Table", &Self::table));
  }
};

// None unless `wanted` is TOTAL or INDEXES; with INDEXES, the table's share is shown on its own.
Field<ConsumedCapacity> consumed_capacity(const Field<std::string>& wanted,
                                          std::string_view table_name, table::Units units);

}  // namespace jedlik::service::dynamodb
