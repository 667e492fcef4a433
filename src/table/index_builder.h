#pragma once

#include <functional>
#include <optional>

#include "base/result.h"
#include "base/task.h"
#include "engine/engine.h"
#include "table/catalog.h"

// Filling an index with partitions of its own of a table that has items, while the table is
// written.
namespace jedlik::table {

// Returns when no write that began with an older version of the table can be applied any more.
// Knows the requests of this process only.
Task<Status> drain(engine::Engine& engine, const Table& table);

// How far an index is filled. What was reached stays reached, also when the engine fails.
struct FillProgress {
  Bytes begin;  // the first key of the table that is left
  bool is_filled = false;
  size_t rows = 0;
};

// Adds the rows of the items that are there, from where `progress` is. `index` is one of the
// table's, kBackfilling: every write keeps it from then on. Each step is guarded by the items that
// it read, so that it and the writes of these items come one after the other, and finds out which
// rows are there already, so that it can be repeated. Ends early, without a refusal, when
// `is_wanted` says no, and when it finds a partition gone, which it gives: it is to be called again
// then with the table as it is now.
using FillEnd = Result<std::optional<engine::PartitionId>>;
Task<FillEnd> fill_index(engine::Engine& engine, const Table& table, const GlobalIndex& index,
                         FillProgress& progress, std::function<bool()> is_wanted);
Task<FillEnd> fill_index(engine::Engine& engine, const Table& table, const ExpiryIndex& index,
                         FillProgress& progress, std::function<bool()> is_wanted);

}  // namespace jedlik::table
