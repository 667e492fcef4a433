#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <exception>
#include <utility>

#include "table/catalog.h"
#include "table/engine_errors.h"
#include "table/index_builder.h"
#include "table/index_consumer.h"
#include "table/partition_split.h"
#include "table/stream_steps.h"

// The steps of the catalog that run in the background, after the commit that began a change.
namespace jedlik::table {

namespace {

bool has_index_that_is(const TableSchema& schema, IndexStatus status) {
  return std::any_of(schema.global_indexes.begin(), schema.global_indexes.end(),
                     [status](const GlobalIndex& index) { return index.status == status; });
}

// Definitions of attributes that no key has any more go with the index.
void forget_unused_definitions(TableSchema& schema) {
  const auto is_unused = [&schema](const KeyAttribute& definition) {
    const auto is_it = [&definition](const KeyAttribute& key) { return key == definition; };
    const auto uses = [&is_it](const SecondaryIndex& index) {
      return std::any_of(index.partition_key.begin(), index.partition_key.end(), is_it) ||
             std::any_of(index.sort_key.begin(), index.sort_key.end(), is_it);
    };
    return !is_it(schema.partition_key) && !(schema.sort_key && is_it(*schema.sort_key)) &&
           std::none_of(schema.local_indexes.begin(), schema.local_indexes.end(), uses) &&
           std::none_of(schema.global_indexes.begin(), schema.global_indexes.end(), uses);
  };
  std::erase_if(schema.attribute_definitions, is_unused);
}

void finish_indexes(TableSchema& schema) {
  const auto is_deleted = [](const GlobalIndex& index) {
    return index.status == IndexStatus::kDeleting;
  };
  if (std::erase_if(schema.global_indexes, is_deleted) > 0) forget_unused_definitions(schema);
  // An index that is made with its table has no items to wait for.
  if (schema.status == TableStatus::kCreating)
    for (SeparateIndex* index : schema.separate_indexes())
      index->status = IndexStatus::kActive;
  for (GlobalIndex& index : schema.global_indexes) {
    if (index.status == IndexStatus::kPreparing) index.status = IndexStatus::kBackfilling;
    if (index.next_throughput)
      index.throughput = *std::exchange(index.next_throughput, std::nullopt);
  }
}

void settle(TableSchema& row) {
  finish_indexes(row);
  row.status = TableStatus::kActive;
  if (row.next_settings) row.settings = *std::exchange(row.next_settings, std::nullopt);
}

// What is to be done before the row that follows.
enum class Step : uint8_t {
  kNone,
  kCreate,        // make the table's partitions
  kDrop,          // drop them
  kRetire,        // find out where its streams end, drop its indexes' partitions
  kCreateIndex,   // make an index's partitions
  kPrepareIndex,  // wait for writes that do not remove rows from the index
  kDropIndex,     // wait for reads and writes of the index, drop its partitions
  kOpenStream,    // wait for writes that leave no journal records
  kCloseStream,   // find out where it ends, while writes still leave records
  kSettle,        // nothing
};

Step step_of(const TableSchema& schema) {
  if (schema.status == TableStatus::kActive) return Step::kNone;
  if (schema.status == TableStatus::kCreating) return Step::kCreate;
  if (schema.status == TableStatus::kDeleting)
    return schema.streams.empty() ? Step::kDrop : Step::kRetire;
  if (!schema.streams.empty()) {
    const StreamStatus stream = schema.streams.back().status;
    if (stream == StreamStatus::kEnabling) return Step::kOpenStream;
    if (stream == StreamStatus::kDisabling) return Step::kCloseStream;
  }
  if (has_index_that_is(schema, IndexStatus::kCreating)) return Step::kCreateIndex;
  if (has_index_that_is(schema, IndexStatus::kPreparing)) return Step::kPrepareIndex;
  if (has_index_that_is(schema, IndexStatus::kDeleting)) return Step::kDropIndex;
  return Step::kSettle;
}

// The row that follows when its step is done. None when it is to go, or when the versions that the
// step found are not those of the row's partitions any more.
std::optional<TableSchema> next_row(const TableSchema& schema, const PartitionVersions& found,
                                    Timestamp now) {
  const Step step = step_of(schema);
  if (step == Step::kDrop) return std::nullopt;
  TableSchema row = schema;
  if (step == Step::kRetire) {
    if (!retire_table(row, found, now)) return std::nullopt;
    return row;
  }
  if (step == Step::kCreate) open_first_stream(row, now);
  if (step == Step::kOpenStream && !open_stream(row, found, now)) return std::nullopt;
  if (step == Step::kCloseStream && !close_stream(row, found, now)) return std::nullopt;
  const bool is_of_stream = step == Step::kOpenStream || step == Step::kCloseStream;
  if (is_of_stream && step_of(row) != Step::kSettle) return row;
  if (step == Step::kCreateIndex) {
    for (GlobalIndex& index : row.global_indexes)
      if (index.status == IndexStatus::kCreating) index.status = IndexStatus::kPreparing;
    return row;
  }
  settle(row);
  return row;
}

// Engine::create or Engine::drop of all of them.
using ChangePartition = Task<engine::Outcome<void>> (engine::Engine::*)(engine::PartitionId);

Task<Status> change_all(engine::Engine& engine, const PartitionMap& map, ChangePartition change) {
  for (const engine::PartitionId partition : all_partitions_of(map)) {
    const auto done = co_await (engine.*change)(partition);
    if (!done) co_return refuse(refusal_of(done.error(), "change_partition"));
  }
  co_return Status();
}

Task<Status> change_separate(engine::Engine& engine, const TableSchema& schema,
                             ChangePartition change) {
  for (const SeparateIndex* index : schema.separate_indexes())
    CO_RETURN_IF_REFUSED(co_await change_all(engine, *index, change));
  co_return Status();
}

Task<Status> change_table(engine::Engine& engine, const TableSchema& schema,
                          ChangePartition change) {
  CO_RETURN_IF_REFUSED(co_await change_all(engine, schema, change));
  co_return co_await change_separate(engine, schema, change);
}

Task<Status> change_indexes(engine::Engine& engine, const TableSchema& schema, IndexStatus status,
                            ChangePartition change) {
  for (const GlobalIndex& index : schema.global_indexes) {
    if (index.status == status) CO_RETURN_IF_REFUSED(co_await change_all(engine, index, change));
  }
  co_return Status();
}

bool is_deleting(const SeparateIndex& index) {
  return index.status == IndexStatus::kDeleting;
}

Task<Status> do_step(engine::Engine& engine, const Table& table, PartitionVersions& found) {
  using engine::Engine;
  const TableSchema& schema = table.schema;
  switch (step_of(schema)) {
    case Step::kCreate:
      CO_RETURN_IF_REFUSED(co_await change_table(engine, schema, &Engine::create));
      if (!schema.global_indexes.empty())
        CO_RETURN_IF_REFUSED(co_await begin_index_cursors(engine, table));
      break;
    case Step::kDrop:
      co_return co_await change_table(engine, schema, &Engine::drop);
    case Step::kCreateIndex:
      co_return co_await change_indexes(engine, schema, IndexStatus::kCreating, &Engine::create);
    case Step::kPrepareIndex:
      CO_RETURN_IF_REFUSED(co_await drain(engine, table));
      co_return co_await begin_index_cursors(engine, table);
    case Step::kDropIndex:
      CO_RETURN_IF_REFUSED(co_await drain(engine, table));
      CO_RETURN_IF_REFUSED(co_await end_index_cursors(engine, table, is_deleting));
      co_return co_await change_indexes(engine, schema, IndexStatus::kDeleting, &Engine::drop);
    case Step::kRetire:
      CO_RETURN_IF_REFUSED(co_await drain(engine, table));
      CO_RETURN_IF_REFUSED(co_await change_separate(engine, schema, &Engine::drop));
      [[fallthrough]];
    case Step::kOpenStream:
    case Step::kCloseStream: {
      auto versions = co_await settled_versions(engine, table);
      CO_RETURN_IF_REFUSED(versions);
      found = *std::move(versions);
      break;
    }
    case Step::kNone:
    case Step::kSettle:
      break;
  }
  co_return Status();
}

void log_row(const TableSchema& before, const std::optional<TableSchema>& row) {
  if (!row) {
    spdlog::info("event=table_deleted table={}", before.name);
  } else if (row->status == TableStatus::kActive) {
    spdlog::info("event=table_active table={}", before.name);
  }
}

}  // namespace

// With changing_ held, like the two after it.
void Catalog::finish_in_background(const TablePtr& table) {
  split_in_background(table);
  for (const GlobalIndex& index : table->schema.global_indexes)
    if (index.status == IndexStatus::kBackfilling) build_in_background(table, index);
  step_expiry_in_background(table);
  if (table->schema.status == TableStatus::kActive) return;
  if (!unfinished_.emplace(table->schema.id, table->schema.status).second) return;
  boost::asio::co_spawn(executor_,
                        finish(table->schema.name, table->schema.id, table->schema.status),
                        [](const std::exception_ptr& thrown) {
                          if (thrown) spdlog::error("event=table_step_threw");
                        });
}

void Catalog::take_up_unfinished() {
  std::vector<TablePtr> found;
  {
    const std::shared_lock lock(mutex_);
    for (const auto& [name, table] : tables_)
      found.push_back(table);
  }
  for (const TablePtr& table : found)
    finish_in_background(table);
}

Task<void> Catalog::finish(std::string name, std::string id, TableStatus status) {
  BackgroundStep step = [&] { return finish_step(name, id, status); };
  co_await repeat(std::move(step));
}

Task<void> Catalog::repeat(BackgroundStep step) {
  while (true) {
    const Result<bool> ended = co_await step();
    if (ended && *ended) co_return;
    if (!ended) {
      // The engine is in trouble, which is in the log. Nothing else would take this step instead.
      boost::asio::steady_timer pause(executor_, options_.retry_delay);
      co_await pause.async_wait(boost::asio::use_awaitable);
      co_await look_again();
    }
  }
}

TablePtr Catalog::find_if_still(std::string_view name, std::string_view id,
                                TableStatus status) const {
  TablePtr table = find(name);
  const bool is_it = table != nullptr && table->schema.id == id && table->schema.status == status;
  return is_it ? table : nullptr;
}

// Whether there is nothing more to do in this state.
Task<Result<bool>> Catalog::finish_step(const std::string& name, const std::string& id,
                                        TableStatus status) {
  Step done = Step::kNone;
  PartitionVersions found;
  if (const TablePtr table = find_if_still(name, id, status)) {
    CO_RETURN_IF_REFUSED(co_await do_step(engine_, *table, found));
    done = step_of(table->schema);
  }
  const Latches::Held latch = co_await changing_.lock(kChangeLatch);
  // The row as it is now, not as it was when this step began.
  const TablePtr current = find_if_still(name, id, status);
  if (current == nullptr) {
    unfinished_.erase({id, status});
    co_return true;
  }
  if (step_of(current->schema) != done) co_return false;
  std::optional<TableSchema> row = next_row(current->schema, found, clock_.now());
  if (!row && done != Step::kDrop) co_return false;
  auto committing =
      done == Step::kRetire ? retire(current->schema, *row) : commit_row(name, row, std::nullopt);
  const auto commit = co_await std::move(committing);
  CO_RETURN_IF_REFUSED(commit);
  if (*commit == RowCommit::kLookAgain) co_return false;
  if (done == Step::kRetire) row.reset();
  log_row(current->schema, row);
  if (!row) {
    forget(name);
    co_return false;
  }
  finish_in_background(publish(*std::move(row)));
  co_return false;
}

// Another node may have finished the step, and gone on: its partitions may be gone for good.
Task<void> Catalog::look_again() {
  const Latches::Held latch = co_await changing_.lock(kChangeLatch);
  const auto loaded = co_await load_rows();
  if (!loaded) spdlog::error("event=catalog_reload_failed detail=\"{}\"", loaded.error());
}

// With changing_ held.
void Catalog::build_in_background(const TablePtr& table, const GlobalIndex& index) {
  const Build build{table->schema.name, table->schema.id, index.name, index.partitions.front().id};
  if (!builds_.insert(build).second) return;
  boost::asio::co_spawn(executor_, fill(build), [](const std::exception_ptr& thrown) {
    if (thrown) spdlog::error("event=index_build_threw");
  });
}

const GlobalIndex* Catalog::find_wanted(const TablePtr& table, const Build& build) {
  if (table == nullptr || table->schema.id != build.table_id) return nullptr;
  const GlobalIndex* index = table->schema.find_global_index(build.index);
  const bool is_it = index != nullptr && index->partitions.front().id == build.partition &&
                     index->status == IndexStatus::kBackfilling &&
                     table->schema.status != TableStatus::kDeleting;
  return is_it ? index : nullptr;
}

Task<void> Catalog::fill(Build build) {
  FillProgress progress;
  BackgroundStep step = [&] { return try_to_fill(build, progress); };
  co_await repeat(std::move(step));
}

// Whether the index is filled, or is not to be filled any more.
Task<Result<bool>> Catalog::try_to_fill(const Build& build, FillProgress& progress) {
  const auto is_wanted = [this, &build] {
    return find_wanted(find(build.table), build) != nullptr;
  };
  // The table is let go before the latch is waited for.
  {
    const TablePtr table = find(build.table);
    const GlobalIndex* index = find_wanted(table, build);
    if (index != nullptr) {
      const auto gone = co_await fill_index(engine_, *table, *index, progress, is_wanted);
      CO_RETURN_IF_REFUSED(gone);
      if (*gone) CO_RETURN_IF_REFUSED(co_await find_without(*table, **gone));
    }
  }
  const Latches::Held latch = co_await changing_.lock(kChangeLatch);
  const TablePtr current = find(build.table);
  if (find_wanted(current, build) == nullptr) {
    builds_.erase(build);
    co_return true;
  }
  if (!progress.is_filled) co_return false;
  TableSchema row = current->schema;
  row.find_global_index(build.index)->status = IndexStatus::kActive;
  const auto commit = co_await commit_row(build.table, row, std::nullopt);
  CO_RETURN_IF_REFUSED(commit);
  if (*commit == RowCommit::kMade) {
    publish(std::move(row));
    spdlog::info("event=index_active table={} index={}", build.table, build.index);
  }
  co_return false;
}

}  // namespace jedlik::table
