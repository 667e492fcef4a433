#pragma once

#include <map>
#include <set>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/task.h"
#include "engine/engine.h"
#include "table/separate_rows.h"

// Making the rows of an index what the items say, where the engine cannot commit an item and its
// rows together.
namespace jedlik::table {

// By the keys of items, the keys of rows that they may have in an index, or may have had.
using RowsToSync = std::map<Bytes, std::set<Bytes>>;

// Each of these rows is afterwards there, or is not, as its item had it at a moment during the
// call. The rows are read before the items, and written only if nobody has written them since, so
// that the result of an older item never replaces that of a newer one, whoever else is at work on
// the same rows. It may be repeated.
// `items` are the table's partitions.
Task<Status> sync_rows(engine::Engine& engine, const std::vector<PartitionRange>& items,
                       const SeparateRows& rows, const RowsToSync& to_sync);

}  // namespace jedlik::table
