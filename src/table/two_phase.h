#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "table/transaction_work.h"

// Transactions on an engine that does not commit across partitions: two-phase commit over
// conditional commits, after Idziorek and others, "Distributed Transactions at Scale in Amazon
// DynamoDB", USENIX ATC 2023.
//
//   begin     a record, pending, in kTransactionPartition
//   prepare   in each partition one commit, which depends on the items being as they were read and
//             on nobody having locked them, puts a lock beside each item, with what it is to become
//   decide    one commit makes the record committed, if it is pending still
//   apply     in each partition one commit writes the items and takes the locks away
//   end       the record is removed
//
// From the decision on the transaction is done, whoever lives on: each step after it is repeatable,
// and anybody who meets a lock can make it. Before, anybody may cancel a transaction that takes too
// long, by the record; its locks are then taken away as they are met. Single writes depend on their
// item's lock, and are refused while it is held. Reads give the items as last committed.
namespace jedlik::table {

// The result is then the work's. The latches are held.
Task<Status> write_in_two_phases(TransactionWork& work, const std::optional<RequestToken>& token);

// The items at one moment; TransactionCanceledException if one is locked for a write. Items and
// locks are read, and then each partition is made to say, by a commit that changes nothing, that
// none of them has been written since. (DynamoDB reads twice, and compares the sequence number of
// each item's last write, which this engine's items do not have.)
Task<Result<std::vector<std::optional<Bytes>>>> read_between_locks(
    ItemStore& store, const std::vector<PartitionGroup>& groups,
    const std::vector<TransactionItem>& items, Gone& gone);

enum class LockState : uint8_t { kHeld, kGone };

// What is to be done about a lock that was met: finishes or undoes what is left of its transaction
// at this item, unless the transaction is still under way.
Task<Result<LockState>> resolve_lock(ItemStore& store, const Table& table, const Bytes& item_key,
                                     const Lock& lock);

// The same for the locks that a plan has found beside items of one partition.
struct MetLocks {
  bool is_held(BytesView item_key) const {
    return std::find(held.begin(), held.end(), item_key) != held.end();
  }

  std::vector<BytesView> held;  // the items that transactions still hold
  // Some are gone that were there: the items are to be read again.
  bool are_gone = false;
};
Task<Result<MetLocks>> resolve_locks(ItemStore& store, const WritePlan& plan, const Table& table,
                                     engine::PartitionId partition,
                                     std::span<const BytesView> items);

// Plans the actions of one partition, of which the plan has taken `fetched`; items that others hold
// refuse. False if what was fetched is of no use, because a lock is gone.
Task<Result<bool>> plan_group(TransactionWork& work, WritePlan& plan, const PartitionGroup& group,
                              engine::Fetched& fetched);

// Finishes or undoes all transactions whose coordinators have not ended them in time, and forgets
// their records. For a process on such an engine to call now and then; whoever meets a lock does
// not wait for it. `find_table` gives a table by its name, or null.
using FindTable = std::function<TablePtr(std::string_view)>;
Task<Status> finish_abandoned(ItemStore& store, const FindTable& find_table);

}  // namespace jedlik::table
