#include "table/index_builder.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "table/engine_errors.h"
#include "table/index_row.h"
#include "table/index_sync.h"
#include "table/separate_rows.h"

namespace jedlik::table {

namespace {

using engine::Batch;
using engine::Committed;
using engine::Consistency;
using engine::PartitionId;
using engine::Space;

// Items of one step: what is read, and guarded, at a time. After a conflict it is less.
constexpr size_t kItemsAtATime = 64;
constexpr size_t kBytesAtATime = size_t{1} << 20;
constexpr int kMaxAttempts = 100;
// A line in the log whenever so much more of the table has been walked.
constexpr uint64_t kPercentOfAReport = 10;

// How far the walk has come: keys begin with hashes, which are spread evenly.
uint64_t percent_before(BytesView key) {
  return ((read_big_endian(key.substr(0, kHashBytes)) >> 32) * 100) >> 32;
}

enum class StepEnd : uint8_t { kDone, kConflict };

// What one step adds to one partition of the index.
struct NewRows {
  PartitionId partition;
  std::vector<IndexRow> rows;
};

class IndexFiller {
 public:
  IndexFiller(engine::Engine& engine, const Table& table, const SeparateRows& filled,
              FillProgress& progress)
      : engine_(engine), table_(table), filled_(filled), progress_(progress) {}

  Task<Status> fill_from(PartitionId partition, const std::function<bool()>& is_wanted) {
    Bytes& begin = progress_.begin;
    size_t items = kItemsAtATime;
    while (is_wanted()) {
      const engine::Range rest{begin, {}};
      const engine::Budget budget{items, kBytesAtATime};
      const auto page =
          co_await engine_.scan(partition, Space::kItems, rest, engine::Direction::kForward, budget,
                                Consistency::kStrong);
      if (!page) co_return refuse(refusal_of(page.error(), "fill_index"));
      const auto end = co_await fill_with(partition, *page);
      CO_RETURN_IF_REFUSED(end);
      if (*end == StepEnd::kConflict) {
        items = std::max<size_t>(1, items / 2);
        continue;
      }
      items = std::min(kItemsAtATime, items * 2);
      if (!page->more || page->size() == 0) break;
      begin = Bytes((*page)[page->size() - 1].key) + '\0';
      report(percent_before(begin));
    }
    co_return Status();
  }

 private:
  Task<Result<StepEnd>> fill_with(PartitionId partition, const engine::Page& page) {
    return table_.index_keeping == IndexKeeping::kSameCommit ? add_rows_of(partition, page)
                                                             : sync_rows_of(partition, page);
  }

  Task<Result<StepEnd>> sync_rows_of(PartitionId partition, const engine::Page& page) {
    RowsToSync to_sync;
    for (size_t i = 0; i < page.size(); ++i) {
      auto row = filled_.row_of(page[i].key, value::ItemView(page[i].value));
      if (row) to_sync[Bytes(page[i].key)].insert(std::move(row->key));
    }
    if (!to_sync.empty())
      CO_RETURN_IF_REFUSED(co_await sync_rows(engine_, partition, filled_, to_sync));
    progress_.rows += to_sync.size();
    co_return StepEnd::kDone;
  }

  Task<Result<StepEnd>> add_rows_of(PartitionId partition, const engine::Page& page) {
    Batch guard;
    guard.guard = Batch::Guard::kKeys;
    guard.read_at = page.version;
    std::vector<NewRows> added;
    for (size_t i = 0; i < page.size(); ++i) {
      auto row = filled_.row_of(page[i].key, value::ItemView(page[i].value));
      if (!row) continue;
      guard.depends_on.emplace_back(Space::kItems, Bytes(page[i].key));
      std::vector<IndexRow>& rows = rows_of(added, row->key);
      rows.push_back(*std::move(row));
    }
    if (added.empty()) co_return StepEnd::kDone;
    std::vector<engine::PartitionBatch> batches;
    batches.push_back({partition, std::move(guard)});
    for (NewRows& rows : added) {
      auto batch = co_await batch_of(rows);
      CO_RETURN_IF_REFUSED(batch);
      batches.push_back(*std::move(batch));
    }
    const Committed committed = co_await engine_.commit_all(std::move(batches));
    if (committed.kind == Committed::Kind::kDone) {
      for (const NewRows& rows : added)
        progress_.rows += rows.rows.size();
      co_return StepEnd::kDone;
    }
    // One that is unknown is repeated too: where it was applied, the rows are found.
    if (committed.kind == Committed::Kind::kRefused)
      co_return refuse(refusal_of(committed, "fill_index"));
    co_return StepEnd::kConflict;
  }

