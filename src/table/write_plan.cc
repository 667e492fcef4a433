#include "table/write_plan.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "base/ensure.h"
#include "table/engine_errors.h"
#include "table/expiry.h"
#include "table/index_row.h"
#include "table/partition_split.h"

namespace jedlik::table {

namespace {

using engine::Batch;
using engine::Committed;
using engine::Consistency;
using engine::KeyView;
using engine::PartitionId;
using engine::Space;
using value::ItemView;

size_t size_of(const std::optional<Bytes>& item) {
  return item ? ItemView(*item).size_bytes() : 0;
}

std::optional<ItemView> view_of(const std::optional<Bytes>& item) {
  if (!item) return std::nullopt;
  return ItemView(*item);
}

// The key of the row with the size of the collection that an item belongs to: it stands before the
// rows of the local indexes, whose numbers begin with 1.
Bytes collection_key(const TableSchema& schema, BytesView item_key) {
  return Bytes(collection_prefix(schema, item_key)) + '\0';
}

// `name_of` gives what tells which row it is.
template <class Row, class NameOf>
void keep_last_of_each(std::vector<Row>& rows, NameOf name_of) {
  std::vector<Row> kept;
  kept.reserve(rows.size());  // names are views of what is kept
  std::set<decltype(name_of(rows.front()))> seen;
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
    if (seen.contains(name_of(*row))) continue;
    kept.push_back(std::move(*row));
    seen.insert(name_of(kept.back()));
  }
  rows = std::move(kept);
}

void add_tally(Batch& batch, size_t count_tally, int64_t rows, int64_t bytes) {
  batch.tally_changes[count_tally] += rows;
  batch.tally_changes[count_tally + 1] += bytes;
}

}  // namespace

void use_indexes_of(const TableSchema& schema, Written& written) {
  for (IndexUse& use : written.indexes) {
    const auto is_it = [&use](const SecondaryIndex& index) {
      return index.name == use.index->name;
    };
    const SecondaryIndex* index = nullptr;
    if (use.is_local) {
      const auto found =
          std::find_if(schema.local_indexes.begin(), schema.local_indexes.end(), is_it);
      if (found != schema.local_indexes.end()) index = &*found;
    } else {
      index = schema.find_global_index(use.index->name);
    }
    use.index = index;
  }
  std::erase_if(written.indexes, [](const IndexUse& use) { return use.index == nullptr; });
}

Batch& WritePlan::batch_of(PartitionId partition) {
  const auto found = std::find_if(batches_.begin(), batches_.end(), [partition](const auto& batch) {
    return batch.partition == partition;
  });
  if (found != batches_.end()) return found->batch;
  return batches_.emplace_back(engine::PartitionBatch{partition, {}}).batch;
}

boost::container::small_vector<KeyView, 2> WritePlan::keys_to_fetch(
    const TableSchema& schema, PartitionId partition, std::span<const BytesView> keys) {
  boost::container::small_vector<KeyView, 2> wanted;
  wanted.reserve(keys.size() + 1);
  for (const BytesView key : keys)
    wanted.push_back({Space::kItems, key});
  if (!schema.local_indexes.empty()) {
    for (const BytesView key : keys) {
      if (find_collection(schema, partition, key) != nullptr) continue;
      collections_.push_back({partition, collection_key(schema, key)});
    }
    for (size_t i = collections_taken_; i < collections_.size(); ++i)
      wanted.push_back({Space::kLocalIndex, collections_[i].key});
  }
  if (locks_ == Locks::kBesideItems) {
    for (const BytesView key : keys)
      found_locks_.push_back({partition, Bytes(key), lock_key(schema, key), std::nullopt});
    for (size_t i = locks_taken_; i < found_locks_.size(); ++i)
      wanted.push_back({Space::kLocalIndex, found_locks_[i].key});
  }
  return wanted;
}

