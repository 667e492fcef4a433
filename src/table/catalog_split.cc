#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <utility>

#include "table/catalog.h"
#include "table/engine_errors.h"
#include "table/index_consumer.h"
#include "table/partition_split.h"

// The catalog's part in splits of partitions: docs/partitions.md.
namespace jedlik::table {

namespace {

// How often a change is computed again when other nodes are first, before it is given up.
constexpr int kMaxAttempts = 100;

}  // namespace

Task<Result<TablePtr>> Catalog::split(std::string name, engine::PartitionId partition, Bytes at) {
  const Latches::Held latch = co_await changing_.lock(kChangeLatch);
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    const TablePtr existing = find(name);
    if (existing == nullptr) co_return refuse(table_not_found(name));
    TableSchema row = existing->schema;
    CO_RETURN_IF_REFUSED(begin_split(row, partition, at, next_partition_id_));
    next_partition_id_ += 2;
    const auto commit = co_await commit_row(name, row, next_partition_id_);
    CO_RETURN_IF_REFUSED(commit);
    if (*commit == RowCommit::kLookAgain) continue;
    TablePtr table = publish(std::move(row));
    finish_in_background(table);
    co_return table;
  }
  co_return refuse(internal_server_error());
}

TablePtr Catalog::find_in_use(std::string_view name, std::string_view id) const {
  TablePtr table = find(name);
  const bool is_it =
      table != nullptr && table->schema.id == id && table->schema.status != TableStatus::kDeleting;
  return is_it ? table : nullptr;
}

// With changing_ held, like the next.
void Catalog::split_in_background(const TablePtr& table) {
  if (table->schema.status == TableStatus::kDeleting) return;  // which drops them all
  const auto start = [&](SplitStep kind, engine::PartitionId partition) {
    PartitionStep step{table->schema.name, table->schema.id, partition};
    if (!splitting_.emplace(partition, kind).second) return;
    boost::asio::co_spawn(executor_, finish_split(std::move(step), kind),
                          [](const std::exception_ptr& thrown) {
                            if (thrown) spdlog::error("event=split_step_threw");
                          });
  };
  const auto take_up = [&](const PartitionMap& map) {
    if (map.split) start(SplitStep::kSplit, map.split->parent);
    for (const ClosedPartition& closed : map.closed_partitions)
      if (!is_journal_kept(table->schema, closed.id)) start(SplitStep::kDrop, closed.id);
  };
  take_up(table->schema);
  for (const GlobalIndex& index : table->schema.global_indexes)
    take_up(index);
}

Task<Result<Catalog::RowCommit>> Catalog::commit_split(TablePtr table,
                                                       engine::PartitionId partition) {
  const auto sealed = co_await engine_.describe(partition);
  if (!sealed && is_gone(sealed.error())) {
    // Another node has made this row, and dropped the partition, in the meantime.
    const auto loaded = co_await load_rows();
    if (!loaded) co_return refuse(internal_server_error());
    co_return RowCommit::kLookAgain;
  }
  if (!sealed) co_return refuse(refusal_of(sealed.error(), "split_partition"));
  TableSchema row = table->schema;
  end_split(row, partition, sealed->version, clock_.now());
  if (table->schema.find_map_of(partition) == static_cast<const PartitionMap*>(&table->schema)) {
    CO_RETURN_IF_REFUSED(
        co_await hand_over_index_cursor(engine_, *table, partition, row.partitions));
  }
  const auto commit = co_await commit_row(row.name, row, std::nullopt);
  CO_RETURN_IF_REFUSED(commit);
  if (*commit == RowCommit::kMade) {
    spdlog::info("event=partition_split table={} partition={}", row.name,
                 static_cast<uint64_t>(partition));
    finish_in_background(publish(std::move(row)));
  }
  co_return *commit;
}

Task<void> Catalog::finish_split(PartitionStep step, SplitStep kind) {
  BackgroundStep background = [&] {
    return kind == SplitStep::kSplit ? try_to_split(step) : try_to_drop_sealed(step);
  };
  co_await repeat(std::move(background));
}

