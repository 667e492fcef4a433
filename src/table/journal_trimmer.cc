#include "table/journal_trimmer.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <vector>

#include "table/engine_errors.h"
#include "table/journal.h"
#include "table/partition_split.h"

namespace jedlik::table {

namespace {

// Removed in one commit: so few that other writes do not wait for it.
constexpr size_t kRowsAtATime = 1000;

// Removes all keys of a space, unless the partition is gone.
Task<Status> remove_all(engine::Engine& engine, engine::PartitionId partition,
                        engine::Space space) {
  constexpr engine::Budget kBudget{kRowsAtATime, size_t{1} << 20};
  Bytes begin;
  while (true) {
    const engine::Range rest{begin, {}};
    const auto page = co_await engine.scan(partition, space, rest, engine::Direction::kForward,
                                           kBudget, engine::Consistency::kStrong);
    if (!page && is_gone(page.error())) co_return Status();
    if (!page) co_return refuse(refusal_of(page.error(), "empty_deleted_table"));
    if (page->size() == 0) co_return Status();
    engine::Batch batch;
    for (size_t i = 0; i < page->size(); ++i)
      batch.mutations.push_back({space, Bytes((*page)[i].key), std::nullopt});
    begin = batch.mutations.back().key + '\0';
    const auto committed = co_await engine.commit(partition, std::move(batch));
    if (committed.kind != engine::Committed::Kind::kDone)
      co_return refuse(refusal_of(committed, "empty_deleted_table"));
  }
}

bool is_over(const Stream& stream, Timestamp disabled_before) {
  return stream.disabled_at && *stream.disabled_at < disabled_before;
}

// All records of a partition that was split then are trimmed, or go with it.
void forget_closed_shards(TableSchema& schema, Timestamp closed_before) {
  for (const ClosedPartition& closed : schema.closed_partitions) {
    if (closed.closed_at >= closed_before) continue;
    for (Stream& stream : schema.streams)
      std::erase_if(stream.shards,
                    [&](const StreamShard& shard) { return shard.partition == closed.id; });
  }
}

// What is to be forgotten: a stream, or a shard of one.
bool has_what_is_over(const TableSchema& schema, Timestamp before) {
  const auto is_shard_over = [&](const ClosedPartition& closed) {
    return closed.closed_at < before && is_journal_kept(schema, closed.id);
  };
  return std::any_of(schema.streams.begin(), schema.streams.end(),
                     [&](const Stream& stream) { return is_over(stream, before); }) ||
         std::any_of(schema.closed_partitions.begin(), schema.closed_partitions.end(),
                     is_shard_over);
}

}  // namespace

Task<void> JournalTrimmer::run() {
  boost::asio::steady_timer pause(co_await boost::asio::this_coro::executor);
  while (true) {
    pause.expires_after(options_.interval);
    co_await pause.async_wait(boost::asio::use_awaitable);
    co_await trim_all();
  }
}

Task<void> JournalTrimmer::trim_all() {
  for (const std::string& name : catalog_.names("", limits::kTablesPerAccount)) {
    const Status trimmed = co_await trim_table(name);
    if (!trimmed) spdlog::warn("event=journal_not_trimmed table={}", name);
  }
  co_await trim_deleted();
}

Task<void> JournalTrimmer::trim_deleted() {
  const Timestamp retained_since{clock_.now().ms - options_.retention.count()};
  const std::vector<TablePtr> deleted = catalog_.deleted();
  std::set<std::string> still_there;
  size_t left = deleted.size();
  for (const TablePtr& table : deleted) {
    const TableSchema& schema = table->schema;
    const bool forgets =
        left > limits::kDeletedTables || is_over(schema.streams.back(), retained_since);
    Status done;
    if (forgets) {
      done = co_await catalog_.forget_deleted(schema.id);
    } else if (!emptied_.contains(schema.id)) {
      done = co_await remove_items(schema);
    }
    if (!done) {
      spdlog::warn("event=deleted_table_not_trimmed table={}", schema.name);
    } else if (forgets) {
      --left;
    } else {
      still_there.insert(schema.id);
    }
  }
  emptied_ = std::move(still_there);
}

// Of a deleted table only the journal is wanted.
Task<Status> JournalTrimmer::remove_items(const TableSchema& schema) {
  for (const engine::PartitionId partition : all_partitions_of(schema)) {
    CO_RETURN_IF_REFUSED(co_await remove_all(engine_, partition, engine::Space::kItems));
    CO_RETURN_IF_REFUSED(co_await remove_all(engine_, partition, engine::Space::kLocalIndex));
  }
  co_return Status();
}

Task<Status> JournalTrimmer::trim_table(std::string name) {
  const Timestamp retained_since{clock_.now().ms - options_.retention.count()};
  std::vector<engine::PartitionId> partitions;
  bool forgets_streams = false;
  bool has_streams = false;
  {
    const TablePtr table = catalog_.find(name);
    const bool is_used = table != nullptr && table->schema.status != TableStatus::kDeleting &&
                         table->schema.status != TableStatus::kCreating;
    if (!is_used) co_return Status();
    const bool has_journal = !table->schema.streams.empty() || table->keeps_journal_for_indexes();
    if (!has_journal) co_return Status();
    for (const PartitionRange& range : table->schema.partitions)
      partitions.push_back(range.id);
    has_streams = !table->schema.streams.empty();
    forgets_streams = has_what_is_over(table->schema, retained_since);
  }
  // Without a stream, what every cursor is past is wanted by nobody.
  const Timestamp older_than = has_streams ? retained_since : Timestamp{INT64_MAX};
  for (const engine::PartitionId partition : partitions)
    CO_RETURN_IF_REFUSED(co_await trim_partition(partition, older_than));
  // Their records are all trimmed now.
  if (forgets_streams) co_return co_await forget_streams(name, retained_since);
  co_return Status();
}

Task<Status> JournalTrimmer::trim_partition(engine::PartitionId partition, Timestamp older_than) {
  while (true) {
    const auto more = co_await trim_journal(engine_, partition, older_than, kRowsAtATime);
    CO_RETURN_IF_REFUSED(more);
    if (!*more) co_return Status();
  }
}

Task<Status> JournalTrimmer::forget_streams(std::string name, Timestamp disabled_before) {
  Catalog::Change forget = [disabled_before](TableSchema& schema) -> Status {
    std::erase_if(schema.streams,
                  [&](const Stream& stream) { return is_over(stream, disabled_before); });
    forget_closed_shards(schema, disabled_before);
    return {};
  };
  const auto forgotten = co_await catalog_.update(std::move(name), std::move(forget));
  CO_RETURN_IF_REFUSED(forgotten);
  co_return Status();
}

}  // namespace jedlik::table
