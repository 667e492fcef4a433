#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "base/task.h"
#include "engine/engine.h"
#include "streams/stream_position.h"
#include "table/journal_record.h"
#include "table/schema.h"

// Reading a shard of a stream: the journal of its partition, within the versions that belong to the
// stream.
namespace jedlik::streams {

// One change of an item, as it was made.
struct StreamRecord {
  StreamPosition position;
  Timestamp time;
  // Views of what the page owns.
  table::ItemImages images;
  Bytes keys;  // the item's key attributes, in stored form
  // What it counts (SizeBytes): the keys, and the images that the stream's view has.
  size_t bytes = 0;
};

struct ShardPage {
  std::vector<StreamRecord> records;
  size_t bytes = 0;  // of all records, as they count
  // Where the next page begins; none at the end of a shard that is closed.
  std::optional<StreamPosition> next;
  // What the records are views of.
  std::shared_ptr<const void> owned;
};

bool has_old_image(table::StreamView view);
bool has_new_image(table::StreamView view);

// The position before the first record of a shard that is still there.
Task<Result<StreamPosition>> trim_horizon(engine::Engine& engine, const table::StreamShard& shard);
// The position after every record that there is now.
Task<Result<StreamPosition>> latest(engine::Engine& engine, const table::StreamShard& shard);

// The records from `from` on, which is a position in the shard of a stream of the table: at most
// `limit`, and 1 MB unless one alone is more, of those that were acknowledged before the call.
// TrimmedDataAccessException where records between `from` and the first that is there have been
// trimmed.
Task<Result<ShardPage>> read_shard(engine::Engine& engine, const table::TableSchema& table,
                                   table::StreamView view, const table::StreamShard& shard,
                                   StreamPosition from, size_t limit);

}  // namespace jedlik::streams
