#include "table/catalog.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "base/ensure.h"
#include "base/limits.h"
#include "table/catalog_rows.h"
#include "table/engine_errors.h"
#include "table/partition_split.h"

namespace jedlik::table {

namespace {

using engine::Batch;
using engine::Committed;
using engine::Space;

constexpr BytesView kNextPartitionId = "next_partition_id";
// How often a change is computed again when other nodes are first, before it is given up.
constexpr int kMaxAttempts = 100;

// `count` partitions that divide the range of hashes evenly.
std::vector<PartitionRange> divide_evenly(size_t count, uint64_t first_id) {
  std::vector<PartitionRange> partitions;
  const uint64_t step = count == 1 ? 0 : UINT64_MAX / count + 1;
  for (size_t i = 0; i < count; ++i) {
    Bytes begin;
    if (i > 0) append_big_endian(begin, step * i);
    partitions.push_back({std::move(begin), static_cast<engine::PartitionId>(first_id + i)});
  }
  return partitions;
}

ApiError already_exists(const TableSchema& schema) {
  return resource_in_use(fmt::format("Table already exists: {}", schema.name));
}

// `schema` is not ACTIVE.
ApiError in_use(const TableSchema& schema) {
  std::string_view doing = "created";
  if (schema.status == TableStatus::kUpdating) doing = "updated";
  if (schema.status == TableStatus::kDeleting) doing = "deleted";
  return resource_in_use(
      fmt::format("Attempt to change a resource which is still in use: Table is being {}: {}",
                  doing, schema.name));
}

}  // namespace

Catalog::Catalog(engine::Engine& engine, const Clock& clock, Random& random,
                 boost::asio::any_io_executor executor, CatalogOptions options)
    : engine_(engine),
      clock_(clock),
      random_(random),
      executor_(std::move(executor)),
      options_(options) {
  ENSURE(options_.partitions_of_a_table >= 1, "a table has a partition");
}

Task<tl::expected<void, std::string>> Catalog::load() {
  for (const engine::PartitionId partition : {kCatalogPartition, kTransactionPartition}) {
    const auto created = co_await engine_.create(partition);
    if (!created) {
      co_return tl::make_unexpected("The catalog cannot be opened: " + created.error().detail);
    }
  }
  const Latches::Held latch = co_await changing_.lock(kChangeLatch);
  co_return co_await load_rows();
}

Task<tl::expected<engine::Version, std::string>> Catalog::load_tables(Tables& tables) {
  auto rows = co_await read_schemas(engine_, RowKind::kTable);
  if (!rows) co_return tl::make_unexpected(std::move(rows).error());
  for (TableSchema& schema : rows->schemas) {
    const TablePtr known = find(schema.name);
    TablePtr table = keep_or_make(known, std::move(schema));
    tables.emplace(table->schema.name, std::move(table));
  }
  co_return rows->version;
}

Task<tl::expected<void, std::string>> Catalog::load_rows() {
  Tables rows;
  // What changes after this makes the next commit conflict.
  const auto version = co_await load_tables(rows);
  if (!version) co_return tl::make_unexpected(version.error());
  Tables deleted;
  const auto loaded = co_await load_deleted(deleted);
  if (!loaded) co_return loaded;

  const std::vector<engine::KeyView> keys{{Space::kMetadata, kNextPartitionId}};
  const auto next = co_await engine_.fetch(kCatalogPartition, keys, engine::Consistency::kStrong);
  if (!next) co_return tl::make_unexpected("The catalog cannot be read: " + next.error().detail);
  if (next->values[0]) {
    next_partition_id_ = std::max(next_partition_id_, read_big_endian(*next->values[0]));
  }
  version_ = *version;
  {
    const std::unique_lock lock(mutex_);
    tables_.swap(rows);
    deleted_.swap(deleted);
  }
  for (const auto& [name, before] : rows) {
    const TablePtr now = find(name);
    if (now == nullptr || now->created != before->created) before->created->open();
  }
  take_up_unfinished();
  co_return tl::expected<void, std::string>();
}

// The table for a row that was read. A known one keeps its gate, so that whoever waits for it to
// leave CREATING is not forgotten, and this is its next version.
TablePtr Catalog::keep_or_make(const TablePtr& known, TableSchema schema) {
  const bool is_known = known != nullptr && known->schema.id == schema.id;
  auto gate = is_known ? known->created : std::make_shared<Gate>();
  if (schema.status != TableStatus::kCreating) gate->open();
  auto lease = std::make_shared<TableLease>();
  std::shared_ptr<Gate> older_are_over;
  if (is_known) {
    older_are_over = known->lease->over;
    known->lease->newer = lease;
  }
  return std::make_shared<Table>(Table{std::move(schema), std::move(gate), std::move(lease),
                                       std::move(older_are_over), this, index_keeping()});
}

TablePtr Catalog::find(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  const auto found = tables_.find(name);
  return found == tables_.end() ? nullptr : found->second;
}

Task<Result<TablePtr>> Catalog::find_for_items(std::string_view name) {
  const std::string wanted(name);
  TablePtr table = find(wanted);
  while (table != nullptr && table->schema.status == TableStatus::kCreating) {
    co_await table->created->wait();
    table = find(wanted);
  }
  if (table == nullptr || table->schema.status == TableStatus::kDeleting) {
    co_return refuse(table_not_found());
  }
  co_return table;
}

std::vector<std::string> Catalog::names(std::string_view after, size_t limit) const {
  const std::shared_lock lock(mutex_);
  std::vector<std::string> found;
  for (auto next = tables_.upper_bound(after); next != tables_.end() && found.size() < limit;
       ++next) {
    found.push_back(next->first);
  }
  return found;
}

size_t Catalog::size() const {
  const std::shared_lock lock(mutex_);
  return tables_.size();
}

Task<Result<TablePtr>> Catalog::create(TableSchema schema) {
  const Latches::Held latch = co_await changing_.lock(kChangeLatch);
  schema.id = random_.uuid();
  schema.created_at = clock_.now();
  schema.status = TableStatus::kCreating;
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    if (const TablePtr existing = find(schema.name)) {
      // Another node may have been faster to finish it than this one to learn that it was made.
      if (existing->schema.id == schema.id) co_return existing;
      co_return refuse(already_exists(existing->schema));
    }
    if (size() >= limits::kTablesPerAccount) {
      co_return refuse(limit_exceeded(
          fmt::format("Subscriber limit exceeded: there is a limit of {} tables per subscriber",
                      limits::kTablesPerAccount)));
    }
    static_cast<PartitionMap&>(schema) = {};
    for (SeparateIndex* index : schema.separate_indexes())
      static_cast<PartitionMap&>(*index) = {};
    give_partitions(schema);
    make_labels_unique(schema);
    const auto commit = co_await commit_row(schema.name, schema, next_partition_id_);
    CO_RETURN_IF_REFUSED(commit);
    if (*commit == RowCommit::kMade) {
      TablePtr table = publish(std::move(schema));
      finish_in_background(table);
      co_return table;
    }
  }
  co_return refuse(internal_server_error());
}

