#include "table/partition_split.h"

#include <algorithm>
#include <utility>

#include "base/ensure.h"
#include "base/limits.h"
#include "table/item_key.h"
#include "table/stream_steps.h"
#include "value/item_view.h"
#include "value/key_encoding.h"

namespace jedlik::table {

namespace {

using engine::PartitionId;
using engine::Space;
using engine::Tallies;

enum class HasLocalIndexes : uint8_t { kNo, kYes };

// What a row adds to the tallies (catalog.h). `type` is that of the table's partition key, behind
// which the keys of local indexes' rows have their number.
template <value::Type type, HasLocalIndexes has_local_indexes>
Tallies weigh(Space space, BytesView key, BytesView value) {
  Tallies weight{};
  size_t count_tally = kItemCountTally;
  if (space == Space::kLocalIndex) {
    if (has_local_indexes == HasLocalIndexes::kNo) return weight;  // a lock (transaction_lock.h)
    BytesView rest = key.substr(kHashBytes);
    ENSURE(value::skip_key_part(rest, type) && !rest.empty(),
           "a row of a local index has a number");
    const auto number = static_cast<uint8_t>(rest.front());
    // The size of the collection, or a lock.
    if (number == 0 || number > limits::kLocalIndexes) return weight;
    count_tally = count_tally_of_local(number);
  }
  weight[count_tally] = 1;
  weight[count_tally + 1] = static_cast<int64_t>(value::ItemView(value).size_bytes());
  return weight;
}

template <HasLocalIndexes has_local_indexes>
auto weigh_of(value::Type partition_key) {
  switch (partition_key) {
    case value::Type::kNumber:
      return &weigh<value::Type::kNumber, has_local_indexes>;
    case value::Type::kBinary:
      return &weigh<value::Type::kBinary, has_local_indexes>;
    default:
      return &weigh<value::Type::kString, has_local_indexes>;
  }
}

auto weigh_of(const TableSchema& schema) {
  const value::Type type = schema.partition_key.type;
  return schema.local_indexes.empty() ? weigh_of<HasLocalIndexes::kNo>(type)
                                      : weigh_of<HasLocalIndexes::kYes>(type);
}

std::vector<PartitionRange>::iterator range_of(PartitionMap& map, PartitionId partition) {
  return std::find_if(map.partitions.begin(), map.partitions.end(),
                      [partition](const PartitionRange& range) { return range.id == partition; });
}

bool is_being_split(const PartitionMap& map, PartitionId partition) {
  return map.split && map.split->parent == partition;
}

bool is_closed(const PartitionMap& map, PartitionId partition) {
  return std::any_of(map.closed_partitions.begin(), map.closed_partitions.end(),
                     [partition](const ClosedPartition& closed) { return closed.id == partition; });
}

bool is_complete(const TableSchema& schema, const PartitionMap& map) {
  if (&map == &schema) return true;
  return std::any_of(
      schema.global_indexes.begin(), schema.global_indexes.end(),
      [&map](const GlobalIndex& index) { return &map == &index && index.is_complete(); });
}

ApiError cannot_split(std::string why) {
  return validation("The partition cannot be split: " + std::move(why));
}

}  // namespace

bool is_journal_kept(const TableSchema& schema, PartitionId partition) {
  const auto has_it = [partition](const Stream& stream) {
    return std::any_of(
        stream.shards.begin(), stream.shards.end(),
        [partition](const StreamShard& shard) { return shard.partition == partition; });
  };
  return std::any_of(schema.streams.begin(), schema.streams.end(), has_it);
}

Status begin_split(TableSchema& schema, PartitionId partition, Bytes at, uint64_t first_id) {
  if (schema.status != TableStatus::kActive && schema.status != TableStatus::kUpdating)
    return refuse(cannot_split("its table is being made or dropped"));
  PartitionMap* map = schema.find_map_of(partition);
  if (map == nullptr) return refuse(cannot_split("the table has none of that id"));
  if (map->split) return refuse(cannot_split("a split is under way"));
  if (!is_complete(schema, *map)) return refuse(cannot_split("its index is not complete"));
  if (map == &schema && !schema.local_indexes.empty()) at.resize(std::min(at.size(), kHashBytes));
  const auto range = range_of(*map, partition);
  const auto next = range + 1;
  if (at <= range->begin || (next != map->partitions.end() && at >= next->begin))
    return refuse(cannot_split("the key is not inside of it"));
  map->split =
      PartitionSplit{partition, std::move(at), PartitionId{first_id}, PartitionId{first_id + 1}};
  return {};
}

std::optional<engine::Split> split_of(const TableSchema& schema, PartitionId partition) {
  const PartitionMap* map = schema.find_map_of(partition);
  if (map == nullptr || !is_being_split(*map, partition)) return std::nullopt;
  const PartitionSplit& split = *map->split;
  return engine::Split{split.parent, split.at, split.left, split.right, weigh_of(schema)};
}

void end_split(TableSchema& schema, PartitionId partition, engine::Version last, Timestamp now) {
  PartitionMap* map = schema.find_map_of(partition);
  ENSURE(map != nullptr && is_being_split(*map, partition), "the split has begun");
  const PartitionSplit split = *std::exchange(map->split, std::nullopt);
  const auto range = range_of(*map, partition);
  map->closed_partitions.push_back({partition, range->begin, split.left, split.right, now});
  range->id = split.left;
  map->partitions.insert(range + 1, PartitionRange{split.at, split.right});
  split_shard(schema, partition, last, split.left, split.right, now);
}

const PartitionMap* find_map_of_closed(const TableSchema& schema, PartitionId partition) {
  if (is_closed(schema, partition)) return &schema;
  for (const GlobalIndex& index : schema.global_indexes)
    if (is_closed(index, partition)) return &index;
  return nullptr;
}

void forget_closed(TableSchema& schema, PartitionId partition) {
  const auto forget = [partition](PartitionMap& map) {
    std::erase_if(map.closed_partitions,
                  [partition](const ClosedPartition& closed) { return closed.id == partition; });
  };
  forget(schema);
  for (GlobalIndex& index : schema.global_indexes)
    forget(index);
}

std::vector<PartitionId> all_partitions_of(const PartitionMap& map) {
  std::vector<PartitionId> all;
  for (const ClosedPartition& closed : map.closed_partitions)
    all.push_back(closed.id);
  for (const PartitionRange& range : map.partitions)
    all.push_back(range.id);
  if (map.split) {
    all.push_back(map.split->left);
    all.push_back(map.split->right);
  }
  return all;
}

bool is_gone(const engine::Failure& failure) {
  return failure.kind == engine::Failure::Kind::kSealed ||
         failure.kind == engine::Failure::Kind::kNoSuchPartition;
}

Task<std::optional<PartitionId>> find_gone(engine::Engine& engine,
                                           std::span<const PartitionId> partitions) {
  for (const PartitionId partition : partitions) {
    const auto state = co_await engine.describe(partition);
    if (state ? state->sealed : is_gone(state.error())) co_return partition;
  }
  co_return std::nullopt;
}

Task<Status> move_on(TablePtr& table, PartitionId gone) {
  if (table->schema.find_map_of(gone) == nullptr) co_return Status();
  auto found = co_await table->catalog->find_without(*table, gone);
  CO_RETURN_IF_REFUSED(found);
  table = *std::move(found);
  co_return Status();
}

}  // namespace jedlik::table
