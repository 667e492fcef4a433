#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "engine/engine.h"
#include "value/value.h"

// What a table is: its name, keys, settings and where its items are. This is the content of a row
// of the catalog.
namespace jedlik::table {

enum class TableStatus : uint8_t { kCreating, kActive, kUpdating, kDeleting };
enum class BillingMode : uint8_t { kProvisioned, kPayPerRequest };
enum class TableClass : uint8_t { kStandard, kStandardInfrequentAccess };
enum class DeletionProtection : uint8_t { kDisabled, kEnabled };

// An attribute that is part of a key, and its type: S, N or B.
struct KeyAttribute {
  std::string name;
  value::Type type;

  friend bool operator==(const KeyAttribute&, const KeyAttribute&) = default;
};

// Capacity units per second; both 0 when the table is on demand.
struct Throughput {
  int64_t read_units = 0;
  int64_t write_units = 0;

  friend bool operator==(const Throughput&, const Throughput&) = default;
};

// What DescribeTable tells of past changes of the throughput.
struct ThroughputHistory {
  std::optional<Timestamp> last_increase;
  std::optional<Timestamp> last_decrease;
  // Decreases since 00:00 UTC of the day of `last_decrease`.
  int64_t decreases_that_day = 0;
};

using Tags = std::vector<std::pair<std::string, std::string>>;

// The settings that UpdateTable can change, and tags.
struct TableSettings {
  BillingMode billing_mode = BillingMode::kProvisioned;
  Throughput throughput;
  // None when it was never named: STANDARD, and not described.
  std::optional<TableClass> table_class;
  DeletionProtection deletion_protection = DeletionProtection::kDisabled;

  friend bool operator==(const TableSettings&, const TableSettings&) = default;
};

// One partition of a table: it holds the keys from `begin` up to the next partition's `begin`.
struct PartitionRange {
  Bytes begin;  // empty for the first
  engine::PartitionId id;
};

// A split that has begun (catalog.h). The children's ids are given to nothing else, whatever
// becomes of it.
struct PartitionSplit {
  engine::PartitionId parent;
  Bytes at;  // the first key of the right child
  engine::PartitionId left;
  engine::PartitionId right;
};

// A partition that was split. It is sealed, and kept for its journal.
struct ClosedPartition {
  engine::PartitionId id;
  Bytes begin;
  engine::PartitionId left;
  engine::PartitionId right;
  Timestamp closed_at;
};

// Where the items of a table are, or the rows of one of its global indexes.
struct PartitionMap {
  std::vector<PartitionRange> partitions;          // by `begin`
  std::optional<PartitionSplit> split;             // of one of them, while it is made
  std::vector<ClosedPartition> closed_partitions;  // in the order in which they were closed
};

// What rows of an index hold beside the key attributes of the index and of its table.
enum class ProjectionKind : uint8_t { kKeysOnly, kInclude, kAll };
struct IndexProjection {
  ProjectionKind kind = ProjectionKind::kKeysOnly;
  std::vector<std::string> non_key_attributes;  // of kInclude
};

// What local and global secondary indexes have in common. A local index has the table's partition
// key and one sort key attribute, a global one up to four attributes of each.
struct SecondaryIndex {
  std::string name;
  std::vector<KeyAttribute> partition_key;
  std::vector<KeyAttribute> sort_key;
  IndexProjection projection;
};

// Its rows are in the table's partitions; its number, of which they carry a copy, is its place in
// the schema's list, from 1.
struct LocalIndex : SecondaryIndex {};

//   kCreating     its partitions are being made; nothing reads or writes it
//   kPreparing    writes remove rows from it, but add none
//   kBackfilling  writes keep it, and a background step adds the rows of the items that were there
//   kActive       like that, and complete: it can be read
//   kDeleting     nothing reads or writes it any more
// Requests that are under way use the table as it was when they began, so that two states that
// follow each other meet; no row that is not its item's can come of it. (Rae and others, "Online,
// Asynchronous Schema Change in F1", VLDB 2013: delete-only, write-only, reorganization.)
enum class IndexStatus : uint8_t { kCreating, kPreparing, kBackfilling, kActive, kDeleting };

// What indexes have in common whose rows are the items of partitions of their own.
struct SeparateIndex : PartitionMap {
  IndexStatus status = IndexStatus::kCreating;