Task<Result<TablePtr>> Catalog::update(std::string name, Change change) {
  const Latches::Held latch = co_await changing_.lock(kChangeLatch);
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    const TablePtr existing = find(name);
    if (existing == nullptr) co_return refuse(table_not_found(name));
    if (existing->schema.status != TableStatus::kActive) co_return refuse(in_use(existing->schema));

    TableSchema schema = existing->schema;
    CO_RETURN_IF_REFUSED(change(schema));
    std::optional<uint64_t> next_partition_id;
    if (give_partitions(schema)) next_partition_id = next_partition_id_;
    const auto commit = co_await commit_row(name, schema, next_partition_id);
    CO_RETURN_IF_REFUSED(commit);
    if (*commit == RowCommit::kMade) {
      TablePtr table = publish(std::move(schema));
      finish_in_background(table);
      co_return table;
    }
  }
  co_return refuse(internal_server_error());
}

Task<Result<TablePtr>> Catalog::drop(std::string name) {
  auto start_dropping = [](TableSchema& schema) -> Status {
    if (schema.settings.deletion_protection == DeletionProtection::kEnabled) {
      return refuse(validation(
          "Resource cannot be deleted as it is currently protected against deletion. Disable "
          "deletion protection first."));
    }
    const auto is_in_the_making = [](const GlobalIndex& index) {
      return index.status != IndexStatus::kActive;
    };
    if (std::any_of(schema.global_indexes.begin(), schema.global_indexes.end(), is_in_the_making)) {
      return refuse(resource_in_use(
          "Attempt to change a resource which is still in use: Cannot delete table while indexes "
          "are being created, updated, or deleted."));
    }
    schema.status = TableStatus::kDeleting;
    return {};
  };
  Change change(start_dropping);
  co_return co_await update(std::move(name), std::move(change));
}

