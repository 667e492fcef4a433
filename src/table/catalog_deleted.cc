#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "table/catalog.h"
#include "table/catalog_rows.h"
#include "table/engine_errors.h"
#include "table/partition_split.h"
#include "table/stream_steps.h"

// The catalog's part in tables that are gone but for their streams.
namespace jedlik::table {

namespace {

// How often a change is computed again when other nodes are first, before it is given up.
constexpr int kMaxAttempts = 100;

}  // namespace

Task<tl::expected<void, std::string>> Catalog::load_deleted(Tables& deleted) {
  auto rows = co_await read_schemas(engine_, RowKind::kDeleted);
  if (!rows) co_return tl::make_unexpected(std::move(rows).error());
  for (TableSchema& schema : rows->schemas) {
    const TablePtr known = find_deleted(schema.id);
    TablePtr table = keep_or_make(known, std::move(schema));
    deleted.emplace(table->schema.id, std::move(table));
  }
  co_return tl::expected<void, std::string>();
}

TablePtr Catalog::find_deleted(std::string_view id) const {
  const std::shared_lock lock(mutex_);
  const auto found = deleted_.find(id);
  return found == deleted_.end() ? nullptr : found->second;
}

std::vector<TablePtr> Catalog::deleted() const {
  std::vector<TablePtr> all;
  {
    const std::shared_lock lock(mutex_);
    for (const auto& [id, table] : deleted_)
      all.push_back(table);
  }
  std::sort(all.begin(), all.end(), [](const TablePtr& a, const TablePtr& b) {
    return a->schema.streams.back().disabled_at < b->schema.streams.back().disabled_at;
  });
  return all;
}

// A stream is told by its table's name and its label; the streams of tables that had the same name
// before may still be read.
void Catalog::make_labels_unique(TableSchema& schema) const {
  if (schema.streams.empty()) return;
  const std::shared_lock lock(mutex_);
  for (const auto& [id, table] : deleted_)
    if (table->schema.name == schema.name) date_after(schema.streams.back(), table->schema.streams);
}

// With changing_ held. The row of the table becomes one of a deleted table.
Task<Result<Catalog::RowCommit>> Catalog::retire(const TableSchema& schema,
                                                 const TableSchema& retired) {
  std::vector<RowChange> changes;
  changes.push_back({row_key(RowKind::kTable, schema.name), std::nullopt});
  changes.push_back({row_key(RowKind::kDeleted, schema.id), retired});
  const auto commit = co_await commit_rows(std::move(changes), std::nullopt);
  CO_RETURN_IF_REFUSED(commit);
  if (*commit == RowCommit::kMade) {
    TablePtr table = keep_or_make(find_deleted(schema.id), retired);
    const std::unique_lock lock(mutex_);
    deleted_.insert_or_assign(schema.id, std::move(table));
  }
  co_return *commit;
}

Task<Status> Catalog::forget_deleted(std::string id) {
  {
    const TablePtr table = find_deleted(id);
    if (table == nullptr) co_return Status();
    for (const engine::PartitionId partition : all_partitions_of(table->schema)) {
      const auto dropped = co_await engine_.drop(partition);
      if (!dropped) co_return refuse(refusal_of(dropped.error(), "forget_deleted_table"));
    }
  }
  const Latches::Held latch = co_await changing_.lock(kChangeLatch);
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    const TablePtr table = find_deleted(id);
    if (table == nullptr) co_return Status();
    std::vector<RowChange> changes;
    changes.push_back({row_key(RowKind::kDeleted, id), std::nullopt});
    const auto commit = co_await commit_rows(std::move(changes), std::nullopt);
    CO_RETURN_IF_REFUSED(commit);
    if (*commit == RowCommit::kLookAgain) continue;
    spdlog::info("event=deleted_table_forgotten table={}", table->schema.name);
    const std::unique_lock lock(mutex_);
    deleted_.erase(id);
    co_return Status();
  }
  co_return refuse(internal_server_error());
}

}  // namespace jedlik::table
