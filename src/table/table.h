#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/limits.h"
#include "engine/engine.h"
#include "table/gate.h"
#include "table/schema.h"

// A table as the catalog gives it to those who read and write its items.
namespace jedlik::table {

// The tallies of a partition: how many items there are, and their bytes as DynamoDB counts. A
// global index's rows are the items of its partitions; those of local indexes have tallies of their
// own.
inline constexpr size_t kItemCountTally = 0;
inline constexpr size_t kItemBytesTally = 1;
// Of the local index with this number. The tally of its bytes is the next.
constexpr size_t count_tally_of_local(uint8_t number) {
  return size_t{number} * 2;
}
static_assert(count_tally_of_local(limits::kLocalIndexes) + 1 < engine::kTallies);

// Tells when nobody uses one version of a table, or an older one, any more: each version of a table
// keeps its lease, and each lease the next newer one.
struct TableLease {
  TableLease() = default;
  TableLease(const TableLease&) = delete;
  ~TableLease();

  const std::shared_ptr<Gate> over = std::make_shared<Gate>();
  // Set by the catalog when it makes a newer version.
  std::shared_ptr<TableLease> newer;
};

class Catalog;

enum class IndexKeeping : uint8_t { kSameCommit, kConsumer };

// One table as it is at a moment. Immutable; a change makes a new one.
struct Table {
  TableSchema schema;
  // Opens when the table has left CREATING, one way or the other, as far as is known here.
  std::shared_ptr<Gate> created;
  std::shared_ptr<TableLease> lease;
  // Opens when nobody in this process uses an older version; null where there was none.
  std::shared_ptr<Gate> older_are_over;
  // Whose table it is: for who finds a partition of this version gone.
  Catalog* catalog = nullptr;
  // Who changes the rows of indexes with partitions of their own: the commit that changes the item,
  // or, where the engine cannot commit across partitions, a consumer of the journal
  // (index_consumer.h).
  IndexKeeping index_keeping = IndexKeeping::kSameCommit;

  // Whether the consumer is to know of writes.
  bool keeps_journal_for_indexes() const;
  bool keeps_journal() const { return schema.keeps_journal() || keeps_journal_for_indexes(); }
};
using TablePtr = std::shared_ptr<const Table>;

struct IndexSize {
  int64_t item_count = 0;
  int64_t bytes = 0;
};
struct TableSize : IndexSize {
  // In the order of the schema.
  std::vector<IndexSize> local_indexes;
  std::vector<IndexSize> global_indexes;
};

}  // namespace jedlik::table