bool Catalog::give_partitions(TableSchema& schema) {
  const uint64_t before = next_partition_id_;
  const auto give = [this](std::vector<PartitionRange>& partitions, size_t count) {
    if (!partitions.empty()) return;
    partitions = divide_evenly(count, next_partition_id_);
    // Ids are not given again, even if it is never known whether this commit was made.
    next_partition_id_ += partitions.size();
  };
  give(schema.partitions, options_.partitions_of_a_table);
  for (GlobalIndex& index : schema.global_indexes)
    give(index.partitions, options_.partitions_of_a_table);
  // Its keys do not begin with hashes.
  if (schema.expiry_index) give(schema.expiry_index->partitions, 1);
  return next_partition_id_ != before;
}

Task<Result<engine::Tallies>> Catalog::tallies_of(const Table& table, const GlobalIndex* index) {
  engine::Tallies sum{};
  std::optional<engine::PartitionId> gone;
  const auto& partitions = index != nullptr ? index->partitions : table.schema.partitions;
  for (const PartitionRange& range : partitions) {
    const auto state = co_await engine_.describe(range.id);
    if (state ? state->sealed : is_gone(state.error())) {
      gone = range.id;
    } else if (!state) {
      co_return refuse(refusal_of(state.error(), "describe_table"));
    } else {
      for (size_t i = 0; i < sum.size(); ++i)
        sum[i] += state->tallies[i];
    }
  }
  // While a table or an index is being made or dropped its partitions may not be there.
  const TableStatus status = table.schema.status;
  const bool is_there = index != nullptr
                            ? index->is_complete()
                            : status == TableStatus::kActive || status == TableStatus::kUpdating;
  const bool is_dropped = find_in_use(table.schema.name, table.schema.id) == nullptr;
  if (!gone || !is_there || is_dropped) co_return sum;
  const auto newest = co_await find_without(table, *gone);
  CO_RETURN_IF_REFUSED(newest);
  const GlobalIndex* there = nullptr;
  if (index != nullptr) {
    there = (*newest)->schema.find_global_index(index->name);
    if (there == nullptr) co_return engine::Tallies{};
  }
  co_return co_await tallies_of(**newest, there);
}

Task<Result<TableSize>> Catalog::size_of(const Table& table) {
  const auto sum = co_await tallies_of(table, nullptr);
  CO_RETURN_IF_REFUSED(sum);
  TableSize size;
  size.item_count = (*sum)[kItemCountTally];
  size.bytes = (*sum)[kItemBytesTally];
  for (size_t i = 0; i < table.schema.local_indexes.size(); ++i) {
    const size_t tally = count_tally_of_local(static_cast<uint8_t>(i + 1));
    size.local_indexes.push_back({(*sum)[tally], (*sum)[tally + 1]});
  }
  for (const GlobalIndex& index : table.schema.global_indexes) {
    const auto rows = co_await tallies_of(table, &index);
    CO_RETURN_IF_REFUSED(rows);
    size.global_indexes.push_back({(*rows)[kItemCountTally], (*rows)[kItemBytesTally]});
  }
  co_return size;
}

