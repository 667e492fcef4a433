#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <functional>
#include <optional>
#include <utility>

#include "table/catalog.h"
#include "table/engine_errors.h"
#include "table/index_builder.h"
#include "table/index_consumer.h"

// The steps of a table's expiry index. Other changes of the table may come in between.
namespace jedlik::table {

namespace {

using engine::PartitionId;

bool is_settled(const TableSchema& schema) {
  return !schema.expiry_index || schema.expiry_index->status == IndexStatus::kActive ||
         schema.status == TableStatus::kCreating || schema.status == TableStatus::kDeleting;
}

// The table's expiry index while there is a step to be done for it.
const ExpiryIndex* find_unsettled(const TablePtr& table, PartitionId partition) {
  if (table == nullptr || is_settled(table->schema)) return nullptr;
  const ExpiryIndex& index = *table->schema.expiry_index;
  return index.partitions.front().id == partition ? &index : nullptr;
}

// The row that follows the index's state.
TableSchema next_row(TableSchema row) {
  IndexStatus& status = row.expiry_index->status;
  switch (status) {
    case IndexStatus::kCreating:
      status = IndexStatus::kPreparing;
      break;
    case IndexStatus::kPreparing:
      status = IndexStatus::kBackfilling;
      break;
    case IndexStatus::kBackfilling:
      status = IndexStatus::kActive;
      break;
    case IndexStatus::kDeleting:
      row.expiry_index.reset();
      break;
    case IndexStatus::kActive:
      break;
  }
  return row;
}

void log_row(const TableSchema& row) {
  if (!row.expiry_index) {
    spdlog::info("event=time_to_live_disabled table={}", row.name);
  } else if (row.expiry_index->status == IndexStatus::kActive) {
    spdlog::info("event=time_to_live_enabled table={} attribute={}", row.name,
                 row.expiry_index->attribute);
  }
}

Task<Status> drop_all(engine::Engine& engine, const std::vector<PartitionRange>& partitions) {
  for (const PartitionRange& range : partitions) {
    const auto dropped = co_await engine.drop(range.id);
    if (!dropped) co_return refuse(refusal_of(dropped.error(), "drop_expiry_index"));
  }
  co_return Status();
}

}  // namespace

// With changing_ held.
void Catalog::step_expiry_in_background(const TablePtr& table) {
  if (is_settled(table->schema)) return;
  const PartitionId partition = table->schema.expiry_index->partitions.front().id;
  if (!expiry_steps_.insert(partition).second) return;
  boost::asio::co_spawn(executor_, step_expiry(table->schema.name, partition),
                        [](const std::exception_ptr& thrown) {
                          if (thrown) spdlog::error("event=expiry_step_threw");
                        });
}

Task<void> Catalog::step_expiry(std::string table, PartitionId partition) {
  FillProgress progress;
  BackgroundStep step = [&] { return try_to_step_expiry(table, partition, progress); };
  co_await repeat(std::move(step));
}

// Whether there is no further step.
Task<Result<bool>> Catalog::try_to_step_expiry(const std::string& name, PartitionId partition,
                                               FillProgress& progress) {
  std::optional<IndexStatus> done;
  // The table is let go before the latch is waited for.
  {
    const TablePtr table = find(name);
    const ExpiryIndex* index = find_unsettled(table, partition);
    if (index != nullptr) {
      done = index->status;
      if (done == IndexStatus::kPreparing || done == IndexStatus::kDeleting)
        CO_RETURN_IF_REFUSED(co_await drain(engine_, *table));
      if (done == IndexStatus::kPreparing)
        CO_RETURN_IF_REFUSED(co_await begin_index_cursors(engine_, *table));
      if (done == IndexStatus::kDeleting) {
        const auto is_it = [index](const SeparateIndex& each) { return &each == index; };
        CO_RETURN_IF_REFUSED(co_await end_index_cursors(engine_, *table, is_it));
        CO_RETURN_IF_REFUSED(co_await drop_all(engine_, index->partitions));
      }
      if (done == IndexStatus::kBackfilling) {
        std::function<bool()> is_wanted = [this, &name, partition] {
          const TablePtr current = find(name);
          const ExpiryIndex* wanted = find_unsettled(current, partition);
          return wanted != nullptr && wanted->status == IndexStatus::kBackfilling;
        };
        const auto gone =
            co_await fill_index(engine_, *table, *index, progress, std::move(is_wanted));
        CO_RETURN_IF_REFUSED(gone);
        if (*gone) CO_RETURN_IF_REFUSED(co_await find_without(*table, **gone));
      }
    }
  }
  const Latches::Held latch = co_await changing_.lock(kChangeLatch);
  const TablePtr current = find(name);
  const ExpiryIndex* index = find_unsettled(current, partition);
  if (index == nullptr) {
    expiry_steps_.erase(partition);
    co_return true;
  }
  if (index->status != done) co_return false;
  if (done == IndexStatus::kBackfilling && !progress.is_filled) co_return false;
  if (done == IndexStatus::kCreating) {
    // With the latch held, so that the table is not dropped before its partition is made.
    const auto created = co_await engine_.create(partition);
    if (!created) co_return refuse(refusal_of(created.error(), "create_expiry_index"));
  }
  TableSchema row = next_row(current->schema);
  const auto commit = co_await commit_row(name, row, std::nullopt);
  CO_RETURN_IF_REFUSED(commit);
  if (*commit == RowCommit::kMade) {
    log_row(row);
    publish(std::move(row));
  }
  co_return false;
}

}  // namespace jedlik::table
