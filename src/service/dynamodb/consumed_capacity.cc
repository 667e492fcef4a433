#include "service/dynamodb/consumed_capacity.h"

#include <algorithm>

namespace jedlik::service::dynamodb {

void Consumption::add(const table::IndexUse& use) {
  const auto known = std::find_if(indexes_.begin(), indexes_.end(),
                                  [&use](const auto& other) { return other.index == use.index; });
  if (known == indexes_.end()) {
    indexes_.push_back(use);
  } else {
    known->units += use.units;
  }
}

void Consumption::add(const table::Written& written) {
  add(table::write_units(written.old_bytes, written.new_bytes));
  for (const table::IndexUse& use : written.indexes)
    add(use);
}

void Consumption::add(const Consumption& other) {
  add(other.table_);
  for (const table::IndexUse& use : other.indexes_)
    add(use);
}

bool wants_capacity(const Field<std::string>& wanted) {
  return wanted && *wanted != "NONE";
}

Field<ConsumedCapacity> consumed_capacity(const Field<std::string>& wanted,
                                          std::string_view table_name, const Consumption& used) {
  if (!wants_capacity(wanted)) return std::nullopt;
  table::Units all = used.table();
  for (const table::IndexUse& use : used.indexes())
    all += use.units;
  ConsumedCapacity consumed;
  consumed.table_name = table_name;
  consumed.capacity_units = all.as_number();
  if (*wanted != "INDEXES") return consumed;
  consumed.table = Capacity{used.table().as_number()};
  for (const table::IndexUse& use : used.indexes()) {
    auto& kind =
        use.is_local ? consumed.local_secondary_indexes : consumed.global_secondary_indexes;
    if (!kind) kind.emplace();
    kind->emplace_back(use.index->name, Capacity{use.units.as_number()});
  }
  return consumed;
}

}  // namespace jedlik::service::dynamodb