void WritePlan::take(PartitionId partition, size_t items, const engine::Fetched& fetched) {
  Batch& batch = batch_of(partition);
  batch.guard = Batch::Guard::kKeys;
  batch.read_at = fetched.version;
  size_t i = items;
  for (; collections_taken_ < collections_.size(); ++i) {
    Collection& collection = collections_[collections_taken_++];
    if (fetched.values[i])
      collection.before = static_cast<int64_t>(read_big_endian(*fetched.values[i]));
    collection.after = collection.before;
  }
  for (; locks_taken_ < found_locks_.size(); ++i)
    found_locks_[locks_taken_++].row = fetched.values[i];
}

bool WritePlan::has_found_locks() const {
  return std::any_of(found_locks_.begin(), found_locks_.end(),
                     [](const FoundLock& found) { return found.row.has_value(); });
}

std::optional<Lock> WritePlan::lock_of(PartitionId partition, BytesView item_key) const {
  for (const FoundLock& found : found_locks_) {
    if (found.row && found.partition == partition && found.item_key == item_key)
      return load_lock(*found.row);
  }
  return std::nullopt;
}

void WritePlan::remove_lock(const TableSchema& schema, PartitionId partition, BytesView item_key) {
  batch_of(partition).mutations.push_back(
      {Space::kLocalIndex, lock_key(schema, item_key), std::nullopt});
}

void WritePlan::depend_on_lock(const TableSchema& schema, Batch& batch, BytesView item_key) {
  if (locks_ == Locks::kBesideItems)
    batch.depends_on.emplace_back(Space::kLocalIndex, lock_key(schema, item_key));
}

WritePlan::Collection* WritePlan::find_collection(const TableSchema& schema, PartitionId partition,
                                                  BytesView item_key) {
  if (schema.local_indexes.empty()) return nullptr;
  const Bytes key = collection_key(schema, item_key);
  const auto found =
      std::find_if(collections_.begin(), collections_.end(), [&](const Collection& collection) {
        return collection.partition == partition && collection.key == key;
      });
  return found == collections_.end() ? nullptr : &*found;
}

Result<Written> WritePlan::add(const Table& table, PartitionId partition, const Bytes& key,
                               std::optional<Bytes> old, const ItemChange& change) {
  Result<std::optional<Bytes>> item = change.apply(view_of(old));
  RETURN_IF_REFUSED(item);

  Written written;
  written.old_bytes = size_of(old);
  written.new_bytes = size_of(*item);
  const int64_t items = int64_t{item->has_value()} - int64_t{old.has_value()};
  const int64_t bytes =
      static_cast<int64_t>(written.new_bytes) - static_cast<int64_t>(written.old_bytes);
  Batch& batch = batch_of(partition);
  std::pair depends_on(Space::kItems, key);
  const auto known = std::find(batch.depends_on.begin(), batch.depends_on.end(), depends_on);
  if (known == batch.depends_on.end()) {
    batch.depends_on.push_back(std::move(depends_on));
    depend_on_lock(table.schema, batch, key);
  } else {
    has_item_twice_ = true;
  }
  if (old || *item) batch.mutations.push_back({Space::kItems, key, *item});
  add_tally(batch, kItemCountTally, items, bytes);
  if (table.keeps_journal()) record(batch, key, old, *item, change.cause());
  if (table.schema.has_indexes()) {
    Collection* collection = find_collection(table.schema, partition, key);
    if (collection != nullptr) collection->after += bytes;
    add_indexes(table, partition, view_of(old), view_of(*item), collection, written);
  }
  if (table.schema.expiry_index && table.index_keeping == IndexKeeping::kSameCommit)
    add_expiry(*table.schema.expiry_index, key, view_of(old), view_of(*item));
  written.old_item = std::move(old);
  written.new_item = *std::move(item);
  return written;
}

void WritePlan::record(Batch& batch, const Bytes& key, const std::optional<Bytes>& old,
                       const std::optional<Bytes>& item, WriteCause cause) {
  const bool changes = old && item ? !is_same_item(*old, *item) : old || item;
  if (!changes) return;
  ItemImages images{cause, key, std::nullopt, std::nullopt};
  if (old) images.old_item = *old;
  if (item) images.new_item = *item;
  if (!batch.journal_record) batch.journal_record.emplace();
  append_change(*batch.journal_record, clock_.now(), images);
}

