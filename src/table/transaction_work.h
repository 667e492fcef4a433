#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "table/engine_errors.h"
#include "table/partition_split.h"
#include "table/transaction.h"

// What both ways of making a transaction have in common: one commit (transaction.cc), two phases
// (two_phase.cc).
namespace jedlik::table {

// How often a transaction is computed again when others are first, before it is given up.
inline constexpr int kTransactionAttempts = 100;

// Items of one partition, by their places among those of the transaction.
struct PartitionGroup {
  engine::PartitionId partition;
  std::vector<size_t> members;
};

inline engine::PartitionId partition_of(const TransactionItem& item) {
  const TableSchema& schema = item.table->schema;
  return schema.partitions[schema.partition_of(item.key)].id;
}

std::vector<PartitionGroup> group_by_partition(const std::vector<TransactionItem>& items);
std::vector<uint64_t> latch_keys_of(const std::vector<TransactionItem>& items);

// DynamoDB's size; 0 where there is none.
size_t size_of(const std::optional<Bytes>& item);

// "Transaction request cannot include more than 4 MB of data" if it is so.
Status check_transaction_bytes(size_t bytes);

// The partition that a table does not have any more (partition_split.h), where that is why
// something was refused.
using Gone = std::optional<engine::PartitionId>;

// What becomes of a read of a partition that failed, and of a commit to some that was refused or is
// unknown.
ApiError fail(engine::PartitionId partition, const engine::Failure& failure, Gone& gone);
Task<ApiError> fail(engine::Engine& engine, std::span<const engine::PartitionId> partitions,
                    const engine::Committed& committed, Gone& gone);

// Each partition's items are of one moment.
Task<Result<std::vector<std::optional<Bytes>>>> fetch_items(
    ItemStore& store, const std::vector<PartitionGroup>& groups,
    const std::vector<TransactionItem>& items, Gone& gone);

// Makes a commit that does nothing: one that was called before is either there when this is done,
// or never will be. Whether it was done.
Task<bool> fence(engine::Engine& engine, engine::PartitionId partition);

// The actions of a transaction, and what has been found out about them.
class TransactionWork {
 public:
  TransactionWork(ItemStore& store, const std::vector<TransactionAction>& actions);

  ItemStore& store() const { return store_; }
  const std::vector<TransactionItem>& items() const { return items_; }
  const std::vector<PartitionGroup>& groups() const { return groups_; }
  const TransactionAction& action(size_t i) const { return actions_[i]; }
  const Table& table_of(const PartitionGroup& group) const {
    return *items_[group.members.front()].table;
  }
  // Views of the items' keys.
  std::vector<BytesView> keys_of(const PartitionGroup& group) const;
  // Those that a transaction with this token queues up for.
  Task<std::vector<Latches::Held>> lock(const std::optional<RequestToken>& token);

  // Forgets what was found out.
  void start_over();
  // Whether a transaction with this token was done before. The result is complete then.
  Task<Result<bool>> is_repeated(const TokenState& token);

  // Asks an action what becomes of its item, which stands as `old`, and adds it to the plan.
  void plan_action(WritePlan& plan, const PartitionGroup& group, size_t i,
                   std::optional<Bytes> old);
  void refuse_action(size_t i, ApiError why) { refusals_[i] = std::move(why); }
  // To be called when all actions of a partition are planned.
  void check_collections(WritePlan& plan, const PartitionGroup& group);
  bool any_refused() const;
  // To be called when all actions are planned: the reasons, if one has refused.
  Status check_all();

  // Where all of it was refused because of that; it is to be done on newer tables then.
  Gone& gone() { return gone_; }

  const Written& written(size_t i) const { return result_.actions[i]; }
  TransactionOutcome take_result() { return std::move(result_); }

 private:
  ItemStore& store_;
  const std::vector<TransactionAction>& actions_;
  std::vector<TransactionItem> items_;
  std::vector<PartitionGroup> groups_;
  TransactionOutcome result_;
  std::vector<std::optional<ApiError>> refusals_;
  Gone gone_;
};

}  // namespace jedlik::table
