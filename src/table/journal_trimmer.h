#pragma once

#include <chrono>
#include <set>
#include <string>

#include "base/clock.h"
#include "base/limits.h"
#include "base/result.h"
#include "base/task.h"
#include "engine/engine.h"
#include "table/catalog.h"

// Trims the journals of all tables, and forgets streams that cannot be read any more. Of deleted
// tables, which keep their journals for their streams, it removes the items.
namespace jedlik::table {

struct JournalTrimmerOptions {
  // Between two rounds.
  std::chrono::milliseconds interval{60'000};
  // How long streams can be read, which holds for their records as well.
  std::chrono::milliseconds retention{limits::kStreamRetentionMs};
};

// Several nodes may do it at once.
class JournalTrimmer {
 public:
  // All of them outlive the trimmer, and it outlives its tasks.
  JournalTrimmer(engine::Engine& engine, Catalog& catalog, const Clock& clock,
                 JournalTrimmerOptions options = {})
      : engine_(engine), catalog_(catalog), clock_(clock), options_(options) {}

  // Round after round, on the executor of the caller, for ever.
  Task<void> run();

  // One round. What fails is in the log, and tried again in the next one.
  Task<void> trim_all();

 private:
  Task<void> trim_deleted();
  Task<Status> remove_items(const TableSchema& schema);
  Task<Status> trim_table(std::string name);
  Task<Status> trim_partition(engine::PartitionId partition, Timestamp older_than);
  Task<Status> forget_streams(std::string name, Timestamp disabled_before);

  engine::Engine& engine_;
  Catalog& catalog_;
  const Clock& clock_;
  const JournalTrimmerOptions options_;
  std::set<std::string> emptied_;  // ids of deleted tables that have no items left
};

}  // namespace jedlik::table
