#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/result.h"
#include "base/task.h"
#include "engine/engine.h"
#include "table/catalog.h"
#include "table/latches.h"
#include "table/transaction_record.h"
#include "table/write_plan.h"
#include "value/stored_item.h"

// Reading and writing items by their encoded keys (item_key.h). Every write travels the same way:
// latch, read the item as it stands, compute what it becomes, one guarded commit; on a conflict,
// read again. Writes that have queued up for one item (or one item collection) while another was
// being made durable are done together, one after the other on what the one before has made, and
// are one commit: an item that all want costs no more than many items.
namespace jedlik::table {

// One write of a batch, and what became of it.
struct BatchWrite {
  TablePtr table;
  Bytes key;
  const ItemChange* change;
  // Filled in by write_batch; stays empty when the item was not processed and the client should
  // send it again.
  std::optional<Written> written;
};

struct ItemStoreOptions {
  // Bytes that an item collection may have in a table with local indexes.
  int64_t collection_limit = limits::kItemCollectionBytes;
};

// Any thread may use it.
class ItemStore {
 public:
  // `engine` and `clock` must outlive the store.
  ItemStore(engine::Engine& engine, const Clock& clock, ItemStoreOptions options = {})
      : engine_(engine), clock_(clock), options_(options) {}

  // The item in stored form, or none. `table` stays valid while the task runs, as for all below.
  Task<Result<std::optional<Bytes>>> get(const Table& table, Bytes key,
                                         engine::Consistency consistency);

  // Several items at once, in the order of the keys.
  Task<Result<std::vector<std::optional<Bytes>>>> get_many(const Table& table,
                                                           const std::vector<Bytes>& keys,
                                                           engine::Consistency consistency);

  Task<Result<Written>> write(const Table& table, Bytes key, const ItemChange& change);

  // Each write on its own, joined into as few commits as can be. No key of a table twice. The
  // changes must not refuse. Refused only when nothing at all was done.
  Task<Status> write_batch(std::vector<BatchWrite>& writes);

  // For what else writes items (transaction.h).
  engine::Engine& engine() { return engine_; }
  const Clock& clock() const { return clock_; }
  Latches& latches() { return latches_; }
  TransactionIds& transaction_ids() { return transaction_ids_; }
  WritePlan new_plan() const { return new_plan(options_.collection_limit); }
  WritePlan new_plan(int64_t collection_limit) const {
    const auto locks = engine_.commits_across_partitions() ? WritePlan::Locks::kNone
                                                           : WritePlan::Locks::kBesideItems;
    return {clock_, collection_limit, locks};
  }
  // What writes to the item queue up for: the item itself, or, in a table with local indexes, its
  // collection, whose size they all change. It is the same in all versions of the table, however
  // its partitions are split.
  static uint64_t latch_key(const TableSchema& schema, BytesView key);

 private:
  // Writes of a batch to one partition of a table.
  struct Group {
    engine::PartitionId partition;
    std::vector<size_t> members;  // places in the vector of writes
  };
  // Not tried: no commit was called, perhaps because an item collection would get too large. Gone:
  // a partition was split, and nothing was done; there is a newer version of the table.
  enum class Attempt : uint8_t { kDone, kConflict, kNotTried, kFailed, kGone };
  struct Setback {
    std::optional<ApiError> why;              // what failed
    std::optional<engine::PartitionId> gone;  // which partition
  };
  // Writes of a batch that are to be done again, on a map without the partition.
  struct Moved {
    engine::PartitionId gone;
    std::vector<size_t> members;
  };
  struct SingleWrite;

  // Does `own` and what others who wait for the latch want written.
  Task<void> write_with_others(Latches::Held& latch, SingleWrite& own);
  // Sets the result of each, done one after the other and committed at once. They are of one table
  // and one partition, and what latches them is held.
  Task<void> write_together(std::span<SingleWrite* const> writes);
  Task<Attempt> try_together(std::span<SingleWrite* const> writes, Setback& setback);
  // On the map without the partition.
  Task<Result<Written>> write_again(const Table& table, Bytes key, const ItemChange& change,
                                    engine::PartitionId gone);
  Task<Status> write_again(std::vector<BatchWrite>& writes, const Moved& moved);
  // After a read that failed, and a commit that was refused or is unknown.
  static Attempt fail(engine::PartitionId partition, const engine::Failure& failure,
                      Setback& setback);
  Task<Attempt> fail(const WritePlan& plan, const engine::Committed& committed, Setback& setback);

  // Those that are committed at once.
  std::vector<std::vector<Group>> commits_of(std::vector<Group> groups) const;
  Task<Attempt> try_batch(std::vector<BatchWrite>& writes, const std::vector<Group>& groups,
                          Setback& setback);
  // A result is left empty where a transaction holds the item.
  Task<Attempt> plan_group(WritePlan& plan, const std::vector<BatchWrite>& writes,
                           const Group& group, std::vector<std::optional<Written>>& results,
                           Setback& setback);

  engine::Engine& engine_;
  const Clock& clock_;
  const ItemStoreOptions options_;
  Latches latches_;
  TransactionIds transaction_ids_;
};

}  // namespace jedlik::table
