#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "engine/engine.h"
#include "table/catalog.h"
#include "table/expiry.h"
#include "table/item_store.h"

// Time to Live: deletes items that have expired, found by their table's expiry index. A deletion is
// a write like any other, so that it reaches indexes and streams; it costs nobody capacity. It
// looks at the item as it then stands, so that one that was renewed stays, and so that several
// nodes may sweep the same table. docs/ttl.md.
namespace jedlik::ttl {

struct SweeperOptions {
  // From the end of a round to the next.
  std::chrono::milliseconds interval{1000};
  // Items that are deleted in one commit.
  size_t items_at_a_time = 25;
  // Commits for one table in one round. Where there is more to delete the next round comes at once:
  // one table does not keep the others waiting.
  size_t commits_a_round = 40;
  // A round goes on where the round before it ended: nothing can be before that but what was
  // written when it had expired already. So now and then, after so many intervals, one walks the
  // whole index. (What a walk finds there are the marks of deleted rows, which take a while to go.)
  int intervals_to_a_whole_round = 10;
};

// What a round did.
struct Swept {
  size_t deleted = 0;
  size_t kept = 0;  // renewed, or deleted by somebody else
  size_t stale_rows = 0;
  size_t failures = 0;  // of the engine; what was left is tried again in the next round
  bool more = false;    // there is more to delete
};

// One for each process. Runs in one coroutine. It rests after each commit for as long as that took,
// so that a store that has more to do is asked for less.
class Sweeper {
 public:
  // Everything passed by reference must outlive the sweeper, and the sweeper its coroutines.
  Sweeper(table::Catalog& catalog, table::ItemStore& items, const Clock& clock,
          SweeperOptions options = {});

  // Sweeps again and again; never ends.
  Task<void> run();

  // One round over all tables.
  Task<Swept> sweep();

 private:
  // A walk over one table's index.
  struct Walk {
    std::string table;
    engine::PartitionId partition;
    table::ExpiredSeconds expired;
    Bytes begin;
  };
  // What is to come after a page.
  enum class Next : uint8_t { kPage, kEnd, kFailed };

  bool begin_whole_round();
  Task<void> sweep_table(std::string name, table::ExpiredSeconds expired, Swept& swept);
  Task<Next> sweep_page(Walk& walk, Swept& swept);
  Task<bool> delete_items(const table::TablePtr& table, const Walk& walk, const engine::Page& page,
                          Swept& swept);
  Task<void> remove_stale_rows(engine::PartitionId partition, engine::Version read_at,
                               std::vector<Bytes> rows, Swept& swept);
  Task<void> rest(std::chrono::steady_clock::duration time);

  table::Catalog& catalog_;
  table::ItemStore& items_;
  const Clock& clock_;
  const SweeperOptions options_;
  // When a round last walked whole indexes.
  std::optional<std::chrono::steady_clock::time_point> whole_round_at_;
  // Where the next round begins in the indexes that were walked.
  std::map<engine::PartitionId, Bytes> begins_;
};

}  // namespace jedlik::ttl
