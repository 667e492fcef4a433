#include "table/transaction_work.h"

#include "base/limits.h"

namespace jedlik::table {

namespace {

using engine::Consistency;
using engine::KeyView;
using engine::PartitionId;
using engine::Space;
using value::ItemView;

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

}  // namespace

std::vector<PartitionGroup> group_by_partition(const std::vector<TransactionItem>& items) {
  std::vector<PartitionGroup> groups;
  for (size_t i = 0; i < items.size(); ++i) {
    const PartitionId partition = partition_of(items[i]);
    auto group = std::find_if(groups.begin(), groups.end(), [partition](const auto& known) {
      return known.partition == partition;
    });
    if (group == groups.end()) group = groups.insert(groups.end(), PartitionGroup{partition, {}});
    group->members.push_back(i);
  }
  return groups;
}

std::vector<uint64_t> latch_keys_of(const std::vector<TransactionItem>& items) {
  std::vector<uint64_t> keys;
  keys.reserve(items.size() + 1);  // and one of a token
  for (const TransactionItem& item : items)
    keys.push_back(ItemStore::latch_key(item.table->schema, item.key));
  return keys;
}

size_t size_of(const std::optional<Bytes>& item) {
  return item ? ItemView(*item).size_bytes() : 0;
}

Status check_transaction_bytes(size_t bytes) {
  if (bytes <= limits::kTransactionBytes) return {};
  return refuse(validation("Transaction request cannot include more than 4 MB of data"));
}

ApiError fail(PartitionId partition, const engine::Failure& failure, Gone& gone) {
  if (!is_gone(failure)) return refusal_of(failure, "read_for_transaction");
  gone = partition;
  return internal_server_error();
}

Task<ApiError> fail(engine::Engine& engine, std::span<const PartitionId> partitions,
                    const engine::Committed& committed, Gone& gone) {
  if (committed.kind == engine::Committed::Kind::kRefused) {
    gone = co_await find_gone(engine, partitions);
    if (gone) co_return internal_server_error();
  }
  co_return refusal_of(committed, "write_transaction");
}

Task<Result<std::vector<std::optional<Bytes>>>> fetch_items(
    ItemStore& store, const std::vector<PartitionGroup>& groups,
    const std::vector<TransactionItem>& items, Gone& gone) {
  std::vector<std::optional<Bytes>> found(items.size());
  for (const PartitionGroup& group : groups) {
    std::vector<KeyView> keys;
    for (const size_t i : group.members)
      keys.push_back({Space::kItems, items[i].key});
    auto fetched = co_await store.engine().fetch(group.partition, keys, Consistency::kStrong);
    if (!fetched) co_return refuse(fail(group.partition, fetched.error(), gone));
    for (size_t k = 0; k < group.members.size(); ++k)
      found[group.members[k]] = std::move(fetched->values[k]);
  }
  co_return found;
}

Task<bool> fence(engine::Engine& engine, PartitionId partition) {
  constexpr int kTries = 10;
  for (int tried = 0; tried < kTries; ++tried) {
    engine::Batch nothing;
    const engine::Committed committed = co_await engine.commit(partition, std::move(nothing));
    if (committed.kind == engine::Committed::Kind::kDone) co_return true;
  }
  co_return false;
}

TransactionWork::TransactionWork(ItemStore& store, const std::vector<TransactionAction>& actions)
    : store_(store), actions_(actions) {
  items_.reserve(actions.size());
  for (const TransactionAction& action : actions)
    items_.push_back(action.item);
  groups_ = group_by_partition(items_);
}

std::vector<BytesView> TransactionWork::keys_of(const PartitionGroup& group) const {
  std::vector<BytesView> keys;
  keys.reserve(group.members.size());
  for (const size_t i : group.members)
    keys.push_back(items_[i].key);
  return keys;
}

Task<std::vector<Latches::Held>> TransactionWork::lock(const std::optional<RequestToken>& token) {
  std::vector<uint64_t> keys = latch_keys_of(items_);
  if (token) keys.push_back(latch_key_of(*token));
  co_return co_await store_.latches().lock_all(std::move(keys));
}

void TransactionWork::start_over() {
  result_ = {};
  result_.actions.resize(actions_.size());
  refusals_.assign(actions_.size(), std::nullopt);
}

Task<Result<bool>> TransactionWork::is_repeated(const TokenState& token) {
  if (!token.is_used()) co_return false;
  if (!token.is_for_same_content()) co_return refuse(idempotent_parameter_mismatch());
  const auto found = co_await fetch_items(store_, groups_, items_, gone_);
  CO_RETURN_IF_REFUSED(found);
  for (size_t i = 0; i < actions_.size(); ++i)
    result_.actions[i].old_bytes = result_.actions[i].new_bytes = size_of((*found)[i]);
  result_.is_repeated = true;
  co_return true;
}

void TransactionWork::plan_action(WritePlan& plan, const PartitionGroup& group, size_t i,
                                  std::optional<Bytes> old) {
  const TransactionAction& action = actions_[i];
  Written& written = result_.actions[i];
  refusals_[i].reset();
  if (action.kind == TransactionAction::Kind::kCheck) {
    std::optional<ItemView> view;
    if (old) view.emplace(*old);
    auto checked = action.change->apply(view);
    if (!checked) refusals_[i] = std::move(checked).error();
    plan.depend_on(action.item.table->schema, group.partition, action.item.key);
    written.old_bytes = written.new_bytes = size_of(old);
    return;
  }
  const ChangeInTransaction change(*action.change);
  auto added =
      plan.add(*action.item.table, group.partition, action.item.key, std::move(old), change);
  if (added) {
    written = *std::move(added);
  } else {
    refusals_[i] = std::move(added).error();
  }
}

void TransactionWork::check_collections(WritePlan& plan, const PartitionGroup& group) {
  for (const size_t i : group.members) {
    const TransactionItem& item = items_[i];
    if (result_.actions[i].collection && !refusals_[i] &&
        plan.is_collection_too_large(item.table->schema, group.partition, item.key))
      refusals_[i] = item_collection_too_large();
  }
}

bool TransactionWork::any_refused() const {
  return std::any_of(refusals_.begin(), refusals_.end(),
                     [](const auto& refusal) { return refusal.has_value(); });
}

Status TransactionWork::check_all() {
  size_t bytes = 0;
  for (const Written& written : result_.actions)
    bytes += std::max(written.old_bytes, written.new_bytes);
  RETURN_IF_REFUSED(check_transaction_bytes(bytes));
  if (!any_refused()) return {};
  return refuse(transaction_canceled(refusals_));
}

}  // namespace jedlik::table
