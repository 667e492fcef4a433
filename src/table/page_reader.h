#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "base/task.h"
#include "engine/engine.h"
#include "table/catalog.h"
#include "table/key_range.h"
#include "value/stored_item.h"

// Query and Scan below their expressions: a walk over a range of keys, in pages.
namespace jedlik::table {

struct PageRequest {
  KeyRange range;
  engine::Direction direction = engine::Direction::kForward;
  engine::Consistency consistency = engine::Consistency::kEventual;
  // The encoded key after which the page starts, in the order of the walk.
  std::optional<Bytes> start_after;
  // The page ends after this many items, before filtering; at least 1.
  std::optional<size_t> limit;
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
  size_t bytes = 0;  // their sizes as DynamoDB counts them
  // The last item's encoded key, where the page ended because of its limits: there may be more.
  std::optional<Bytes> last_key;
};

// One page: up to 1 MB of items (limits::kPageBytes) or `limit` of them. Memory is bounded by the
// page, whatever the table's size.
Task<Result<PageEnd>> read_page(engine::Engine& engine, const Table& table, PageRequest request,
                                ItemVisitor& visitor);

}  // namespace jedlik::table
