#include "table/two_phase.h"

#include <array>
#include <limits>
#include <map>
#include <span>
#include <utility>

#include "base/ensure.h"
#include "table/transaction_record.h"

namespace jedlik::table {

namespace {

using engine::Batch;
using engine::Committed;
using engine::Consistency;
using engine::PartitionId;
using engine::Space;
using State = TransactionRecord::State;

// What was promised is written, whatever has become of the item collection since.
constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();

// The item as a lock has it.
class WriteOfLock final : public ItemChange {
 public:
  explicit WriteOfLock(const Lock& lock) : lock_(lock) {}
  Result<std::optional<Bytes>> apply(std::optional<value::ItemView>) const override {
    if (lock_.kind == Lock::Kind::kRemove) return std::optional<Bytes>();
    return std::optional<Bytes>(lock_.item);
  }
  WriteCause cause() const override { return WriteCause::kTransaction; }

 private:
  const Lock& lock_;
};

// Adds what ends a lock: what it promises is written if that was decided.
void plan_end(WritePlan& plan, const Table& table, PartitionId partition, const Bytes& key,
              const Lock& lock, State decision, std::optional<Bytes> old) {
  if (decision == State::kCommitted && lock.kind != Lock::Kind::kCheck) {
    const WriteOfLock write(lock);
    const auto added = plan.add(table, partition, key, std::move(old), write);
    ENSURE(added.has_value(), "what was promised is not refused");
  } else {
    plan.depend_on(table.schema, partition, key);
  }
  plan.remove_lock(table.schema, partition, key);
}

// Ends the locks that a decided transaction has, or may have, beside items of one table, whatever
// partitions they are in by now.
class EndOfLocks {
 public:
  // All of it outlives this.
  EndOfLocks(ItemStore& store, const Table& table, const std::vector<Bytes>& keys,
             TransactionId transaction, State decision)
      : store_(store),
        table_(&table),
        keys_(keys),
        transaction_(transaction),
        decision_(decision) {}

  // When this succeeds none is left; if the transaction was cancelled, none comes late.
  Task<Status> run();

 private:
  using Members = std::vector<const Bytes*>;
  std::map<PartitionId, Members> by_partition() const;
  // Sets `gone_` if the partition was split.
  Task<Status> end(PartitionId partition, const Members& keys);
  // Whether a commit is to be made.
  bool plan_ends(WritePlan& plan, PartitionId partition, const Members& keys,
                 engine::Fetched& fetched) const;

