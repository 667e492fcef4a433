#include "table/index_builder.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "table/engine_errors.h"
#include "table/index_row.h"
#include "table/index_sync.h"
#include "table/partition_split.h"
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

enum class StepEnd : uint8_t { kDone, kConflict, kGone };

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

  // Up to the end of the table, or a partition that is gone.
  Task<FillEnd> fill(const std::function<bool()>& is_wanted) {
    const auto& partitions = table_.schema.partitions;
    while (!progress_.is_filled && !gone_ && is_wanted()) {
      const size_t place = partition_of(partitions, progress_.begin);
      const auto passed = co_await fill_from(partitions[place].id, is_wanted);
      CO_RETURN_IF_REFUSED(passed);
      if (!*passed) continue;
      progress_.is_filled = place + 1 == partitions.size();
      if (!progress_.is_filled) progress_.begin = partitions[place + 1].begin;
    }
    co_return gone_;
  }

 private:
  // Whether the partition's items are all done.
  Task<Result<bool>> fill_from(PartitionId partition, const std::function<bool()>& is_wanted) {
    Bytes& begin = progress_.begin;
    size_t items = kItemsAtATime;
    while (is_wanted()) {
      const engine::Range rest{begin, {}};
      const engine::Budget budget{items, kBytesAtATime};
      const auto page =
          co_await engine_.scan(partition, Space::kItems, rest, engine::Direction::kForward, budget,
                                Consistency::kStrong);
      if (!page) {
        if (note_gone(partition, page.error())) co_return false;
        co_return refuse(refusal_of(page.error(), "fill_index"));
      }
      const auto end = co_await fill_with(partition, *page);
      CO_RETURN_IF_REFUSED(end);
      if (*end == StepEnd::kGone) co_return false;
      if (*end == StepEnd::kConflict) {
        items = std::max<size_t>(1, items / 2);
        continue;
      }
      items = std::min(kItemsAtATime, items * 2);
      if (!page->more || page->size() == 0) co_return true;
      begin = Bytes((*page)[page->size() - 1].key) + '\0';
      report(percent_before(begin));
    }
    co_return false;
  }

  bool note_gone(PartitionId partition, const engine::Failure& failure) {
    if (is_gone(failure)) gone_ = partition;
    return gone_.has_value();
  }

  Task<Result<StepEnd>> fill_with(PartitionId partition, const engine::Page& page) {
    return table_.index_keeping == IndexKeeping::kSameCommit ? add_rows_of(partition, page)
                                                             : sync_rows_of(page);
  }

  Task<Result<StepEnd>> sync_rows_of(const engine::Page& page) {
    RowsToSync to_sync;
    for (size_t i = 0; i < page.size(); ++i) {
      auto row = filled_.row_of(page[i].key, value::ItemView(page[i].value));
      if (row) to_sync[Bytes(page[i].key)].insert(std::move(row->key));
    }
    if (!to_sync.empty())
      CO_RETURN_IF_REFUSED(co_await sync_rows(engine_, table_.schema.partitions, filled_, to_sync));
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
      if (gone_) co_return StepEnd::kGone;
      batches.push_back(*std::move(batch));
    }
    std::vector<PartitionId> partitions;
    partitions.reserve(batches.size());
    for (const engine::PartitionBatch& batch : batches)
      partitions.push_back(batch.partition);
    const Committed committed = co_await engine_.commit_all(std::move(batches));
    if (committed.kind == Committed::Kind::kDone) {
      for (const NewRows& rows : added)
        progress_.rows += rows.rows.size();
      co_return StepEnd::kDone;
    }
    // One that is unknown is repeated too: where it was applied, the rows are found.
    if (committed.kind == Committed::Kind::kRefused) {
      gone_ = co_await find_gone(engine_, partitions);
      if (gone_) co_return StepEnd::kGone;
      co_return refuse(refusal_of(committed, "fill_index"));
    }
    co_return StepEnd::kConflict;
  }

  std::vector<IndexRow>& rows_of(std::vector<NewRows>& added, BytesView key) const {
    const auto& ranges = filled_.index.partitions;
    const PartitionId partition = ranges[partition_of(ranges, key)].id;
    for (NewRows& rows : added)
      if (rows.partition == partition) return rows.rows;
    return added.emplace_back(NewRows{partition, {}}).rows;
  }

  // The rows that are not there yet, guarded by their absence. Nothing where gone_ is set.
  Task<Result<engine::PartitionBatch>> batch_of(const NewRows& added) {
    std::vector<engine::KeyView> keys;
    for (const IndexRow& row : added.rows)
      keys.push_back({Space::kItems, row.key});
    const auto there = co_await engine_.fetch(added.partition, keys, Consistency::kStrong);
    engine::PartitionBatch prepared{added.partition, {}};
    if (!there) {
      if (note_gone(added.partition, there.error())) co_return prepared;
      co_return refuse(refusal_of(there.error(), "fill_index"));
    }
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
  std::optional<PartitionId> gone_;
};

Task<FillEnd> fill(engine::Engine& engine, const Table& table, SeparateRows filled,
                   FillProgress& progress, std::function<bool()> is_wanted) {
  CO_RETURN_IF_REFUSED(co_await drain(engine, table));
  IndexFiller filler(engine, table, filled, progress);
  const auto gone = co_await filler.fill(is_wanted);
  CO_RETURN_IF_REFUSED(gone);
  if (progress.is_filled) {
    spdlog::info("event=index_filled table={} index={} rows={}", table.schema.name, filled.name,
                 progress.rows);
  }
  co_return *gone;
}

}  // namespace

Task<Status> drain(engine::Engine& engine, const Table& table) {
  if (table.older_are_over != nullptr) co_await table.older_are_over->wait();
  // What ended as unknown is applied before this or never.
  for (const PartitionRange& range : table.schema.partitions) {
    bool is_over = false;
    for (int attempt = 0; attempt < kMaxAttempts && !is_over; ++attempt) {
      Batch empty;
      const Committed committed = co_await engine.commit(range.id, std::move(empty));
      is_over = committed.kind == Committed::Kind::kDone;
      if (committed.kind != Committed::Kind::kRefused) continue;
      // Nothing is applied to a partition that is gone. Who has met it went on with a version of
      // the table that is newer than this one.
      const auto gone = co_await find_gone(engine, {&range.id, 1});
      if (!gone) co_return refuse(refusal_of(committed, "drain_table"));
      is_over = true;
    }
    if (!is_over) co_return refuse(internal_server_error());
  }
  co_return Status();
}

Task<FillEnd> fill_index(engine::Engine& engine, const Table& table, const GlobalIndex& index,
                         FillProgress& progress, std::function<bool()> is_wanted) {
  return fill(engine, table, separate_rows(table.schema, index), progress, std::move(is_wanted));
}

Task<FillEnd> fill_index(engine::Engine& engine, const Table& table, const ExpiryIndex& index,
                         FillProgress& progress, std::function<bool()> is_wanted) {
  return fill(engine, table, separate_rows(index), progress, std::move(is_wanted));
}

}  // namespace jedlik::table
