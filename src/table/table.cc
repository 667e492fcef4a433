#include "table/table.h"

#include <algorithm>
#include <utility>

namespace jedlik::table {

TableLease::~TableLease() {
  over->open();
  // A chain of versions that nobody else keeps ends here, not in one destructor inside another.
  std::shared_ptr<TableLease> next = std::move(newer);
  while (next != nullptr && next.use_count() == 1) {
    std::shared_ptr<TableLease> after = std::move(next->newer);
    next = std::move(after);
  }
}

bool Table::keeps_journal_for_indexes() const {
  if (index_keeping == IndexKeeping::kSameCommit) return false;
  const auto indexes = schema.separate_indexes();
  return std::any_of(indexes.begin(), indexes.end(),
                     [](const SeparateIndex* index) { return index->loses_rows(); });
}

}  // namespace jedlik::table