void WritePlan::depend_on(const TableSchema& schema, PartitionId partition, const Bytes& key) {
  Batch& batch = batch_of(partition);
  batch.depends_on.emplace_back(Space::kItems, key);
  depend_on_lock(schema, batch, key);
}

bool WritePlan::is_collection_too_large(const TableSchema& schema, PartitionId partition,
                                        BytesView item_key) {
  const Collection* collection = find_collection(schema, partition, item_key);
  return collection != nullptr && collection->is_larger_than(collection_limit_);
}

void WritePlan::add_indexes(const Table& table, PartitionId partition,
                            const std::optional<ItemView>& old, const std::optional<ItemView>& item,
                            Collection* collection, Written& written) {
  const TableSchema& schema = table.schema;
  for (const LocalIndex& index : schema.local_indexes) {
    const KeyLayout layout = layout_of(schema, index);
    RowChange change =
        row_change(old, item, [&](const ItemView& of) { return index_row(layout, index, of); });
    if (change.is_none()) continue;
    Batch& batch = batch_of(partition);
    if (change.old && (!change.now || change.moves()))
      batch.mutations.push_back({Space::kLocalIndex, change.old->key, std::nullopt});
    add_tally(batch, count_tally_of_local(layout.local_number), change.rows(), change.bytes());
    collection->after += change.bytes();
    written.indexes.push_back({&index, true, change.units()});
    if (change.now) {
      batch.mutations.push_back(
          {Space::kLocalIndex, std::move(change.now->key), std::move(change.now->value)});
    }
  }
  if (collection != nullptr) {
    const BytesView prefix = BytesView(collection->key).substr(0, collection->key.size() - 1);
    written.collection = CollectionSize{Bytes(prefix), collection->after};
  }

  for (const GlobalIndex& index : schema.global_indexes) {
    if (!index.loses_rows()) continue;
    const KeyLayout layout = layout_of(schema, index);
    RowChange change =
        row_change(old, item, [&](const ItemView& of) { return index_row(layout, index, of); });
    if (!index.gets_rows()) change.now.reset();
    if (change.is_none()) continue;
    if (index.is_complete()) written.indexes.push_back({&index, false, change.units()});
    if (table.index_keeping == IndexKeeping::kSameCommit) change_separate(index, std::move(change));
  }
}

void WritePlan::add_expiry(const ExpiryIndex& index, BytesView key,
                           const std::optional<ItemView>& old,
                           const std::optional<ItemView>& item) {
  if (!index.loses_rows()) return;
  RowChange change =
      row_change(old, item, [&](const ItemView& of) { return expiry_row(index, key, of); });
  if (!index.gets_rows()) change.now.reset();
  if (!change.is_none()) change_separate(index, std::move(change));
}

void WritePlan::change_separate(const SeparateIndex& index, RowChange change) {
  if (change.old && (!change.now || change.moves())) {
    change_row(index, change.old->key, std::nullopt, -1, -static_cast<int64_t>(change.old->bytes));
  }
  if (change.now) {
    const bool replaces = change.old && !change.moves();
    const auto bytes = static_cast<int64_t>(change.now->bytes);
    const int64_t more_bytes = replaces ? change.bytes() : bytes;
    change_row(index, change.now->key, std::move(change.now->value), replaces ? 0 : 1, more_bytes);
  }
}

void WritePlan::change_row(const SeparateIndex& index, BytesView key, std::optional<Bytes> value,
                           int64_t rows, int64_t bytes) {
  const PartitionId partition = index.partitions[partition_of(index.partitions, key)].id;
  if (!index.is_complete()) {
    unknown_rows_.push_back({partition, Bytes(key), std::move(value)});
    return;
  }
  Batch& batch = batch_of(partition);
  batch.mutations.push_back({Space::kItems, Bytes(key), std::move(value)});
  add_tally(batch, kItemCountTally, rows, bytes);
}

