#pragma once

#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "engine/engine.h"

// The journal of a partition: one record for each commit that changed items, under the commit's
// version (journal_record.h). It is written by write_plan.h in the same commit as the items, where
// the table's schema says that it keeps one, and read here, by whoever wants to know what happened:
// at least once, in the order of versions, without disturbing writers.
//
// A reader that has to go on where it was, whatever happens to its process, keeps a cursor under a
// name. Records are trimmed when they are past their retention and behind every cursor.
//
// docs/formats/journal.md has the rows.
namespace jedlik::table {

// Records of a journal in order.
class JournalPage {
 public:
  struct Entry {
    engine::Version version;
    BytesView record;
  };

  JournalPage() = default;
  JournalPage(engine::Page page, engine::Version from);

  size_t size() const { return page_.size(); }
  // Valid while the page is there.
  Entry operator[](size_t i) const;
  // Where the next page begins: after all commits that this one looked at, with records or without.
  engine::Version next() const { return next_; }
  // There may be further records now.
  bool more() const { return page_.more; }

 private:
  engine::Page page_;
  engine::Version next_{};
};

inline engine::Version next_version(engine::Version version) {
  return engine::Version{static_cast<uint64_t>(version) + 1};
}

// The records from version `from` on. Sees every commit that was acknowledged before the call.
Task<Result<JournalPage>> read_journal(engine::Engine& engine, engine::PartitionId partition,
                                       engine::Version from, engine::Budget budget);

// The version from which on the reader of this name has not read. None before save_cursor. A cursor
// holds the journal's records back, those from its version on, until it is removed.
Task<Result<std::optional<engine::Version>>> load_cursor(engine::Engine& engine,
                                                         engine::PartitionId partition,
                                                         std::string_view name);
// May be repeated. Goes back as well as on. Without a version the cursor is removed.
Task<Status> save_cursor(engine::Engine& engine, engine::PartitionId partition,
                         std::string_view name, std::optional<engine::Version> version);

// The first version whose record can still be there.
Task<Result<engine::Version>> journal_horizon(engine::Engine& engine,
                                              engine::PartitionId partition);

// Removes the records that are before `older_than` and behind every cursor. May be repeated, and
// done by several nodes at once. `most` records at a time; true when there may be more to remove.
Task<Result<bool>> trim_journal(engine::Engine& engine, engine::PartitionId partition,
                                Timestamp older_than, size_t most);

}  // namespace jedlik::table
