#pragma once

#include <map>

#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "engine/engine.h"
#include "table/catalog.h"
#include "table/schema.h"

// How streams of tables are opened and closed: what becomes of their shards. A stream's part of a
// partition's journal begins after the last write that may not have left a record, and ends before
// the first.
namespace jedlik::table {

// The versions of a table's partitions at one time.
using PartitionVersions = std::map<engine::PartitionId, engine::Version>;

// Once no write can come any more that began with an older version of the table (index_builder.h,
// drain).
Task<Result<PartitionVersions>> settled_versions(engine::Engine& engine, const Table& table);

// A new stream, the table's latest, kEnabling. `schema` has none that is not disabled.
void add_stream(TableSchema& schema, StreamView view, Timestamp now);

// Makes its time, and so its label, later than those of streams of the same name's.
void date_after(Stream& stream, const std::vector<Stream>& earlier);

// The latest stream of a table that nobody has written yet is there from the beginning.
void open_first_stream(TableSchema& schema, Timestamp now);

// The latest stream becomes kEnabled, or kDisabled, at these versions. False when they are not
// those of the schema's partitions: another one has come since.
bool open_stream(TableSchema& schema, const PartitionVersions& versions, Timestamp now);
bool close_stream(TableSchema& schema, const PartitionVersions& versions, Timestamp now);

// What is left of a table that is deleted: its partitions, with the journals, and its streams, all
// closed. False like the two above.
bool retire_table(TableSchema& schema, const PartitionVersions& versions, Timestamp now);

// A partition was split at its version `last`: its shard is closed and has children.
void split_shard(TableSchema& schema, engine::PartitionId parent, engine::Version last,
                 engine::PartitionId left, engine::PartitionId right, Timestamp now);

}  // namespace jedlik::table
