#include "table/item_store.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/ensure.h"
#include "table/engine_errors.h"
#include "table/item_key.h"
#include "table/partition_split.h"
#include "table/two_phase.h"

namespace jedlik::table {

namespace {

using engine::Committed;
using engine::Consistency;
using engine::KeyView;
using engine::PartitionId;
using engine::Space;

// How often a write is computed again when other nodes are first, before it is given up.
constexpr int kMaxAttempts = 100;

// Each of them waits for all: so many that a sync is shared well, so few that it is not for long.
constexpr size_t kMostTogether = 128;

}  // namespace

uint64_t ItemStore::latch_key(const TableSchema& schema, BytesView key) {
  const BytesView latched = schema.local_indexes.empty() ? key : collection_prefix(schema, key);
  // Tables that were made at one moment share latches, which is harmless.
  const auto seed = static_cast<uint64_t>(schema.created_at.ms);
  return XXH3_64bits_withSeed(latched.data(), latched.size(), seed);
}

namespace {

// The table without the partition, where that is why a read of it failed.
Task<Result<TablePtr>> newer_table(const Table& table, PartitionId partition,
                                   const engine::Failure& failure, std::string_view doing) {
  if (!is_gone(failure)) co_return refuse(refusal_of(failure, doing));
  co_return co_await table.catalog->find_without(table, partition);
}

}  // namespace

Task<Result<std::optional<Bytes>>> ItemStore::get(const Table& table, Bytes key,
                                                  Consistency consistency) {
  const PartitionId partition = table.schema.partitions[table.schema.partition_of(key)].id;
  const std::array<KeyView, 1> keys{{{Space::kItems, key}}};
  auto fetched = co_await engine_.fetch(partition, keys, consistency);
  if (fetched) co_return std::move(fetched->values[0]);
  const auto newer = co_await newer_table(table, partition, fetched.error(), "get_item");
  CO_RETURN_IF_REFUSED(newer);
  co_return co_await get(**newer, std::move(key), consistency);
}

Task<Result<std::vector<std::optional<Bytes>>>> ItemStore::get_many(const Table& table,
                                                                    const std::vector<Bytes>& keys,
                                                                    Consistency consistency) {
  std::vector<std::optional<Bytes>> items(keys.size());
  for (size_t p = 0; p < table.schema.partitions.size(); ++p) {
    std::vector<KeyView> wanted;
    std::vector<size_t> places;
    for (size_t i = 0; i < keys.size(); ++i) {
      if (table.schema.partition_of(keys[i]) != p) continue;
      wanted.push_back({Space::kItems, keys[i]});
      places.push_back(i);
    }
    if (wanted.empty()) continue;
    const PartitionId partition = table.schema.partitions[p].id;
    auto fetched = co_await engine_.fetch(partition, wanted, consistency);
    if (!fetched) {
      const auto newer = co_await newer_table(table, partition, fetched.error(), "get_items");
      CO_RETURN_IF_REFUSED(newer);
      co_return co_await get_many(**newer, keys, consistency);
    }
    for (size_t i = 0; i < places.size(); ++i)
      items[places[i]] = std::move(fetched->values[i]);
  }
  co_return items;
}

// A write that is done by whoever holds the latch of its item.
struct ItemStore::SingleWrite final : Latches::Errand {
  SingleWrite(const Table& its_table, PartitionId its_partition, const Bytes& its_key,
              const ItemChange& its_change)
      : table(its_table), partition(its_partition), key(its_key), change(its_change) {}

