#include "table/index_sync.h"

#include <optional>
#include <utility>
#include <vector>

#include "table/catalog.h"
#include "table/engine_errors.h"

namespace jedlik::table {

namespace {

using engine::Batch;
using engine::Committed;
using engine::Consistency;
using engine::PartitionId;
using engine::Space;

constexpr int kMaxAttempts = 100;

struct RowToSync {
  const Bytes* key;
  const Bytes* item_key;
  std::optional<Bytes> there;
};

// The rows of one partition of the index.
struct Group {
  std::vector<RowToSync> rows;
  engine::Version read_at{};
};
using Groups = std::map<PartitionId, Group>;

Groups group(const SeparateRows& rows, const RowsToSync& to_sync) {
  const std::vector<PartitionRange>& partitions = rows.index.partitions;
  Groups groups;
  for (const auto& [item_key, row_keys] : to_sync) {
    for (const Bytes& key : row_keys)
      groups[partitions[partition_of(partitions, key)].id].rows.push_back({&key, &item_key, {}});
  }
  return groups;
}

Task<Status> fetch_rows(engine::Engine& engine, Groups& groups) {
  for (auto& [partition, group] : groups) {
    std::vector<engine::KeyView> keys;
    for (const RowToSync& row : group.rows)
      keys.push_back({Space::kItems, *row.key});
    auto fetched = co_await engine.fetch(partition, keys, Consistency::kStrong);
    if (!fetched) co_return refuse(refusal_of(fetched.error(), "sync_index"));
    group.read_at = fetched->version;
    for (size_t i = 0; i < group.rows.size(); ++i)
      group.rows[i].there = std::move(fetched->values[i]);
  }
  co_return Status();
}

// The rows that the items have now, by the keys of the items.
using CurrentRows = std::map<BytesView, std::optional<IndexRow>>;

Task<Result<CurrentRows>> fetch_items(engine::Engine& engine,
                                      const std::vector<PartitionRange>& items,
                                      const SeparateRows& rows, const RowsToSync& to_sync) {
  std::map<PartitionId, std::vector<engine::KeyView>> keys_of;
  for (const auto& [item_key, row_keys] : to_sync)
    keys_of[items[partition_of(items, item_key)].id].push_back({Space::kItems, item_key});
  CurrentRows current;
  for (const auto& [partition, keys] : keys_of) {
    const auto fetched = co_await engine.fetch(partition, keys, Consistency::kStrong);
    if (!fetched) co_return refuse(refusal_of(fetched.error(), "sync_index"));
    for (size_t i = 0; i < keys.size(); ++i) {
      std::optional<IndexRow>& row = current[keys[i].bytes];
      const std::optional<Bytes>& item = fetched->values[i];
      if (item && rows.index.gets_rows()) row = rows.row_of(keys[i].bytes, value::ItemView(*item));
    }
  }
  co_return current;
}

int64_t size_of(const std::optional<Bytes>& row) {
  return row ? static_cast<int64_t>(value::ItemView(*row).size_bytes()) : 0;
}

Batch batch_of(const Group& group, const CurrentRows& current) {
  Batch batch;
  batch.guard = Batch::Guard::kKeys;
  batch.read_at = group.read_at;
  for (const RowToSync& row : group.rows) {
    const std::optional<IndexRow>& of_item = current.at(*row.item_key);
    std::optional<Bytes> wanted;
    if (of_item && of_item->key == *row.key) wanted = of_item->value;
    if (wanted == row.there) continue;
    batch.depends_on.emplace_back(Space::kItems, *row.key);
    batch.tally_changes[kItemCountTally] += int64_t{wanted.has_value()} - row.there.has_value();
    batch.tally_changes[kItemBytesTally] += size_of(wanted) - size_of(row.there);
    batch.mutations.push_back({Space::kItems, *row.key, std::move(wanted)});
  }
  return batch;
}

// False when some are to be done again, because they conflict or nobody knows.
Task<Result<bool>> try_to_sync(engine::Engine& engine, const std::vector<PartitionRange>& items,
                               const SeparateRows& rows, const RowsToSync& to_sync) {
  Groups groups = group(rows, to_sync);
  CO_RETURN_IF_REFUSED(co_await fetch_rows(engine, groups));
  const auto current = co_await fetch_items(engine, items, rows, to_sync);
  CO_RETURN_IF_REFUSED(current);
  bool is_done = true;
  for (const auto& [partition, group] : groups) {
    Batch batch = batch_of(group, *current);
    if (batch.mutations.empty()) continue;
    const Committed committed = co_await engine.commit(partition, std::move(batch));
    if (committed.kind == Committed::Kind::kRefused)
      co_return refuse(refusal_of(committed, "sync_index"));
    is_done = is_done && committed.kind == Committed::Kind::kDone;
  }
  co_return is_done;
}

}  // namespace

Task<Status> sync_rows(engine::Engine& engine, const std::vector<PartitionRange>& items,
                       const SeparateRows& rows, const RowsToSync& to_sync) {
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    const auto done = co_await try_to_sync(engine, items, rows, to_sync);
    CO_RETURN_IF_REFUSED(done);
    if (*done) co_return Status();
  }
  co_return refuse(internal_server_error());
}

}  // namespace jedlik::table