  ItemStore& store_;
  const Table* table_;
  TablePtr newer_;  // once it is used
  const std::vector<Bytes>& keys_;
  const TransactionId transaction_;
  const State decision_;
  Gone gone_;
};

std::map<PartitionId, EndOfLocks::Members> EndOfLocks::by_partition() const {
  std::map<PartitionId, Members> members;
  for (const Bytes& key : keys_)
    members[table_->schema.partitions[table_->schema.partition_of(key)].id].push_back(&key);
  return members;
}

Task<Status> EndOfLocks::run() {
  while (true) {
    gone_.reset();
    Status all;
    for (const auto& [partition, keys] : by_partition()) {
      Status ended = co_await end(partition, keys);
      if (gone_) break;
      if (!ended) all = std::move(ended);
    }
    if (!gone_) co_return all;
    auto newer = co_await table_->catalog->find_without(*table_, *gone_);
    // With the table the locks are gone.
    if (!newer && newer.error().type == &error_types::kResourceNotFound) co_return Status();
    CO_RETURN_IF_REFUSED(newer);
    newer_ = *std::move(newer);
    table_ = newer_.get();
  }
}

bool EndOfLocks::plan_ends(WritePlan& plan, PartitionId partition, const Members& keys,
                           engine::Fetched& fetched) const {
  bool any = false;
  for (size_t i = 0; i < keys.size(); ++i) {
    const auto lock = plan.lock_of(partition, *keys[i]);
    if (!lock || lock->transaction != transaction_) continue;
    plan_end(plan, *table_, partition, *keys[i], *lock, decision_, std::move(fetched.values[i]));
    any = true;
  }
  return any;
}

Task<Status> EndOfLocks::end(PartitionId partition, const Members& keys) {
  bool fenced = decision_ == State::kCommitted;
  std::vector<BytesView> views;
  for (const Bytes* key : keys)
    views.push_back(*key);
  ApiError why = internal_server_error();
  for (int tried = 0; tried < kTransactionAttempts && !gone_; ++tried) {
    WritePlan plan = store_.new_plan(kNoLimit);
    const auto wanted = plan.keys_to_fetch(table_->schema, partition, views);
    auto fetched = co_await store_.engine().fetch(partition, wanted, Consistency::kStrong);
    if (!fetched) {
      why = fail(partition, fetched.error(), gone_);
      continue;
    }
    plan.take(partition, views.size(), *fetched);
    if (!plan_ends(plan, partition, keys, *fetched)) {
      if (fenced) co_return Status();
      fenced = co_await fence(store_.engine(), partition);
      continue;
    }
    CO_RETURN_IF_REFUSED(co_await plan.complete(store_.engine()));
    const Committed committed = co_await plan.commit(store_.engine());
    if (committed.kind == Committed::Kind::kDone) co_return Status();
  }
  co_return refuse(std::move(why));
}

Task<Status> end_locks(ItemStore& store, const Table& table, const std::vector<Bytes>& keys,
                       TransactionId transaction, State decision) {
  EndOfLocks end(store, table, keys, transaction, decision);
  co_return co_await end.run();
}

class TwoPhaseWrite {
 public:
  TwoPhaseWrite(TransactionWork& work, const std::optional<RequestToken>& token)
      : work_(work), store_(work.store()), engine_(work.store().engine()), token_(token) {}

  // Whether it is done; if not, it is to be tried again.
  Task<Result<bool>> attempt();

 private:
  // The transaction was decided before, but its coordinator may not have ended it.
  Task<Status> end_met_locks();
  Task<Status> prepare_all();
  Task<Status> prepare(const PartitionGroup& group);
  bool is_prepared(const WritePlan& plan, const PartitionGroup& group) const;
  Batch locks_of(const PartitionGroup& group, engine::Version read_at) const;
  // Ends the locks of the partitions that were touched.
  Task<Status> end_all(State decision);
  TransactionRecord record() const;