Task<Result<Catalog::RowCommit>> Catalog::commit_row(std::string name,
                                                     std::optional<TableSchema> row,
                                                     std::optional<uint64_t> next_partition_id) {
  std::vector<RowChange> changes;
  changes.push_back({row_key(RowKind::kTable, name), std::move(row)});
  co_return co_await commit_rows(std::move(changes), next_partition_id);
}

Task<Result<Catalog::RowCommit>> Catalog::commit_rows(std::vector<RowChange> changes,
                                                      std::optional<uint64_t> next_partition_id) {
  Batch batch;
  batch.guard = Batch::Guard::kPartition;
  batch.read_at = version_;
  for (const RowChange& change : changes) {
    std::optional<Bytes> stored;
    if (change.row) stored = store_schema(*change.row);
    batch.mutations.push_back({Space::kMetadata, change.key, std::move(stored)});
  }
  if (next_partition_id) {
    Bytes number;
    append_big_endian(number, *next_partition_id);
    batch.mutations.push_back({Space::kMetadata, Bytes(kNextPartitionId), std::move(number)});
  }

  const Committed committed = co_await engine_.commit(kCatalogPartition, std::move(batch));
  if (committed.kind == Committed::Kind::kDone) {
    version_ = committed.versions[0];
    co_return RowCommit::kMade;
  }
  if (committed.kind == Committed::Kind::kRefused) {
    co_return refuse(refusal_of(committed, "change_catalog"));
  }
  const bool unknown = committed.kind == Committed::Kind::kUnknown;
  if (unknown) CO_RETURN_IF_REFUSED(co_await fence());
  const auto loaded = co_await load_rows();
  if (!loaded) {
    spdlog::error("event=catalog_reload_failed detail=\"{}\"", loaded.error());
    co_return refuse(internal_server_error());
  }
  const bool was_made =
      unknown && std::all_of(changes.begin(), changes.end(),
                             [this](const RowChange& change) { return is_in_memory(change); });
  co_return was_made ? RowCommit::kMade : RowCommit::kLookAgain;
}

Task<Status> Catalog::fence() {
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    const auto state = co_await engine_.describe(kCatalogPartition);
    if (!state) co_return refuse(refusal_of(state.error(), "fence_catalog"));
    Batch empty;
    empty.guard = Batch::Guard::kPartition;
    empty.read_at = state->version;
    const Committed committed = co_await engine_.commit(kCatalogPartition, std::move(empty));
    if (committed.kind == Committed::Kind::kDone) co_return Status();
    if (committed.kind == Committed::Kind::kRefused) {
      co_return refuse(refusal_of(committed, "fence_catalog"));
    }
  }
  co_return refuse(internal_server_error());
}

bool Catalog::is_in_memory(const RowChange& change) const {
  const auto [kind, name] = read_row_key(change.key);
  const TablePtr table = kind == RowKind::kTable ? find(name) : find_deleted(name);
  if (!change.row) return table == nullptr;
  return table != nullptr && store_schema(table->schema) == store_schema(*change.row);
}

TablePtr Catalog::publish(TableSchema schema) {
  const TablePtr known = find(schema.name);
  TablePtr table = keep_or_make(known, std::move(schema));
  const std::unique_lock lock(mutex_);
  tables_.insert_or_assign(table->schema.name, table);
  return table;
}

void Catalog::forget(std::string_view name) {
  const std::unique_lock lock(mutex_);
  const auto found = tables_.find(name);
  if (found != tables_.end()) tables_.erase(found);
}

}  // namespace jedlik::table