  const Table& table;
  const PartitionId partition;
  const Bytes& key;
  const ItemChange& change;
  std::optional<Result<Written>> result;
  std::optional<PartitionId> gone;  // which partition was: nothing was done, and there is no result
};

Task<Result<Written>> ItemStore::write(const Table& table, Bytes key, const ItemChange& change) {
  const PartitionId partition = table.schema.partitions[table.schema.partition_of(key)].id;
  SingleWrite own(table, partition, key, change);
  std::optional<Latches::Held> latch = co_await latches_.lock(latch_key(table.schema, key), own);
  if (latch) co_await write_with_others(*latch, own);
  if (!own.gone) co_return *std::move(own.result);
  latch.reset();
  co_return co_await write_again(table, std::move(key), change, *own.gone);
}

Task<Result<Written>> ItemStore::write_again(const Table& table, Bytes key,
                                             const ItemChange& change, PartitionId gone) {
  const auto newer = co_await table.catalog->find_without(table, gone);
  CO_RETURN_IF_REFUSED(newer);
  auto written = co_await write(**newer, std::move(key), change);
  if (written) use_indexes_of(table.schema, *written);
  co_return written;
}

Task<void> ItemStore::write_with_others(Latches::Held& latch, SingleWrite& own) {
  Latches::Errands others =
      latch.take_errands(kMostTogether - 1, [&own](const Latches::Errand& errand) {
        const auto& write = static_cast<const SingleWrite&>(errand);
        return &write.table == &own.table && write.partition == own.partition;
      });
  boost::container::small_vector<SingleWrite*, 1> writes{&own};
  for (size_t i = 0; i < others.size(); ++i)
    writes.push_back(static_cast<SingleWrite*>(&others[i]));
  co_await write_together(writes);
  others.all_done();
}

Task<void> ItemStore::write_together(std::span<SingleWrite* const> writes) {
  Setback setback;
  Attempt outcome = Attempt::kConflict;
  for (int attempt = 0; attempt < kMaxAttempts && outcome == Attempt::kConflict; ++attempt)
    outcome = co_await try_together(writes, setback);
  if (outcome == Attempt::kDone) co_return;
  if (outcome == Attempt::kNotTried && writes.size() > 1) {
    // There may be room for some of them.
    for (size_t i = 0; i < writes.size(); ++i)
      co_await write_together(writes.subspan(i, 1));
    co_return;
  }
  for (SingleWrite* write : writes) {
    write->gone = setback.gone;
    write->result = refuse(setback.why.value_or(internal_server_error()));
  }
}

Task<ItemStore::Attempt> ItemStore::try_together(std::span<SingleWrite* const> writes,
                                                 Setback& setback) {
  const Table& table = writes.front()->table;
  const PartitionId partition = writes.front()->partition;
  boost::container::small_vector<BytesView, 1> items;
  for (const SingleWrite* write : writes) {
    if (std::find(items.begin(), items.end(), write->key) == items.end())
      items.push_back(write->key);
  }
  WritePlan plan = new_plan();
  const auto keys = plan.keys_to_fetch(table.schema, partition, items);
  auto fetched = co_await engine_.fetch(partition, keys, Consistency::kStrong);
  if (!fetched) co_return fail(partition, fetched.error(), setback);
  plan.take(partition, items.size(), *fetched);
  Result<MetLocks> locks;
  if (plan.has_found_locks()) locks = co_await resolve_locks(*this, plan, table, partition, items);
  if (!locks) {
    setback.why = std::move(locks).error();
    co_return Attempt::kFailed;
  }
  if (locks->are_gone) co_return Attempt::kConflict;

  for (SingleWrite* write : writes) {
    if (locks->is_held(write->key)) {
      write->result = refuse(transaction_conflict());
      continue;
    }
    const auto place = std::find(items.begin(), items.end(), write->key) - items.begin();
    std::optional<Bytes>& item = fetched->values[static_cast<size_t>(place)];
    const bool is_last = write == writes.back();
    std::optional<Bytes> old = is_last ? std::move(item) : item;
    write->result = plan.add(table, partition, write->key, std::move(old), write->change);
    if (!is_last && *write->result) item = (*write->result)->new_item;
  }
  Status completed = co_await plan.complete(engine_);
  if (!completed) {
    setback = {std::move(completed).error(), plan.gone()};
    co_return setback.gone ? Attempt::kGone : Attempt::kNotTried;
  }
  if (plan.is_empty()) co_return Attempt::kDone;

  const Committed committed = co_await plan.commit(engine_);
  if (committed.kind == Committed::Kind::kDone) co_return Attempt::kDone;
  if (committed.kind == Committed::Kind::kConflict) co_return Attempt::kConflict;
  co_return co_await fail(plan, committed, setback);
}

ItemStore::Attempt ItemStore::fail(PartitionId partition, const engine::Failure& failure,
                                   Setback& setback) {
  if (!is_gone(failure)) {
    setback.why = refusal_of(failure, "read_before_write");
    return Attempt::kFailed;
  }
  setback.gone = partition;
  return Attempt::kGone;
}

Task<ItemStore::Attempt> ItemStore::fail(const WritePlan& plan, const Committed& committed,
                                         Setback& setback) {
  if (committed.kind == Committed::Kind::kRefused) {
    const auto partitions = plan.partitions();
    setback.gone = co_await find_gone(engine_, partitions);
    if (setback.gone) co_return Attempt::kGone;
  }
  setback.why = refusal_of(committed, "write_item");
  co_return Attempt::kFailed;
}

Task<Status> ItemStore::write_batch(std::vector<BatchWrite>& writes) {
  std::vector<uint64_t> latch_keys;
  std::vector<Group> groups;
  for (size_t i = 0; i < writes.size(); ++i) {
    const TableSchema& schema = writes[i].table->schema;
    const PartitionId partition = schema.partitions[schema.partition_of(writes[i].key)].id;
    latch_keys.push_back(latch_key(schema, writes[i].key));
    const auto group = std::find_if(groups.begin(), groups.end(), [partition](const Group& known) {
      return known.partition == partition;
    });
    if (group != groups.end()) {
      group->members.push_back(i);
    } else {
      groups.push_back({partition, {i}});
    }
  }
  bool any_done = writes.empty();
  Setback setback;
  std::vector<Moved> moved;
  {
    const auto latches = co_await latches_.lock_all(std::move(latch_keys));
    for (const std::vector<Group>& together : commits_of(std::move(groups))) {
      Attempt outcome = Attempt::kConflict;
      for (int attempt = 0; attempt < kMaxAttempts && outcome == Attempt::kConflict; ++attempt)
        outcome = co_await try_batch(writes, together, setback);
      any_done = any_done || outcome == Attempt::kDone;
      if (outcome != Attempt::kGone) continue;
      Moved& again = moved.emplace_back(Moved{*setback.gone, {}});
      for (const Group& group : together)
        again.members.insert(again.members.end(), group.members.begin(), group.members.end());
    }
  }
  for (const Moved& again : moved) {
    Status status = co_await write_again(writes, again);
    any_done = any_done || status.has_value();
    if (!status) setback.why = std::move(status).error();
  }
  if (!any_done) co_return refuse(setback.why.value_or(internal_server_error()));
  co_return Status();
}

std::vector<std::vector<ItemStore::Group>> ItemStore::commits_of(std::vector<Group> groups) const {
  std::vector<std::vector<Group>> commits;
  if (engine_.commits_across_partitions()) {
    commits.push_back(std::move(groups));
  } else {
    for (Group& group : groups) {
      commits.emplace_back();
      commits.back().push_back(std::move(group));
    }
  }
  return commits;
}

Task<Status> ItemStore::write_again(std::vector<BatchWrite>& writes, const Moved& moved) {
  std::vector<BatchWrite> again;
  std::map<const Table*, TablePtr> newer;
  for (const size_t i : moved.members) {
    const BatchWrite& write = writes[i];
    TablePtr& table = newer[write.table.get()];
    if (table == nullptr) {
      table = write.table;
      CO_RETURN_IF_REFUSED(co_await move_on(table, moved.gone));
    }
    again.push_back({table, write.key, write.change, std::nullopt});
  }
  CO_RETURN_IF_REFUSED(co_await write_batch(again));
  for (size_t i = 0; i < again.size(); ++i) {
    BatchWrite& write = writes[moved.members[i]];
    write.written = std::move(again[i].written);
    if (write.written) use_indexes_of(write.table->schema, *write.written);
  }
  co_return Status();
}

Task<ItemStore::Attempt> ItemStore::try_batch(std::vector<BatchWrite>& writes,
                                              const std::vector<Group>& groups, Setback& setback) {
  WritePlan plan = new_plan();
  std::vector<std::optional<Written>> results(writes.size());
  for (const Group& group : groups) {
    const Attempt planned = co_await plan_group(plan, writes, group, results, setback);
    if (planned != Attempt::kDone) co_return planned;
  }
  Status completed = co_await plan.complete(engine_);
  if (!completed) {
    setback = {std::move(completed).error(), plan.gone()};
    co_return setback.gone ? Attempt::kGone : Attempt::kFailed;
  }
  const Committed committed = co_await plan.commit(engine_);
  if (committed.kind == Committed::Kind::kConflict) co_return Attempt::kConflict;
  if (committed.kind != Committed::Kind::kDone) co_return co_await fail(plan, committed, setback);
  for (const Group& group : groups) {
    for (const size_t i : group.members)
      writes[i].written = std::move(results[i]);
  }
  co_return Attempt::kDone;
}

Task<ItemStore::Attempt> ItemStore::plan_group(WritePlan& plan,
                                               const std::vector<BatchWrite>& writes,
                                               const Group& group,
                                               std::vector<std::optional<Written>>& results,
                                               Setback& setback) {
  std::vector<BytesView> items;
  for (const size_t i : group.members)
    items.push_back(writes[i].key);
  const Table& table = *writes[group.members[0]].table;
  const auto keys = plan.keys_to_fetch(table.schema, group.partition, items);
  auto fetched = co_await engine_.fetch(group.partition, keys, Consistency::kStrong);
  if (!fetched) co_return fail(group.partition, fetched.error(), setback);
  plan.take(group.partition, items.size(), *fetched);
  Result<MetLocks> locks;
  if (plan.has_found_locks())
    locks = co_await resolve_locks(*this, plan, table, group.partition, items);
  if (!locks) {
    setback.why = std::move(locks).error();
    co_return Attempt::kFailed;
  }
  if (locks->are_gone) co_return Attempt::kConflict;
  for (size_t m = 0; m < group.members.size(); ++m) {
    const BatchWrite& write = writes[group.members[m]];
    if (locks->is_held(write.key)) continue;
    auto written = plan.add(*write.table, group.partition, write.key, std::move(fetched->values[m]),
                            *write.change);
    ENSURE(written.has_value(), "a change in a batch does not refuse");
    results[group.members[m]] = *std::move(written);
  }
  co_return Attempt::kDone;
}

}  // namespace jedlik::table
