#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "engine/engine.h"
#include "table/catalog.h"

// Keeps indexes with partitions of their own where the engine cannot commit them together with the
// items: a consumer of the journal. At least once, in the order of each item's writes, so that
// nothing is lost; each step may be repeated and done by several nodes at once (index_sync.h). Its
// cursor is durable and holds the journal back.
namespace jedlik::table {

// The consumer's place in a partition's journal.
inline constexpr std::string_view kIndexCursor = "indexes";

// Steps of an index that is made or goes, each after no write and no consumer uses an older version
// of the table; they do nothing for a table whose commits keep its indexes. The first lets the
// consumer begin with the writes that come from now on, where it has no place yet. The second ends
// it, unless the table has an index beside `gone`.
Task<Status> begin_index_cursors(engine::Engine& engine, const Table& table);
Task<Status> end_index_cursors(engine::Engine& engine, const Table& table,
                               std::function<bool(const SeparateIndex&)> gone);

// `parent` was split, and nobody writes to its children yet: brings the indexes up to date with the
// rest of its journal, and lets the consumer begin with those of the children. `partitions` are the
// table's with the children among them.
Task<Status> hand_over_index_cursor(engine::Engine& engine, const Table& table,
                                    engine::PartitionId parent,
                                    const std::vector<PartitionRange>& partitions);

// Any thread may use it.
class IndexConsumer {
 public:
  // Both outlive the consumer, and it outlives its tasks.
  IndexConsumer(engine::Engine& engine, Catalog& catalog, const Clock& clock)
      : engine_(engine), catalog_(catalog), clock_(clock) {}

  // Round after round over all tables, on the executor of the caller, for ever.
  Task<void> run(std::chrono::milliseconds between_rounds);

  // Follows a table's journals until they are read to their ends.
  Task<Status> catch_up(std::string table_name);

  // How old the oldest write is that the table's indexes may lack, as far as is known here; zero
  // when they had all of them in the last round.
  std::chrono::milliseconds lag(std::string_view table_name) const;

 private:
  // True when there may be more to read.
  Task<Result<bool>> follow(const Table& table, engine::PartitionId partition);
  void note_lag(const std::string& table_name, std::chrono::milliseconds lag);

  engine::Engine& engine_;
  Catalog& catalog_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::map<std::string, std::chrono::milliseconds, std::less<>> lags_;
};

}  // namespace jedlik::table