// Whether there is nothing more to do, like the next.
Task<Result<bool>> Catalog::try_to_split(PartitionStep step) {
  bool is_done = false;
  // The table is let go before the latch is waited for.
  if (const TablePtr table = find_in_use(step.table, step.table_id)) {
    if (auto split = split_of(table->schema, step.partition)) {
      const auto done = co_await engine_.split(*std::move(split));
      if (!done) co_return refuse(refusal_of(done.error(), "split_partition"));
      is_done = true;
    }
  }
  const Latches::Held latch = co_await changing_.lock(kChangeLatch);
  TablePtr current = find_in_use(step.table, step.table_id);
  if (current == nullptr || !split_of(current->schema, step.partition)) {
    splitting_.erase({step.partition, SplitStep::kSplit});
    co_return true;
  }
  if (is_done) CO_RETURN_IF_REFUSED(co_await commit_split(std::move(current), step.partition));
  co_return false;
}

Task<Result<bool>> Catalog::try_to_drop_sealed(PartitionStep step) {
  bool is_done = false;
  if (const TablePtr table = find_in_use(step.table, step.table_id)) {
    if (find_map_of_closed(table->schema, step.partition) != nullptr) {
      if (table->older_are_over != nullptr) co_await table->older_are_over->wait();
      const auto dropped = co_await engine_.drop(step.partition);
      if (!dropped) co_return refuse(refusal_of(dropped.error(), "drop_sealed_partition"));
      is_done = true;
    }
  }
  const Latches::Held latch = co_await changing_.lock(kChangeLatch);
  const TablePtr current = find_in_use(step.table, step.table_id);
  if (current == nullptr || find_map_of_closed(current->schema, step.partition) == nullptr) {
    splitting_.erase({step.partition, SplitStep::kDrop});
    co_return true;
  }
  if (!is_done) co_return false;
  TableSchema row = current->schema;
  forget_closed(row, step.partition);
  const auto commit = co_await commit_row(row.name, row, std::nullopt);
  CO_RETURN_IF_REFUSED(commit);
  if (*commit == RowCommit::kMade) publish(std::move(row));
  co_return false;
}

Task<Status> Catalog::drop_sealed(std::string name, engine::PartitionId partition) {
  const TablePtr table = find(name);
  if (table == nullptr) co_return refuse(table_not_found(name));
  const PartitionStep step{name, table->schema.id, partition};
  bool is_over = false;
  while (!is_over) {
    const auto ended = co_await try_to_drop_sealed(step);
    CO_RETURN_IF_REFUSED(ended);
    is_over = *ended;
  }
  co_return Status();
}

Task<Result<TablePtr>> Catalog::find_without(const Table& table, engine::PartitionId gone) {
  const std::string name = table.schema.name;
  const std::string id = table.schema.id;
  std::optional<Latches::Held> latch;
  bool looked_again = false;
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    TablePtr newest = find_in_use(name, id);
    if (newest == nullptr) co_return refuse(table_not_found());
    if (newest->schema.find_map_of(gone) == nullptr) co_return newest;
    if (!latch) {
      // Whoever has it may be about to bring the version that is wanted.
      latch.emplace(co_await changing_.lock(kChangeLatch));
    } else if (auto split = split_of(newest->schema, gone)) {
      // It is sealed, and the row does not show it yet; or another node has even dropped it.
      const auto done = co_await engine_.split(*std::move(split));
      if (done) {
        CO_RETURN_IF_REFUSED(co_await commit_split(std::move(newest), gone));
        continue;
      }
      if (!is_gone(done.error())) co_return refuse(refusal_of(done.error(), "split_partition"));
      newest.reset();
      if (const auto loaded = co_await load_rows(); !loaded) break;
    } else {
      if (looked_again) break;
      looked_again = true;
      newest.reset();
      if (const auto loaded = co_await load_rows(); !loaded) {
        spdlog::error("event=catalog_reload_failed detail=\"{}\"", loaded.error());
        break;
      }
    }
  }
  co_return refuse(internal_server_error());
}

}  // namespace jedlik::table