  std::vector<IndexRow>& rows_of(std::vector<NewRows>& added, BytesView key) const {
    const auto& ranges = filled_.index.partitions;
    const PartitionId partition = ranges[partition_of(ranges, key)].id;
    for (NewRows& rows : added)
      if (rows.partition == partition) return rows.rows;
    return added.emplace_back(NewRows{partition, {}}).rows;
  }

  // The rows that are not there yet, guarded by their absence.
  Task<Result<engine::PartitionBatch>> batch_of(const NewRows& added) {
    std::vector<engine::KeyView> keys;
    for (const IndexRow& row : added.rows)
      keys.push_back({Space::kItems, row.key});
    const auto there = co_await engine_.fetch(added.partition, keys, Consistency::kStrong);
    if (!there) co_return refuse(refusal_of(there.error(), "fill_index"));
    engine::PartitionBatch prepared{added.partition, {}};
    Batch& batch = prepared.batch;
    batch.guard = Batch::Guard::kKeys;
    batch.read_at = there->version;
    for (size_t i = 0; i < added.rows.size(); ++i) {
      const IndexRow& row = added.rows[i];
      batch.depends_on.emplace_back(Space::kItems, row.key);
      // Where there is one, a write of the item has put it there, as it is to be.
      if (there->values[i]) continue;
      batch.mutations.push_back({Space::kItems, row.key, row.value});
      batch.tally_changes[kItemCountTally] += 1;
      batch.tally_changes[kItemBytesTally] += static_cast<int64_t>(row.bytes);
    }
    co_return prepared;
  }

  void report(uint64_t percent) {
    if (percent < reported_percent_ + kPercentOfAReport) return;
    reported_percent_ = percent - percent % kPercentOfAReport;
    spdlog::info("event=index_filling table={} index={} percent={} rows={}", table_.schema.name,
                 filled_.name, reported_percent_, progress_.rows);
  }

  engine::Engine& engine_;
  const Table& table_;
  const SeparateRows& filled_;
  FillProgress& progress_;
  uint64_t reported_percent_ = 0;
};

Task<Status> fill(engine::Engine& engine, const Table& table, SeparateRows filled,
                  FillProgress& progress, std::function<bool()> is_wanted) {
  CO_RETURN_IF_REFUSED(co_await drain(engine, table));
  IndexFiller filler(engine, table, filled, progress);
  const auto& partitions = table.schema.partitions;
  for (; progress.partitions < partitions.size(); ++progress.partitions) {
    CO_RETURN_IF_REFUSED(co_await filler.fill_from(partitions[progress.partitions].id, is_wanted));
    progress.begin.clear();
  }
  spdlog::info("event=index_filled table={} index={} rows={}", table.schema.name, filled.name,
               progress.rows);
  co_return Status();
}

}  // namespace

Task<Status> drain(engine::Engine& engine, const Table& table) {
  if (table.older_are_over != nullptr) co_await table.older_are_over->wait();
  // What ended as unknown is applied before this or never.
  for (const PartitionRange& range : table.schema.partitions) {
    Committed::Kind kind = Committed::Kind::kUnknown;
    for (int attempt = 0; attempt < kMaxAttempts && kind != Committed::Kind::kDone; ++attempt) {
      Batch empty;
      const Committed committed = co_await engine.commit(range.id, std::move(empty));
      kind = committed.kind;
      if (kind == Committed::Kind::kRefused) co_return refuse(refusal_of(committed, "drain_table"));
    }
    if (kind != Committed::Kind::kDone) co_return refuse(internal_server_error());
  }
  co_return Status();
}

Task<Status> fill_index(engine::Engine& engine, const Table& table, const GlobalIndex& index,
                        FillProgress& progress, std::function<bool()> is_wanted) {
  return fill(engine, table, separate_rows(table.schema, index), progress, std::move(is_wanted));
}

Task<Status> fill_index(engine::Engine& engine, const Table& table, const ExpiryIndex& index,
                        FillProgress& progress, std::function<bool()> is_wanted) {
  return fill(engine, table, separate_rows(index), progress, std::move(is_wanted));
}

}  // namespace jedlik::table