  TransactionWork& work_;
  ItemStore& store_;
  engine::Engine& engine_;
  const std::optional<RequestToken>& token_;
  TransactionId id_{};
  std::vector<const PartitionGroup*> touched_;  // those that may have locks
};

TransactionRecord TwoPhaseWrite::record() const {
  TransactionRecord record;
  record.begun = store_.clock().now();
  for (const TransactionItem& item : work_.items())
    record.items.push_back({item.table->schema.name, item.table->schema.id, item.key});
  return record;
}

Task<Result<bool>> TwoPhaseWrite::attempt() {
  work_.start_over();
  touched_.clear();
  if (token_) {
    const auto state = co_await TokenState::look_up(engine_, *token_, store_.clock().now());
    CO_RETURN_IF_REFUSED(state);
    const auto repeated = co_await work_.is_repeated(*state);
    CO_RETURN_IF_REFUSED(repeated);
    if (*repeated) {
      CO_RETURN_IF_REFUSED(co_await end_met_locks());
      co_return true;
    }
  }
  const auto id = co_await begin_transaction(engine_, store_.transaction_ids(), record());
  CO_RETURN_IF_REFUSED(id);
  id_ = *id;
  Status prepared = co_await prepare_all();
  Decision decision = Decision::kCancelled;
  if (prepared) {
    const auto decided = co_await decide_to_commit(engine_, id_, token_, store_.clock().now());
    // It may be committed: others will find out.
    CO_RETURN_IF_REFUSED(decided);
    decision = *decided;
  }
  const bool is_committed = decision == Decision::kCommitted;
  const Status ended = co_await end_all(is_committed ? State::kCommitted : State::kCancelled);
  if (ended) co_await remove_record(engine_, id_);
  if (is_committed) {
    // Not acknowledged before every read sees it.
    CO_RETURN_IF_REFUSED(ended);
    co_return true;
  }
  CO_RETURN_IF_REFUSED(prepared);
  if (decision == Decision::kTokenUsed) co_return false;
  co_return refuse(internal_server_error());
}

Task<Status> TwoPhaseWrite::end_met_locks() {
  for (const PartitionGroup& group : work_.groups()) {
    const Table& table = work_.table_of(group);
    const std::vector<BytesView> items = work_.keys_of(group);
    WritePlan plan = store_.new_plan();
    const auto wanted = plan.keys_to_fetch(table.schema, group.partition, items);
    const auto fetched = co_await engine_.fetch(group.partition, wanted, Consistency::kStrong);
    if (!fetched) co_return refuse(fail(group.partition, fetched.error(), work_.gone()));
    plan.take(group.partition, items.size(), *fetched);
    if (plan.has_found_locks())
      CO_RETURN_IF_REFUSED(co_await resolve_locks(store_, plan, table, group.partition, items));
  }
  co_return Status();
}

Task<Status> TwoPhaseWrite::prepare_all() {
  for (const PartitionGroup& group : work_.groups())
    CO_RETURN_IF_REFUSED(co_await prepare(group));
  co_return work_.check_all();
}

Task<Status> TwoPhaseWrite::prepare(const PartitionGroup& group) {
  for (int tried = 0; tried < kTransactionAttempts; ++tried) {
    const Table& table = work_.table_of(group);
    const std::vector<BytesView> items = work_.keys_of(group);
    WritePlan plan = store_.new_plan();
    const auto wanted = plan.keys_to_fetch(table.schema, group.partition, items);
    auto fetched = co_await engine_.fetch(group.partition, wanted, Consistency::kStrong);
    if (!fetched) co_return refuse(fail(group.partition, fetched.error(), work_.gone()));
    plan.take(group.partition, items.size(), *fetched);
    if (is_prepared(plan, group)) co_return Status();
    const auto planned = co_await plan_group(work_, plan, group, *fetched);
    CO_RETURN_IF_REFUSED(planned);
    if (!*planned) continue;
    // The other partitions are still asked for their reasons.
    if (work_.any_refused()) co_return Status();
    if (touched_.empty() || touched_.back() != &group) touched_.push_back(&group);
    const Committed committed =
        co_await engine_.commit(group.partition, locks_of(group, fetched->version));
    if (committed.kind == Committed::Kind::kDone) co_return Status();
    if (committed.kind == Committed::Kind::kRefused) {
      const std::array<PartitionId, 1> partitions{group.partition};
      co_return refuse(co_await fail(engine_, partitions, committed, work_.gone()));
    }
  }
  co_return refuse(internal_server_error());
}

// A commit whose outcome was unknown may have been made.
bool TwoPhaseWrite::is_prepared(const WritePlan& plan, const PartitionGroup& group) const {
  const auto lock = plan.lock_of(group.partition, work_.items()[group.members.front()].key);
  return lock && lock->transaction == id_;
}

Batch TwoPhaseWrite::locks_of(const PartitionGroup& group, engine::Version read_at) const {
  Batch batch;
  batch.guard = Batch::Guard::kKeys;
  batch.read_at = read_at;
  for (const size_t i : group.members) {
    const TransactionItem& item = work_.items()[i];
    Lock lock;
    lock.transaction = id_;
    if (work_.action(i).kind == TransactionAction::Kind::kWrite) {
      const std::optional<Bytes>& now = work_.written(i).new_item;
      lock.kind = now ? Lock::Kind::kPut : Lock::Kind::kRemove;
      lock.item = now.value_or(Bytes());
    }
    Bytes row = lock_key(item.table->schema, item.key);
    batch.depends_on.emplace_back(Space::kItems, item.key);
    batch.depends_on.emplace_back(Space::kLocalIndex, row);
    batch.mutations.push_back({Space::kLocalIndex, std::move(row), store_lock(lock)});
  }
  return batch;
}

Task<Status> TwoPhaseWrite::end_all(State decision) {
  Status all;
  for (const PartitionGroup* group : touched_) {
    std::vector<Bytes> keys;
    for (const size_t i : group->members)
      keys.push_back(work_.items()[i].key);
    Status ended = co_await end_locks(store_, work_.table_of(*group), keys, id_, decision);
    if (!ended) all = std::move(ended);
  }
  co_return all;
}

// Items and locks of one partition at one moment, and how to ask whether they still are so.
struct ReadGroup {
  Batch unchanged;
  bool is_free = true;  // nothing was locked that is gone by now
};

Task<Result<ReadGroup>> read_group(ItemStore& store, const PartitionGroup& group,
                                   const std::vector<TransactionItem>& items,
                                   std::vector<std::optional<Bytes>>& found,
                                   std::vector<std::optional<ApiError>>& refusals, Gone& gone) {
  const Table& table = *items[group.members.front()].table;
  std::vector<Bytes> locks;
  for (const size_t i : group.members)
    locks.push_back(lock_key(table.schema, items[i].key));
  std::vector<engine::KeyView> wanted;
  for (size_t k = 0; k < locks.size(); ++k) {
    wanted.push_back({Space::kItems, items[group.members[k]].key});
    wanted.push_back({Space::kLocalIndex, locks[k]});
  }
  auto fetched = co_await store.engine().fetch(group.partition, wanted, Consistency::kStrong);
  if (!fetched) co_return refuse(fail(group.partition, fetched.error(), gone));
  ReadGroup read;
  read.unchanged.guard = Batch::Guard::kKeys;
  read.unchanged.read_at = fetched->version;
  for (size_t k = 0; k < locks.size(); ++k) {
    const size_t i = group.members[k];
    found[i] = std::move(fetched->values[2 * k]);
    const std::optional<Bytes>& stored = fetched->values[2 * k + 1];
    if (stored) {
      const Lock lock = load_lock(*stored);
      const auto state = co_await resolve_lock(store, table, items[i].key, lock);
      CO_RETURN_IF_REFUSED(state);
      if (*state == LockState::kGone) read.is_free = false;
      if (*state == LockState::kHeld && lock.kind != Lock::Kind::kCheck)
        refusals[i] = transaction_conflict();
    }
    read.unchanged.depends_on.emplace_back(Space::kItems, items[i].key);
    read.unchanged.depends_on.emplace_back(Space::kLocalIndex, locks[k]);
  }
  co_return read;
}

// Finishes or undoes a transaction, unless it is still under way.
Task<Status> finish_one(ItemStore& store, const FindTable& find_table, const FoundRecord& found) {
  const auto state = co_await state_of(store.engine(), found.id, store.clock().now());
  CO_RETURN_IF_REFUSED(state);
  if (*state == State::kPending) co_return Status();
  for (const TransactionRecord::Item& item : found.record.items) {
    const TablePtr table = find_table(item.table_name);
    if (table == nullptr || table->schema.id != item.table_id) continue;
    const std::vector<Bytes> keys{item.key};
    CO_RETURN_IF_REFUSED(co_await end_locks(store, *table, keys, found.id, *state));
  }
  co_await remove_record(store.engine(), found.id);
  co_return Status();
}

}  // namespace

Task<Status> write_in_two_phases(TransactionWork& work, const std::optional<RequestToken>& token) {
  TwoPhaseWrite write(work, token);
  for (int tried = 0; tried < kTransactionAttempts; ++tried) {
    const auto done = co_await write.attempt();
    CO_RETURN_IF_REFUSED(done);
    if (*done) co_return Status();
  }
  co_return refuse(internal_server_error());
}

Task<Result<bool>> plan_group(TransactionWork& work, WritePlan& plan, const PartitionGroup& group,
                              engine::Fetched& fetched) {
  const std::vector<BytesView> items = work.keys_of(group);
  Result<MetLocks> locks;
  if (plan.has_found_locks())
    locks =
        co_await resolve_locks(work.store(), plan, work.table_of(group), group.partition, items);
  CO_RETURN_IF_REFUSED(locks);
  if (locks->are_gone) co_return false;
  for (size_t k = 0; k < items.size(); ++k) {
    const size_t i = group.members[k];
    if (locks->is_held(items[k])) {
      work.refuse_action(i, transaction_conflict());
    } else {
      work.plan_action(plan, group, i, std::move(fetched.values[k]));
    }
  }
  work.check_collections(plan, group);
  co_return true;
}

Task<Result<LockState>> resolve_lock(ItemStore& store, const Table& table, const Bytes& item_key,
                                     const Lock& lock) {
  const auto state = co_await state_of(store.engine(), lock.transaction, store.clock().now());
  CO_RETURN_IF_REFUSED(state);
  if (*state == State::kPending) co_return LockState::kHeld;
  const std::vector<Bytes> keys{item_key};
  CO_RETURN_IF_REFUSED(co_await end_locks(store, table, keys, lock.transaction, *state));
  co_return LockState::kGone;
}

Task<Result<MetLocks>> resolve_locks(ItemStore& store, const WritePlan& plan, const Table& table,
                                     PartitionId partition, std::span<const BytesView> items) {
  MetLocks met;
  for (const BytesView item : items) {
    const auto lock = plan.lock_of(partition, item);
    if (!lock) continue;
    const auto state = co_await resolve_lock(store, table, Bytes(item), *lock);
    CO_RETURN_IF_REFUSED(state);
    if (*state == LockState::kHeld) {
      met.held.push_back(item);
    } else {
      met.are_gone = true;
    }
  }
  co_return met;
}

Task<Result<std::vector<std::optional<Bytes>>>> read_between_locks(
    ItemStore& store, const std::vector<PartitionGroup>& groups,
    const std::vector<TransactionItem>& items, Gone& gone) {
  for (int tried = 0; tried < kTransactionAttempts; ++tried) {
    std::vector<std::optional<Bytes>> found(items.size());
    std::vector<std::optional<ApiError>> refusals(items.size());
    std::vector<Batch> unchanged;
    bool is_free = true;
    for (const PartitionGroup& group : groups) {
      auto read = co_await read_group(store, group, items, found, refusals, gone);
      CO_RETURN_IF_REFUSED(read);
      is_free = is_free && read->is_free;
      unchanged.push_back(std::move(read->unchanged));
    }
    if (!is_free) continue;
    for (const auto& refusal : refusals)
      if (refusal) co_return refuse(transaction_canceled(std::move(refusals)));
    // What was read last is as it was at that moment; the rest must still have been.
    bool is_one_moment = true;
    for (size_t g = 0; is_one_moment && g + 1 < groups.size(); ++g) {
      const Committed committed =
          co_await store.engine().commit(groups[g].partition, std::move(unchanged[g]));
      is_one_moment = committed.kind == Committed::Kind::kDone;
    }
    if (is_one_moment) co_return found;
  }
  co_return refuse(internal_server_error());
}

Task<Status> finish_abandoned(ItemStore& store, const FindTable& find_table) {
  Status all;
  std::optional<TransactionId> after;
  while (true) {
    const auto page = co_await records_after(store.engine(), after);
    CO_RETURN_IF_REFUSED(page);
    if (page->empty()) co_return all;
    for (const FoundRecord& found : *page) {
      after = found.id;
      // One that cannot be finished does not keep the others from it.
      Status finished = co_await finish_one(store, find_table, found);
      if (!finished) all = std::move(finished);
    }
  }
}

}  // namespace jedlik::table
