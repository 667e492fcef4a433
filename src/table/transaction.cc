#include "table/transaction.h"

#include <utility>

#include "table/transaction_work.h"
#include "table/two_phase.h"

namespace jedlik::table {

namespace {

using engine::Committed;
using engine::Consistency;

// A transaction that is one commit.
class OneCommit {
 public:
  OneCommit(TransactionWork& work, const std::optional<RequestToken>& token)
      : work_(work), engine_(work.store().engine()), token_(token) {}

  Task<Status> run();

 private:
  // Whether it is done; if not, somebody else was first.
  Task<Result<bool>> attempt();
  // False if what was read is of no use.
  Task<Result<bool>> plan_group(WritePlan& plan, const PartitionGroup& group);

  TransactionWork& work_;
  engine::Engine& engine_;
  const std::optional<RequestToken>& token_;
};

Task<Status> OneCommit::run() {
  for (int tried = 0; tried < kTransactionAttempts; ++tried) {
    const auto done = co_await attempt();
    CO_RETURN_IF_REFUSED(done);
    if (*done) co_return Status();
  }
  co_return refuse(internal_server_error());
}

Task<Result<bool>> OneCommit::attempt() {
  work_.start_over();
  WritePlan plan = work_.store().new_plan();
  if (token_) {
    const Timestamp now = work_.store().clock().now();
    const auto state = co_await TokenState::look_up(engine_, *token_, now);
    CO_RETURN_IF_REFUSED(state);
    const auto repeated = co_await work_.is_repeated(*state);
    CO_RETURN_IF_REFUSED(repeated);
    if (*repeated) co_return true;
    plan.add_batch(state->batch(*token_, now));
  }
  for (const PartitionGroup& group : work_.groups()) {
    const auto planned = co_await plan_group(plan, group);
    CO_RETURN_IF_REFUSED(planned);
    if (!*planned) co_return false;
  }
  CO_RETURN_IF_REFUSED(work_.check_all());
  Status completed = co_await plan.complete(engine_);
  work_.gone() = plan.gone();
  CO_RETURN_IF_REFUSED(completed);

  const Committed committed = co_await plan.commit(engine_);
  if (committed.kind == Committed::Kind::kDone) co_return true;
  if (committed.kind == Committed::Kind::kConflict) co_return false;
  // Before the latches are let go it is to be there or never to be, or readers that hold them could
  // see a half of it.
  if (committed.kind == Committed::Kind::kUnknown)
    co_await fence(engine_, work_.groups().front().partition);
  const auto partitions = plan.partitions();
  co_return refuse(co_await fail(engine_, partitions, committed, work_.gone()));
}

Task<Result<bool>> OneCommit::plan_group(WritePlan& plan, const PartitionGroup& group) {
  const Table& table = work_.table_of(group);
  const std::vector<BytesView> items = work_.keys_of(group);
  const auto keys = plan.keys_to_fetch(table.schema, group.partition, items);
  auto fetched = co_await engine_.fetch(group.partition, keys, Consistency::kStrong);
  if (!fetched) co_return refuse(fail(group.partition, fetched.error(), work_.gone()));
  plan.take(group.partition, items.size(), *fetched);
  co_return co_await table::plan_group(work_, plan, group, *fetched);
}

// Does it with the tables as they are given, or says which partition is gone.
Task<Result<TransactionOutcome>> write_once(ItemStore& store,
                                            const std::vector<TransactionAction>& actions,
                                            const std::optional<RequestToken>& token, Gone& gone) {
  TransactionWork work(store, actions);
  const auto latches = co_await work.lock(token);
  const bool is_one_commit =
      store.engine().commits_across_partitions() || (work.groups().size() == 1 && !token);
  Status done;
  if (is_one_commit) {
    OneCommit commit(work, token);
    done = co_await commit.run();
  } else {
    done = co_await write_in_two_phases(work, token);
  }
  gone = work.gone();
  CO_RETURN_IF_REFUSED(done);
  co_return work.take_result();
}

Task<Result<std::vector<std::optional<Bytes>>>> read_once(ItemStore& store,
                                                          const std::vector<TransactionItem>& items,
                                                          Gone& gone) {
  const auto groups = group_by_partition(items);
  // What is in one partition is read at one moment anyway; elsewhere writers are kept out.
  std::vector<Latches::Held> latches;
  if (groups.size() > 1) latches = co_await store.latches().lock_all(latch_keys_of(items));
  if (store.engine().commits_across_partitions())
    co_return co_await fetch_items(store, groups, items, gone);
  co_return co_await read_between_locks(store, groups, items, gone);
}

}  // namespace

Task<Result<TransactionOutcome>> write_transaction(ItemStore& store,
                                                   const std::vector<TransactionAction>& actions,
                                                   const std::optional<RequestToken>& token) {
  std::vector<TransactionAction> current = actions;  // with the tables as they are now
  for (int tried = 0; tried < kTransactionAttempts; ++tried) {
    Gone gone;
    auto outcome = co_await write_once(store, current, token, gone);
    if (gone) {
      for (TransactionAction& action : current)
        CO_RETURN_IF_REFUSED(co_await move_on(action.item.table, *gone));
      continue;
    }
    CO_RETURN_IF_REFUSED(outcome);
    for (size_t i = 0; i < actions.size(); ++i)
      use_indexes_of(actions[i].item.table->schema, outcome->actions[i]);
    if (!outcome->is_repeated && token && is_to_clean_up(*token))
      co_await remove_expired_tokens(store.engine(), store.clock().now());
    co_return outcome;
  }
  co_return refuse(internal_server_error());
}

Task<Result<std::vector<std::optional<Bytes>>>> read_transaction(
    ItemStore& store, const std::vector<TransactionItem>& items) {
  std::vector<TransactionItem> current = items;  // with the tables as they are now
  Gone gone;
  auto found = co_await read_once(store, current, gone);
  for (int tried = 1; gone && tried < kTransactionAttempts; ++tried) {
    for (TransactionItem& item : current)
      CO_RETURN_IF_REFUSED(co_await move_on(item.table, *gone));
    gone.reset();
    found = co_await read_once(store, current, gone);
  }
  CO_RETURN_IF_REFUSED(found);
  size_t bytes = 0;
  for (const std::optional<Bytes>& item : *found)
    bytes += size_of(item);
  CO_RETURN_IF_REFUSED(check_transaction_bytes(bytes));
  co_return found;
}

}  // namespace jedlik::table