Task<Status> WritePlan::complete(engine::Engine& engine) {
  CO_RETURN_IF_REFUSED(complete_collections());
  for (const engine::PartitionBatch& each : batches_) {
    const std::optional<Bytes>& record = each.batch.journal_record;
    if (record && record->size() > engine::kMaxValueBytes)
      co_return refuse(internal_server_error());
  }
  if (has_item_twice_) drop_overwritten_rows();
  if (unknown_rows_.empty()) co_return Status();
  co_return co_await look_up_unknown_rows(engine);
}

Status WritePlan::complete_collections() {
  for (const Collection& collection : collections_) {
    if (collection.after == collection.before) continue;
    if (collection.is_larger_than(collection_limit_)) return refuse(item_collection_too_large());
    ENSURE(collection.after >= 0, "a collection has no less than nothing");
    std::optional<Bytes> size;
    if (collection.after > 0)
      append_big_endian(size.emplace(), static_cast<uint64_t>(collection.after));
    Batch& batch = batch_of(collection.partition);
    batch.depends_on.emplace_back(Space::kLocalIndex, collection.key);
    batch.mutations.push_back({Space::kLocalIndex, collection.key, std::move(size)});
  }
  return {};
}

void WritePlan::drop_overwritten_rows() {
  for (engine::PartitionBatch& each : batches_) {
    keep_last_of_each(each.batch.mutations, [](const engine::Mutation& row) {
      return std::pair(row.space, BytesView(row.key));
    });
  }
  keep_last_of_each(unknown_rows_, [](const UnknownRow& row) {
    return std::pair(row.partition, BytesView(row.key));
  });
}

Task<Status> WritePlan::look_up_unknown_rows(engine::Engine& engine) {
  std::stable_sort(
      unknown_rows_.begin(), unknown_rows_.end(),
      [](const UnknownRow& a, const UnknownRow& b) { return a.partition < b.partition; });
  for (auto first = unknown_rows_.begin(); first != unknown_rows_.end();) {
    const PartitionId partition = first->partition;
    const auto last = std::find_if(first, unknown_rows_.end(), [partition](const UnknownRow& row) {
      return row.partition != partition;
    });
    std::vector<KeyView> keys;
    for (auto row = first; row != last; ++row)
      keys.push_back({Space::kItems, row->key});
    const auto fetched = co_await engine.fetch(partition, keys, Consistency::kStrong);
    if (!fetched) {
      if (!is_gone(fetched.error()))
        co_return refuse(refusal_of(fetched.error(), "look_up_index_rows"));
      gone_ = partition;
      co_return refuse(internal_server_error());
    }
    Batch& batch = batch_of(partition);
    batch.guard = Batch::Guard::kKeys;
    batch.read_at = fetched->version;
    for (size_t i = 0; first != last; ++first, ++i) {
      const std::optional<Bytes>& there = fetched->values[i];
      batch.depends_on.emplace_back(Space::kItems, first->key);
      if (there == first->value) continue;
      add_tally(batch, kItemCountTally,
                int64_t{first->value.has_value()} - int64_t{there.has_value()},
                static_cast<int64_t>(size_of(first->value)) - static_cast<int64_t>(size_of(there)));
      batch.mutations.push_back({Space::kItems, std::move(first->key), std::move(first->value)});
    }
  }
  co_return Status();
}

boost::container::small_vector<PartitionId, 4> WritePlan::partitions() const {
  boost::container::small_vector<PartitionId, 4> all;
  for (const engine::PartitionBatch& batch : batches_)
    all.push_back(batch.partition);
  return all;
}

bool WritePlan::is_empty() const {
  return std::all_of(batches_.begin(), batches_.end(), [](const engine::PartitionBatch& batch) {
    return batch.batch.mutations.empty();
  });
}

Task<Committed> WritePlan::commit(engine::Engine& engine) {
  if (batches_.size() == 1)
    co_return co_await engine.commit(batches_[0].partition, std::move(batches_[0].batch));
  std::vector<engine::PartitionBatch> all(std::make_move_iterator(batches_.begin()),
                                          std::make_move_iterator(batches_.end()));
  co_return co_await engine.commit_all(std::move(all));
}

}  // namespace jedlik::table
