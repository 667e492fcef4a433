#include "service/dynamodb/consumed_capacity.h"

namespace jedlik::service::dynamodb {

Field<ConsumedCapacity> consumed_capacity(const Field<std::string>& wanted,
                                          std::string_view table_name, table::Units units) {
  if (!wanted || *wanted == "NONE") return std::nullopt;
  ConsumedCapacity consumed;
  consumed.table_name = table_name;
  consumed.capacity_units = units.as_number();
  if (*wanted == "INDEXES") consumed.table = Capacity{units.as_number()};
  return consumed;
}

}  // namespace jedlik::service::dynamodb
