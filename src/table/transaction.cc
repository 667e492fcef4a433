#include "table/transaction.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "table/engine_errors.h"
#include "table/partition_split.h"

namespace jedlik::table {

namespace {

using engine::Committed;
using engine::Consistency;
using engine::KeyView;
using engine::PartitionId;
using engine::Space;
using value::ItemView;

// How often a transaction is computed again when others are first, before it is given up.
constexpr int kMaxAttempts = 100;

PartitionId partition_of(const TransactionItem& item) {
  const TableSchema& schema = item.table->schema;
  return schema.partitions[schema.partition_of(item.key)].id;
}

size_t size_of(const std::optional<Bytes>& item) {
  return item ? ItemView(*item).size_bytes() : 0;
}

ApiError too_much_data() {
  return validation("Transaction request cannot include more than 4 MB of data");
}

// A change as the journal is to tell it.
class ChangeInTransaction final : public ItemChange {
 public:
  explicit ChangeInTransaction(const ItemChange& change) : change_(change) {}
  Result<std::optional<Bytes>> apply(std::optional<ItemView> old) const override {
    return change_.apply(old);
  }
  WriteCause cause() const override { return WriteCause::kTransaction; }

 private:
  const ItemChange& change_;
};

// After a read of a partition: what the client sees, unless it is `gone`.
ApiError refusal_unless_gone(const engine::Failure& failure, std::string_view doing,
                             std::optional<PartitionId>& gone) {
  if (is_gone(failure)) return internal_server_error();
  gone.reset();
  return refusal_of(failure, doing);
}

// Items of one partition, by their places among those of the transaction.
struct PartitionGroup {
  PartitionId partition;
  std::vector<size_t> members;
};

// `item_at(i)` gives a TransactionItem.
template <class ItemAt>
std::vector<PartitionGroup> group_by_partition(size_t count, ItemAt item_at) {
  std::vector<PartitionGroup> groups;
  for (size_t i = 0; i < count; ++i) {
    const PartitionId partition = partition_of(item_at(i));
    auto group = std::find_if(groups.begin(), groups.end(), [partition](const auto& known) {
      return known.partition == partition;
    });
    if (group == groups.end()) group = groups.insert(groups.end(), PartitionGroup{partition, {}});
    group->members.push_back(i);
  }
  return groups;
}

// Each partition's items are of one moment. Where one is gone (partition_split.h), it says which.
template <class ItemAt>
Task<Result<std::vector<std::optional<Bytes>>>> fetch_items(
    ItemStore& store, const std::vector<PartitionGroup>& groups, size_t count, ItemAt item_at,
    std::optional<PartitionId>& gone) {
  std::vector<std::optional<Bytes>> items(count);
  for (const PartitionGroup& group : groups) {
    std::vector<KeyView> keys;
    for (const size_t i : group.members)
      keys.push_back({Space::kItems, item_at(i).key});
    auto fetched = co_await store.engine().fetch(group.partition, keys, Consistency::kStrong);
    if (!fetched) {
      gone = group.partition;
      co_return refuse(refusal_unless_gone(fetched.error(), "read_transaction", gone));
    }
    for (size_t k = 0; k < group.members.size(); ++k)
      items[group.members[k]] = std::move(fetched->values[k]);
  }
  co_return items;
}

template <class ItemAt>
std::vector<uint64_t> latch_keys(size_t count, ItemAt item_at) {
  std::vector<uint64_t> keys;
  for (size_t i = 0; i < count; ++i) {
    const TransactionItem& item = item_at(i);
    keys.push_back(ItemStore::latch_key(item.table->schema, item.key));
  }
  return keys;
}

class WriteTransaction {
 public:
  WriteTransaction(ItemStore& store, const std::vector<TransactionAction>& actions,
                   const std::optional<RequestToken>& token)
      : store_(store), actions_(actions), token_(token) {}

  Task<Result<TransactionOutcome>> run();
  // Where it was refused because a partition is gone (partition_split.h): which.
  std::optional<PartitionId> gone() const { return gone_; }

