#include "table/index_consumer.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <vector>

#include "base/limits.h"
#include "table/engine_errors.h"
#include "table/index_sync.h"
#include "table/journal.h"
#include "table/journal_record.h"
#include "table/separate_rows.h"

namespace jedlik::table {

namespace {

using engine::PartitionId;
using engine::Version;

// Records that are read at a time.
constexpr engine::Budget kPage{64, size_t{1} << 20};

// The rows that the items had before and after these changes.
void add_rows(RowsToSync& to_sync, const SeparateRows& rows, const JournalRecord& record) {
  for (const ItemImages& images : record.changes) {
    for (const std::optional<BytesView>& image : {images.old_item, images.new_item}) {
      if (!image) continue;
      auto row = rows.row_of(images.key, value::ItemView(*image));
      if (row) to_sync[Bytes(images.key)].insert(std::move(row->key));
    }
  }
}

// Of a page of a journal. Damage ends it: rows must not be lost unnoticed.
Result<std::vector<JournalRecord>> read_records(const JournalPage& page) {
  std::vector<JournalRecord> records;
  for (size_t i = 0; i < page.size(); ++i) {
    auto record = read_journal_record(page[i].record);
    if (!record) {
      spdlog::error("event=journal_damaged version={}", static_cast<uint64_t>(page[i].version));
      return refuse(internal_server_error());
    }
    records.push_back(*std::move(record));
  }
  return records;
}

// Brings all indexes of the table up to date with these changes.
Task<Status> sync_with(engine::Engine& engine, const TableSchema& schema,
                       const std::vector<PartitionRange>& partitions,
                       const std::vector<JournalRecord>& records) {
  for (const SeparateRows& rows : separate_rows(schema)) {
    RowsToSync to_sync;
    for (const JournalRecord& record : records)
      add_rows(to_sync, rows, record);
    if (!to_sync.empty())
      CO_RETURN_IF_REFUSED(co_await sync_rows(engine, partitions, rows, to_sync));
  }
  co_return Status();
}

}  // namespace

Task<Status> begin_index_cursors(engine::Engine& engine, const Table& table) {
  if (table.index_keeping == IndexKeeping::kSameCommit) co_return Status();
  for (const PartitionRange& range : table.schema.partitions) {
    const auto cursor = co_await load_cursor(engine, range.id, kIndexCursor);
    CO_RETURN_IF_REFUSED(cursor);
    if (*cursor) continue;
    const auto state = co_await engine.describe(range.id);
    if (!state) co_return refuse(refusal_of(state.error(), "begin_index_cursors"));
    CO_RETURN_IF_REFUSED(
        co_await save_cursor(engine, range.id, kIndexCursor, next_version(state->version)));
  }
  co_return Status();
}

Task<Status> end_index_cursors(engine::Engine& engine, const Table& table,
                               std::function<bool(const SeparateIndex&)> gone) {
  if (table.index_keeping == IndexKeeping::kSameCommit) co_return Status();
  const auto indexes = table.schema.separate_indexes();
  const bool is_last = std::all_of(indexes.begin(), indexes.end(),
                                   [&](const SeparateIndex* index) { return gone(*index); });
  if (!is_last) co_return Status();
  for (const PartitionRange& range : table.schema.partitions)
    CO_RETURN_IF_REFUSED(co_await save_cursor(engine, range.id, kIndexCursor, std::nullopt));
  co_return Status();
}

Task<Status> hand_over_index_cursor(engine::Engine& engine, const Table& table, PartitionId parent,
                                    const std::vector<PartitionRange>& partitions) {
  const bool is_kept =
      table.index_keeping == IndexKeeping::kConsumer && !table.schema.separate_indexes().empty();
  if (!is_kept) co_return Status();
  // Without a cursor an index is being made, and will be filled with what the children have.
  auto cursor = co_await load_cursor(engine, parent, kIndexCursor);
  CO_RETURN_IF_REFUSED(cursor);
  while (*cursor) {
    const auto page = co_await read_journal(engine, parent, **cursor, kPage);
    CO_RETURN_IF_REFUSED(page);
    if (page->size() == 0) break;
    const auto records = read_records(*page);
    CO_RETURN_IF_REFUSED(records);
    CO_RETURN_IF_REFUSED(co_await sync_with(engine, table.schema, partitions, *records));
    *cursor = page->next();
  }
  for (const PartitionRange& range : partitions) {
    const auto begun = co_await load_cursor(engine, range.id, kIndexCursor);
    CO_RETURN_IF_REFUSED(begun);
    if (!*begun)
      CO_RETURN_IF_REFUSED(co_await save_cursor(engine, range.id, kIndexCursor, Version{1}));
  }
  co_return Status();
}

Task<void> IndexConsumer::run(std::chrono::milliseconds between_rounds) {
  boost::asio::steady_timer pause(co_await boost::asio::this_coro::executor);
  while (true) {
    for (const std::string& name : catalog_.names("", limits::kTablesPerAccount)) {
      const Status caught_up = co_await catch_up(name);
      if (!caught_up) spdlog::warn("event=indexes_not_kept table={}", name);
    }
    pause.expires_after(between_rounds);
    co_await pause.async_wait(boost::asio::use_awaitable);
  }
}

Task<Status> IndexConsumer::catch_up(std::string table_name) {
  while (true) {
    // One version of the table for each round, so that nobody waits long for an older one to go.
    const TablePtr table = catalog_.find(table_name);
    if (table == nullptr || !table->keeps_journal_for_indexes()) break;
    bool more = false;
    for (const PartitionRange& range : table->schema.partitions) {
      const auto followed = co_await follow(*table, range.id);
      CO_RETURN_IF_REFUSED(followed);
      more = more || *followed;
    }
    if (!more) break;
  }
  note_lag(table_name, std::chrono::milliseconds(0));
  co_return Status();
}

Task<Result<bool>> IndexConsumer::follow(const Table& table, PartitionId partition) {
  const auto cursor = co_await load_cursor(engine_, partition, kIndexCursor);
  CO_RETURN_IF_REFUSED(cursor);
  if (!*cursor) co_return false;  // it is being made
  const auto page = co_await read_journal(engine_, partition, **cursor, kPage);
  CO_RETURN_IF_REFUSED(page);
  if (page->size() == 0) co_return false;
  const auto records = read_records(*page);
  CO_RETURN_IF_REFUSED(records);
  const auto age = std::chrono::milliseconds(clock_.now().ms - records->front().time.ms);
  note_lag(table.schema.name, std::max(age, std::chrono::milliseconds(0)));
  CO_RETURN_IF_REFUSED(
      co_await sync_with(engine_, table.schema, table.schema.partitions, *records));
  CO_RETURN_IF_REFUSED(co_await save_cursor(engine_, partition, kIndexCursor, page->next()));
  co_return true;
}

void IndexConsumer::note_lag(const std::string& table_name, std::chrono::milliseconds lag) {
  const std::lock_guard lock(mutex_);
  if (lag.count() == 0) {
    lags_.erase(table_name);
  } else {
    lags_[table_name] = lag;
  }
}

std::chrono::milliseconds IndexConsumer::lag(std::string_view table_name) const {
  const std::lock_guard lock(mutex_);
  const auto found = lags_.find(table_name);
  return found == lags_.end() ? std::chrono::milliseconds(0) : found->second;
}

}  // namespace jedlik::table
