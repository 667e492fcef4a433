#include "service/dynamodb/transaction.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "table/item_key.h"

namespace jedlik::service::dynamodb {

namespace {

using table::KeyRole;

bool has_empty_value(const table::KeyLayout::Attributes& keys, KeyRole role,
                     const value::MapView& attributes) {
  return std::any_of(keys.begin(), keys.end(), [&](const table::KeyAttribute* key) {
    const auto found = attributes.find(key->name);
    return found && table::key_fault(*key, role, *found) == table::KeyFault::kEmpty;
  });
}

bool has_empty_value(const table::KeyLayout& layout, const value::MapView& attributes) {
  return has_empty_value(layout.partition, KeyRole::kPartition, attributes) ||
         has_empty_value(layout.sort, KeyRole::kSort, attributes);
}

template <class Element, class ItemOf>
Status check_no_key_twice(const std::vector<Element>& elements, ItemOf item_of) {
  std::vector<std::pair<std::string_view, BytesView>> keys;
  keys.reserve(elements.size());
  for (const Element& element : elements)
    keys.emplace_back(item_of(element).table->schema.id, item_of(element).key);
  std::sort(keys.begin(), keys.end());
  if (std::adjacent_find(keys.begin(), keys.end()) == keys.end()) return {};
  return refuse(validation("Transaction request cannot include multiple operations on one item"));
}

table::Units read_units(size_t bytes) {
  return table::read_units(bytes, engine::Consistency::kStrong).twice();
}

}  // namespace

bool is_fault_of_request(const table::TableSchema& schema, const value::MapView& attributes) {
  const auto is_empty_in = [&](const auto& index) {
    return has_empty_value(table::layout_of(schema, index), attributes);
  };
  return has_empty_value(table::layout_of(schema), attributes) ||
         std::any_of(schema.local_indexes.begin(), schema.local_indexes.end(), is_empty_in) ||
         std::any_of(schema.global_indexes.begin(), schema.global_indexes.end(), is_empty_in);
}

Status check_no_item_twice(const std::vector<table::TransactionItem>& items) {
  return check_no_key_twice(
      items, [](const auto& item) -> const auto& { return item; });
}

Status check_no_item_twice(const std::vector<table::TransactionAction>& actions) {
  return check_no_key_twice(
      actions, [](const auto& action) -> const auto& { return action.item; });
}

Field<std::vector<ConsumedCapacity>> capacity_of_writes(
    const Field<std::string>& wanted, const std::vector<table::TransactionAction>& actions,
    const table::TransactionOutcome& outcome) {
  TableConsumptions used;
  for (size_t i = 0; i < actions.size(); ++i) {
    Consumption& of_table = used.of(actions[i].item.table);
    const table::Written& written = outcome.actions[i];
    if (outcome.is_repeated) {
      of_table.add(read_units(written.old_bytes));
    } else {
      Consumption once;
      once.add(written);
      of_table.add(once.twice());
    }
  }
  return used.told(wanted, outcome.is_repeated ? CapacityKind::kRead : CapacityKind::kWrite);
}

Field<std::vector<ConsumedCapacity>> capacity_of_reads(
    const Field<std::string>& wanted, const std::vector<table::TransactionItem>& items,
    const std::vector<std::optional<Bytes>>& found) {
  TableConsumptions used;
  for (size_t i = 0; i < items.size(); ++i) {
    const size_t bytes = found[i] ? value::ItemView(*found[i]).size_bytes() : 0;
    used.of(items[i].table).add(read_units(bytes));
  }
  return used.told(wanted, CapacityKind::kRead);
}

}  // namespace jedlik::service::dynamodb
