#pragma once

#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/task.h"
#include "engine/engine.h"
#include "table/catalog.h"
#include "table/consumed_capacity.h"
#include "table/item_key.h"
#include "table/key_range.h"
#include "value/stored_item.h"

// Query and Scan below their expressions: a walk over a range of keys, in pages.
namespace jedlik::table {

// What is read: a table's items, or the rows of one of its indexes. Both outlive it.
struct PageSource {
  explicit PageSource(const Table& items)
      : table(items), layout(layout_of(items.schema)), partitions(items.schema.partitions) {}
  PageSource(const Table& items, const LocalIndex& rows)
      : table(items),
        index(&rows),
        layout(layout_of(items.schema, rows)),
        partitions(items.schema.partitions),
        space(engine::Space::kLocalIndex) {}
  PageSource(const Table& items, const GlobalIndex& rows)
      : table(items),
        index(&rows),
        layout(layout_of(items.schema, rows)),
        partitions(rows.partitions) {}

  bool is_local() const { return layout.local_number != 0; }

  const Table& table;
  const SecondaryIndex* index = nullptr;  // none: the table's items
  KeyLayout layout;
  const std::vector<PartitionRange>& partitions;
  engine::Space space = engine::Space::kItems;
};

struct PageRequest {
  KeyRange range;
  engine::Direction direction = engine::Direction::kForward;
  engine::Consistency consistency = engine::Consistency::kEventual;
  // The encoded key after which the page starts, in the order of the walk.
  std::optional<Bytes> start_after;
  // The page ends after this many items, before filtering; at least 1.
  std::optional<size_t> limit;
  // Of a local index: the visitor gets the whole items of the table, read besides.
  bool whole_items = false;
};

// Gets each item of a page in order, before filtering.
class ItemVisitor {
 public:
  virtual ~ItemVisitor() = default;
  // `item` is valid during the call. A refusal ends the page.
  virtual Status visit(const value::ItemView& item) = 0;
};

struct PageEnd {
  size_t items = 0;  // visited
  size_t bytes = 0;  // the sizes of what was walked over as DynamoDB counts them
  // Of whole items of the table that were read for rows of an index.
  Units whole_items;
  // Where the page ended because of its limits, and there may be more: the last item's encoded key;
  // of a page of a local index that ended between collections, one that no row needs to have.
  std::optional<Bytes> last_key;
};

// One page: up to 1 MB of items (limits::kPageBytes; whole items of the table count too) or `limit`
// of them. Memory is bounded by the page, whatever the table's size. A walk over all of a local
// index ends a page also after very many rows of other indexes, which lie between its own.
Task<Result<PageEnd>> read_page(engine::Engine& engine, const PageSource& source,
                                PageRequest request, ItemVisitor& visitor);

}  // namespace jedlik::table
