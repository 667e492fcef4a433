#include "service/dynamodb/consumed_capacity.h"

#include <algorithm>

namespace jedlik::service::dynamodb {

namespace {

// Fills in what Capacity and ConsumedCapacity have in common.
template <class Told>
void tell(Told& told, table::Units units, CapacityKind kind) {
  told.capacity_units = units.as_number();
  if (kind == CapacityKind::kRead) told.read_capacity_units = units.as_number();
  if (kind == CapacityKind::kWrite) told.write_capacity_units = units.as_number();
}

}  // namespace

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

Consumption Consumption::twice() const {
  Consumption twice(table_.twice());
  for (table::IndexUse use : indexes_) {
    use.units = use.units.twice();
    twice.indexes_.push_back(use);
  }
  return twice;
}

bool wants_capacity(const Field<std::string>& wanted) {
  return wanted && *wanted != "NONE";
}

Field<ConsumedCapacity> consumed_capacity(const Field<std::string>& wanted,
                                          std::string_view table_name, const Consumption& used,
                                          CapacityKind kind) {
  if (!wants_capacity(wanted)) return std::nullopt;
  table::Units all = used.table();
  for (const table::IndexUse& use : used.indexes())
    all += use.units;
  ConsumedCapacity consumed;
  consumed.table_name = table_name;
  tell(consumed, all, kind);
  if (*wanted != "INDEXES") return consumed;
  tell(consumed.table.emplace(), used.table(), kind);
  for (const table::IndexUse& use : used.indexes()) {
    auto& indexes =
        use.is_local ? consumed.local_secondary_indexes : consumed.global_secondary_indexes;
    if (!indexes) indexes.emplace();
    tell(indexes->emplace_back(use.index->name, Capacity()).second, use.units, kind);
  }
  return consumed;
}

Consumption& TableConsumptions::of(const table::TablePtr& table) {
  const auto same = [&table](const auto& known) {
    return known.first->schema.id == table->schema.id;
  };
  const auto known = std::find_if(tables_.begin(), tables_.end(), same);
  if (known != tables_.end()) return known->second;
  return tables_.emplace_back(table, Consumption()).second;
}

Field<std::vector<ConsumedCapacity>> TableConsumptions::told(const Field<std::string>& wanted,
                                                             CapacityKind kind) const {
  if (!wants_capacity(wanted) || tables_.empty()) return std::nullopt;
  std::vector<ConsumedCapacity> capacities;
  for (const auto& [table, used] : tables_)
    capacities.push_back(*consumed_capacity(wanted, table->schema.name, used, kind));
  return capacities;
}

}  // namespace jedlik::service::dynamodb
