#pragma once

#include <boost/container/small_vector.hpp>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "engine/engine.h"
#include "table/catalog.h"
#include "table/consumed_capacity.h"
#include "table/index_row.h"
#include "table/journal_record.h"
#include "table/transaction_lock.h"
#include "value/stored_item.h"

// One attempt at a set of writes that are committed together: the items, the rows that come and go
// in their indexes, the tallies of both, the sizes of item collections, and the journal records of
// what changes, where the table keeps a journal.
namespace jedlik::table {

// What a write makes of an item. It may be asked again after a conflict, so it is pure. It outlives
// the write.
class ItemChange {
 public:
  virtual ~ItemChange() = default;

  // The item as it is to be, in stored form, or none when it is to be gone. `old` is the item as it
  // stands, if there is one. A refusal (a condition that fails) ends the write and changes nothing.
  virtual Result<std::optional<Bytes>> apply(std::optional<value::ItemView> old) const = 0;

  // Who wants it, as the journal tells.
  virtual WriteCause cause() const { return WriteCause::kUser; }
};

// What a write cost an index that it changed.
struct IndexUse {
  const SecondaryIndex* index;  // of the table that was written
  bool is_local;
  Units units;
};

// An item collection after a write: items and rows of local indexes together.
struct CollectionSize {
  Bytes prefix;  // of the keys of its items
  int64_t bytes = 0;
};

// One item's write as it was done. Sizes are DynamoDB's, 0 where there is no item.
struct Written {
  std::optional<Bytes> old_item;
  std::optional<Bytes> new_item;
  size_t old_bytes = 0;
  size_t new_bytes = 0;
  std::vector<IndexUse> indexes;
  // Of a table with local indexes.
  std::optional<CollectionSize> collection;
};

// Puts the indexes of `schema`, a version of the table that was written, for those of the version
// that the write was done with.
void use_indexes_of(const TableSchema& schema, Written& written);

class WritePlan {
 public:
  // Whether transactions put locks beside items (two_phase.h): they are read with the items then,
  // and what is written depends on them.
  enum class Locks : uint8_t { kNone, kBesideItems };

  // `clock` tells the time of its journal records. `collection_limit`: bytes that an item
  // collection of a table with local indexes may have.
  WritePlan(const Clock& clock, int64_t collection_limit, Locks locks = Locks::kNone)
      : clock_(clock), collection_limit_(collection_limit), locks_(locks) {}

  // What is to be fetched of a partition before the writes to its items are added: the items in the
  // order given, then what the plan needs besides. The views are of `keys` and of the plan.
  boost::container::small_vector<engine::KeyView, 2> keys_to_fetch(const TableSchema& schema,
                                                                   engine::PartitionId partition,
                                                                   std::span<const BytesView> keys);
  // Takes what was fetched. The items' values stay in `fetched`.
  void take(engine::PartitionId partition, size_t items, const engine::Fetched& fetched);

  // What `change` makes of the item, which stands as `old`: as it was fetched, or as the write
  // before made it if the plan has written it already. The table outlives the plan.
  Result<Written> add(const Table& table, engine::PartitionId partition, const Bytes& key,
                      std::optional<Bytes> old, const ItemChange& change);

  bool has_found_locks() const;
  // The lock that was found beside an item, if there is one. It is up to the caller not to write
  // what is locked.
  std::optional<Lock> lock_of(engine::PartitionId partition, BytesView item_key) const;
  // Takes away the lock of an item that is written or depended on.
  void remove_lock(const TableSchema& schema, engine::PartitionId partition, BytesView item_key);

  // Makes the commit conflict if the item is written in between, without writing it.
  void depend_on(const TableSchema& schema, engine::PartitionId partition, const Bytes& key);
  // What is committed along with the writes, in a partition that they do not touch.
  void add_batch(engine::PartitionBatch batch) { batches_.push_back(std::move(batch)); }

  // Whether the item's collection, as the writes leave it, has outgrown its limit.
  bool is_collection_too_large(const TableSchema& schema, engine::PartitionId partition,
                               BytesView item_key);

  // To be called after the last write: reads what is still to be known, and refuses collections
  // that have become too large, and more changes than a journal record takes: 128 of them can be.
  Task<Status> complete(engine::Engine& engine);

  // Where complete() was refused because a partition is gone (partition_split.h): which.
  std::optional<engine::PartitionId> gone() const { return gone_; }
  // Those that it reads or writes; also after commit().
  boost::container::small_vector<engine::PartitionId, 4> partitions() const;

  // Whether nothing at all changes.
  bool is_empty() const;
  Task<engine::Committed> commit(engine::Engine& engine);

 private:
  // The size of an item collection, which is kept in a row among its local index rows.
  struct Collection {
    bool is_larger_than(int64_t limit) const { return after > limit && after > before; }

    engine::PartitionId partition;
    Bytes key;
    int64_t before = 0;
    int64_t after = 0;
  };
  // A row of an index that does not have all rows yet: whether it is there is to be found out.
  struct UnknownRow {
    engine::PartitionId partition;
    Bytes key;
    std::optional<Bytes> value;
  };

  struct FoundLock {
    engine::PartitionId partition;
    Bytes item_key;
    Bytes key;
    std::optional<Bytes> row;
  };

  engine::Batch& batch_of(engine::PartitionId partition);
  void depend_on_lock(const TableSchema& schema, engine::Batch& batch, BytesView item_key);
  Collection* find_collection(const TableSchema& schema, engine::PartitionId partition,
                              BytesView item_key);
  void add_indexes(const Table& table, engine::PartitionId partition,
                   const std::optional<value::ItemView>& old,
                   const std::optional<value::ItemView>& item, Collection* collection,
                   Written& written);
  void record(engine::Batch& batch, const Bytes& key, const std::optional<Bytes>& old,
              const std::optional<Bytes>& item, WriteCause cause);
  void add_expiry(const ExpiryIndex& index, BytesView key,
                  const std::optional<value::ItemView>& old,
                  const std::optional<value::ItemView>& item);
  void change_separate(const SeparateIndex& index, RowChange change);
  void change_row(const SeparateIndex& index, BytesView key, std::optional<Bytes> value,
                  int64_t rows, int64_t bytes);
  // Of the rows that were written more than once, leaves the last.
  void drop_overwritten_rows();
  Task<Status> look_up_unknown_rows(engine::Engine& engine);
  Status complete_collections();

  const Clock& clock_;
  int64_t collection_limit_;
  Locks locks_;
  boost::container::small_vector<engine::PartitionBatch, 1> batches_;
  std::vector<Collection> collections_;
  size_t collections_taken_ = 0;
  std::vector<FoundLock> found_locks_;
  size_t locks_taken_ = 0;
  std::vector<UnknownRow> unknown_rows_;
  bool has_item_twice_ = false;
  std::optional<engine::PartitionId> gone_;
};

}  // namespace jedlik::table
