#include "table/schema.h"

#include <algorithm>
#include <utility>

namespace jedlik::table {

size_t partition_of(const std::vector<PartitionRange>& partitions, BytesView key) {
  const auto after = std::upper_bound(
      partitions.begin() + 1, partitions.end(), key,
      [](BytesView wanted, const PartitionRange& range) { return wanted < range.begin; });
  return static_cast<size_t>(after - partitions.begin()) - 1;
}

size_t TableSchema::partition_of(BytesView key) const {
  return table::partition_of(partitions, key);
}

const GlobalIndex* TableSchema::find_global_index(std::string_view index_name) const {
  for (const GlobalIndex& index : global_indexes)
    if (index.name == index_name) return &index;
  return nullptr;
}

GlobalIndex* TableSchema::find_global_index(std::string_view index_name) {
  return const_cast<GlobalIndex*>(std::as_const(*this).find_global_index(index_name));
}

std::vector<SeparateIndex*> TableSchema::separate_indexes() {
  std::vector<SeparateIndex*> indexes;
  for (GlobalIndex& index : global_indexes)
    indexes.push_back(&index);
  if (expiry_index) indexes.push_back(&*expiry_index);
  return indexes;
}

std::vector<const SeparateIndex*> TableSchema::separate_indexes() const {
  const auto indexes = const_cast<TableSchema*>(this)->separate_indexes();
  return {indexes.begin(), indexes.end()};
}

const PartitionMap* TableSchema::find_map_of(engine::PartitionId partition) const {
  const auto has_it = [partition](const PartitionMap& map) {
    return std::any_of(map.partitions.begin(), map.partitions.end(),
                       [partition](const PartitionRange& range) { return range.id == partition; });
  };
  if (has_it(*this)) return this;
  const auto index = std::find_if(global_indexes.begin(), global_indexes.end(), has_it);
  return index == global_indexes.end() ? nullptr : &*index;
}

PartitionMap* TableSchema::find_map_of(engine::PartitionId partition) {
  return const_cast<PartitionMap*>(std::as_const(*this).find_map_of(partition));
}

}  // namespace jedlik::table
