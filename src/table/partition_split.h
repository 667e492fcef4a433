#pragma once

#include <optional>
#include <span>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "engine/engine.h"
#include "table/catalog.h"
#include "table/schema.h"

// What a split of a partition makes of the schema, step by step, and how those who read and write
// find out that there was one. The steps themselves are the catalog's (catalog_split.cc);
// docs/partitions.md tells the whole.
namespace jedlik::table {

// Whether a closed partition is kept for its journal: a stream has a shard of it.
bool is_journal_kept(const TableSchema& schema, engine::PartitionId partition);

// The beginning: notes the split of a partition of the table, or of an index that is complete.
// `first_id` and the next id are the children's. Refuses where it cannot be split: none of the
// table's, `at` not inside of it, a split of that map under way, or a table that is made or
// dropped. Where there are local indexes `at` becomes the beginning of its hash, so that no item
// collection is cut.
Status begin_split(TableSchema& schema, engine::PartitionId partition, Bytes at, uint64_t first_id);

// What the engine is to do for the split of `partition` that has begun; none if none has.
std::optional<engine::Split> split_of(const TableSchema& schema, engine::PartitionId partition);

// The end: the children take their parent's place, which is among the closed partitions then, and
// its shard of a stream is closed. `last` is its last version.
void end_split(TableSchema& schema, engine::PartitionId partition, engine::Version last,
               Timestamp now);

// The map that has it among its closed partitions. Null when none has.
const PartitionMap* find_map_of_closed(const TableSchema& schema, engine::PartitionId partition);
void forget_closed(TableSchema& schema, engine::PartitionId partition);

// Every partition that the map has or had, and those that a split under way will make or has made;
// parents first, so that who drops them in this order leaves none behind.
std::vector<engine::PartitionId> all_partitions_of(const PartitionMap& map);

// Whether a read failed because the partition was split, or dropped, as sealed ones are after a
// while; Catalog::find_without then has the table as it is now.
bool is_gone(const engine::Failure& failure);

// The first of the partitions that is gone in this way, where a commit to them was refused. None if
// that is not why, or cannot be found out.
Task<std::optional<engine::PartitionId>> find_gone(engine::Engine& engine,
                                                   std::span<const engine::PartitionId> partitions);

// The table as it is now, if it is of this version that the partition is gone.
Task<Status> move_on(TablePtr& table, engine::PartitionId gone);

}  // namespace jedlik::table