  // It has the row of every item that should have one.
  bool is_complete() const { return status == IndexStatus::kActive; }
  // What writes do to its rows.
  bool gets_rows() const { return is_complete() || status == IndexStatus::kBackfilling; }
  bool loses_rows() const { return gets_rows() || status == IndexStatus::kPreparing; }
};

struct GlobalIndex : SecondaryIndex, SeparateIndex {
  Throughput throughput;
  std::optional<Throughput> next_throughput;  // while the table is UPDATING
  ThroughputHistory throughput_history;
};

// The items of a table with Time to Live in the order in which they expire (expiry.h). Nobody sees
// it: it has no name, costs nothing and is not read by requests. It goes through its states while
// the table is ACTIVE. One partition.
struct ExpiryIndex : SeparateIndex {
  std::string attribute;
};

// What records of a stream hold beside the keys.
enum class StreamView : uint8_t { kKeysOnly, kNewImage, kOldImage, kNewAndOldImages };

//   kEnabling    writes leave journal records; those that began before may not
//   kEnabled     every write is in the stream
//   kDisabling   writes still leave records; where they end is being found out
//   kDisabled    closed; it can be read for a day
enum class StreamStatus : uint8_t { kEnabling, kEnabled, kDisabling, kDisabled };

// A partition's part of a stream: the journal records of these versions.
struct StreamShard {
  engine::PartitionId partition;
  engine::Version first{};
  std::optional<engine::Version> last;  // once it is closed
  // The partition whose split opened it.
  std::optional<engine::PartitionId> parent;
  Timestamp opened_at;

  friend bool operator==(const StreamShard&, const StreamShard&) = default;
};

// A stream of a table's changes (DynamoDB Streams): a view of the table's journal.
struct Stream {
  std::string label;  // "2026-11-21T22:05:17.123": the time of its making, never twice for a table
  StreamView view = StreamView::kKeysOnly;
  StreamStatus status = StreamStatus::kEnabling;
  Timestamp created_at;
  std::optional<Timestamp> disabled_at;
  std::vector<StreamShard> shards;  // parents come before their children

  bool is_open() const {
    return status == StreamStatus::kEnabling || status == StreamStatus::kEnabled;
  }

  friend bool operator==(const Stream&, const Stream&) = default;
};

struct TableSchema : PartitionMap {
  std::string name;
  std::string id;  // a UUID, never used twice
  Timestamp created_at;
  TableStatus status = TableStatus::kCreating;

  KeyAttribute partition_key;
  std::optional<KeyAttribute> sort_key;
  // Every attribute definition as the table was created with, in that order, and those of later
  // indexes.
  std::vector<KeyAttribute> attribute_definitions;
  std::vector<LocalIndex> local_indexes;
  std::vector<GlobalIndex> global_indexes;
  // Of a table with Time to Live.
  std::optional<ExpiryIndex> expiry_index;
  // When Time to Live was last enabled or disabled.
  std::optional<Timestamp> time_to_live_changed_at;

  TableSettings settings;
  // While the table is UPDATING: what `settings` are to be.
  std::optional<TableSettings> next_settings;
  ThroughputHistory throughput_history;
  // When the table was last made on demand; never for a table that was always provisioned.
  std::optional<Timestamp> on_demand_since;
  // When the table's class last changed; never for one that keeps its first.
  std::optional<Timestamp> table_class_changed_at;
  Tags tags;

  // The partition that holds `key`, and its place in `partitions`.
  size_t partition_of(BytesView key) const;

  // The latest is the last; at most one is not disabled.
  std::vector<Stream> streams;

  // Whether writes are to be recorded in the journal: something reads it.
  bool keeps_journal() const {
    return !streams.empty() && streams.back().status != StreamStatus::kDisabled;
  }

  // Secondary ones.
  bool has_indexes() const { return !local_indexes.empty() || !global_indexes.empty(); }
  // Null when there is none of that name.
  const GlobalIndex* find_global_index(std::string_view index_name) const;
  GlobalIndex* find_global_index(std::string_view index_name);
  // The global indexes and the expiry index. The pointers are into the schema.
  std::vector<const SeparateIndex*> separate_indexes() const;
  std::vector<SeparateIndex*> separate_indexes();

  // The map that has the partition among its `partitions`: the table's or a global index's. Null
  // when none has.
  const PartitionMap* find_map_of(engine::PartitionId partition) const;
  PartitionMap* find_map_of(engine::PartitionId partition);
};

// The place in `partitions` of the one that holds `key`.
size_t partition_of(const std::vector<PartitionRange>& partitions, BytesView key);

// A schema as a stored item, which is what the catalog keeps; docs/formats/catalog.md lists its
// attributes (schema_row.cc). Unknown attributes are ignored when reading, so that an older server
// can read a newer one's rows as long as their meaning has not changed.
Bytes store_schema(const TableSchema& schema);
// None when the bytes are not a schema.
std::optional<TableSchema> load_schema(BytesView stored);

}  // namespace jedlik::table