 private:
  const TransactionItem& item_at(size_t i) const { return actions_[i].item; }
  // Whether it is done; if not, somebody else was first.
  Task<Result<bool>> attempt();
  Task<Result<bool>> is_repeated(WritePlan& plan);
  Task<Status> take_sizes();
  Task<Status> plan_group(WritePlan& plan, const PartitionGroup& group);
  void plan_action(WritePlan& plan, PartitionId partition, size_t i, std::optional<Bytes> old);
  Status check_sizes(WritePlan& plan);
  Task<ApiError> why_not(const WritePlan& plan, const Committed& committed);

  ItemStore& store_;
  const std::vector<TransactionAction>& actions_;
  const std::optional<RequestToken>& token_;
  std::vector<PartitionGroup> groups_;
  // Of the last attempt.
  TransactionOutcome result_;
  std::vector<std::optional<ApiError>> refusals_;
  std::optional<PartitionId> gone_;
};

Task<Result<TransactionOutcome>> WriteTransaction::run() {
  const auto at = [this](size_t i) -> const TransactionItem& { return item_at(i); };
  groups_ = group_by_partition(actions_.size(), at);
  std::vector<uint64_t> latched = latch_keys(actions_.size(), at);
  if (token_) latched.push_back(latch_key_of(*token_));
  const auto latches = co_await store_.latches().lock_all(std::move(latched));
  for (int tried = 0; tried < kMaxAttempts; ++tried) {
    const auto done = co_await attempt();
    CO_RETURN_IF_REFUSED(done);
    if (*done) co_return std::move(result_);
  }
  co_return refuse(internal_server_error());
}

Task<Result<bool>> WriteTransaction::attempt() {
  result_ = {};
  result_.actions.resize(actions_.size());
  refusals_.assign(actions_.size(), std::nullopt);
  WritePlan plan = store_.new_plan();
  if (token_) {
    const auto repeated = co_await is_repeated(plan);
    CO_RETURN_IF_REFUSED(repeated);
    if (*repeated) {
      CO_RETURN_IF_REFUSED(co_await take_sizes());
      co_return true;
    }
  }
  for (const PartitionGroup& group : groups_)
    CO_RETURN_IF_REFUSED(co_await plan_group(plan, group));
  CO_RETURN_IF_REFUSED(check_sizes(plan));
  if (std::any_of(refusals_.begin(), refusals_.end(), [](const auto& why) { return !!why; }))
    co_return refuse(transaction_canceled(std::move(refusals_)));
  Status completed = co_await plan.complete(store_.engine());
  gone_ = plan.gone();
  CO_RETURN_IF_REFUSED(completed);

  const Committed committed = co_await plan.commit(store_.engine());
  if (committed.kind == Committed::Kind::kDone) co_return true;
  if (committed.kind == Committed::Kind::kConflict) co_return false;
  co_return refuse(co_await why_not(plan, committed));
}

// If it is not, the plan will remember the token.
Task<Result<bool>> WriteTransaction::is_repeated(WritePlan& plan) {
  const Timestamp now = store_.clock().now();
  const auto state = co_await TokenState::look_up(store_.engine(), *token_, now);
  CO_RETURN_IF_REFUSED(state);
  if (state->is_used() && !state->is_for_same_content())
    co_return refuse(idempotent_parameter_mismatch());
  result_.is_repeated = state->is_used();
  if (!result_.is_repeated) plan.add_batch(state->batch(*token_, now));
  co_return result_.is_repeated;
}

Task<Status> WriteTransaction::take_sizes() {
  const auto at = [this](size_t i) -> const TransactionItem& { return item_at(i); };
  const auto items = co_await fetch_items(store_, groups_, actions_.size(), at, gone_);
  CO_RETURN_IF_REFUSED(items);
  for (size_t i = 0; i < actions_.size(); ++i)
    result_.actions[i].old_bytes = result_.actions[i].new_bytes = size_of((*items)[i]);
  co_return Status();
}

Task<Status> WriteTransaction::plan_group(WritePlan& plan, const PartitionGroup& group) {
  std::vector<BytesView> items;
  for (const size_t i : group.members)
    items.push_back(item_at(i).key);
  const TableSchema& schema = item_at(group.members[0]).table->schema;
  const auto keys = plan.keys_to_fetch(schema, group.partition, items);
  auto fetched = co_await store_.engine().fetch(group.partition, keys, Consistency::kStrong);
  if (!fetched) {
    gone_ = group.partition;
    co_return refuse(refusal_unless_gone(fetched.error(), "read_before_transaction", gone_));
  }
  plan.take(group.partition, items.size(), *fetched);
  for (size_t k = 0; k < group.members.size(); ++k)
    plan_action(plan, group.partition, group.members[k], std::move(fetched->values[k]));
  co_return Status();
}

void WriteTransaction::plan_action(WritePlan& plan, PartitionId partition, size_t i,
                                   std::optional<Bytes> old) {
  const TransactionAction& action = actions_[i];
  Written& written = result_.actions[i];
  if (action.kind == TransactionAction::Kind::kCheck) {
    std::optional<ItemView> view;
    if (old) view.emplace(*old);
    auto checked = action.change->apply(view);
    if (!checked) refusals_[i] = std::move(checked).error();
    plan.depend_on(partition, action.item.key);
    written.old_bytes = written.new_bytes = size_of(old);
    return;
  }
  const ChangeInTransaction change(*action.change);
  auto added = plan.add(*action.item.table, partition, action.item.key, std::move(old), change);
  if (added) {
    written = *std::move(added);
  } else {
    refusals_[i] = std::move(added).error();
  }
}

// To be called when all actions are planned.
Status WriteTransaction::check_sizes(WritePlan& plan) {
  size_t bytes = 0;
  for (const PartitionGroup& group : groups_) {
    for (const size_t i : group.members) {
      const Written& written = result_.actions[i];
      bytes += std::max(written.old_bytes, written.new_bytes);
      const TransactionItem& item = item_at(i);
      if (written.collection && !refusals_[i] &&
          plan.is_collection_too_large(item.table->schema, group.partition, item.key))
        refusals_[i] = item_collection_too_large();
    }
  }
  if (bytes <= limits::kTransactionBytes) return {};
  return refuse(too_much_data());
}

Task<ApiError> WriteTransaction::why_not(const WritePlan& plan, const Committed& committed) {
  if (committed.kind == Committed::Kind::kRefused) {
    const auto partitions = plan.partitions();
    gone_ = co_await find_gone(store_.engine(), partitions);
    if (gone_) co_return internal_server_error();
  }
  co_return refusal_of(committed, "write_transaction");
}

Task<Result<std::vector<std::optional<Bytes>>>> read_once(ItemStore& store,
                                                          const std::vector<TransactionItem>& items,
                                                          std::optional<PartitionId>& gone) {
  const auto at = [&items](size_t i) -> const TransactionItem& { return items[i]; };
  const auto groups = group_by_partition(items.size(), at);
  // What is in one partition is read at one moment anyway; elsewhere writers are kept out.
  std::vector<Latches::Held> latches;
  if (groups.size() > 1) latches = co_await store.latches().lock_all(latch_keys(items.size(), at));
  co_return co_await fetch_items(store, groups, items.size(), at, gone);
}

}  // namespace

Task<Result<TransactionOutcome>> write_transaction(ItemStore& store,
                                                   const std::vector<TransactionAction>& actions,
                                                   const std::optional<RequestToken>& token) {
  std::vector<TransactionAction> current = actions;  // with the tables as they are now
  while (true) {
    WriteTransaction transaction(store, current, token);
    auto outcome = co_await transaction.run();
    if (const auto gone = transaction.gone()) {
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
}

Task<Result<std::vector<std::optional<Bytes>>>> read_transaction(
    ItemStore& store, const std::vector<TransactionItem>& items) {
  std::vector<TransactionItem> current = items;  // with the tables as they are now
  std::optional<PartitionId> gone;
  auto found = co_await read_once(store, current, gone);
  while (gone) {
    for (TransactionItem& item : current)
      CO_RETURN_IF_REFUSED(co_await move_on(item.table, *gone));
    gone.reset();
    found = co_await read_once(store, current, gone);
  }
  CO_RETURN_IF_REFUSED(found);
  size_t bytes = 0;
  for (const std::optional<Bytes>& item : *found)
    bytes += size_of(item);
  if (bytes > limits::kTransactionBytes) co_return refuse(too_much_data());
  co_return found;
}

}  // namespace jedlik::table
