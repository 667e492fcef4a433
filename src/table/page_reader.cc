#include "table/page_reader.h"

#include <algorithm>

#include "base/limits.h"
#include "table/engine_errors.h"

namespace jedlik::table {

namespace {

using engine::Direction;

// Rows asked of the engine at a time, where the request's limit does not say less.
constexpr size_t kRowsAtATime = 4096;

// The walk of one page: what is left of its range, and what it has seen.
class Walk {
 public:
  Walk(const Table& table, PageRequest request, ItemVisitor& visitor)
      : table_(table), request_(std::move(request)), visitor_(visitor) {
    if (request_.start_after) skip_past(*request_.start_after);
  }

  bool is_done() const { return done_; }
  PageEnd take_end() { return std::move(end_); }

  bool range_is_empty() const {
    const KeyRange& range = request_.range;
    return !range.end.empty() && range.begin >= range.end;
  }
  // The first and last partition that the rest of the range touches.
  size_t first_partition() const { return table_.schema.partition_of(request_.range.begin); }
  size_t last_partition() const {
    const TableSchema& schema = table_.schema;
    if (request_.range.end.empty()) return schema.partitions.size() - 1;
    return schema.partition_of(request_.range.end);
  }
  engine::Range range() const { return {request_.range.begin, request_.range.end}; }
  engine::Budget budget() const {
    const size_t rows = request_.limit ? *request_.limit - end_.items : kRowsAtATime;
    return {std::min(rows, kRowsAtATime), limits::kPageBytes - end_.bytes + 1};
  }
  const PageRequest& request() const { return request_; }

  Status take(const engine::Page& page) {
    for (size_t i = 0; i < page.size() && !done_; ++i) {
      const value::ItemView item(page[i].value);
      RETURN_IF_REFUSED(visitor_.visit(item));
      end_.items += 1;
      end_.bytes += item.size_bytes();
      if (end_.bytes >= limits::kPageBytes || end_.items == request_.limit) {
        end_.last_key = Bytes(page[i].key);
        done_ = true;
      }
    }
    if (!done_ && page.size() > 0) skip_past(page[page.size() - 1].key);
    return {};
  }

 private:
  void skip_past(BytesView key) {
    if (request_.direction == Direction::kForward) {
      request_.range.begin = std::max(request_.range.begin, Bytes(key) + '\0');
    } else if (request_.range.end.empty() || key < request_.range.end) {
      request_.range.end = Bytes(key);
    }
  }

  const Table& table_;
  PageRequest request_;
  ItemVisitor& visitor_;
  PageEnd end_;
  bool done_ = false;
};

// Reads the part of the walk that lies in one partition.
Task<Status> read_partition(engine::Engine& engine, const Table& table, size_t place, Walk& walk) {
  while (!walk.is_done() && !walk.range_is_empty()) {
    const auto page =
        co_await engine.scan(table.schema.partitions[place].id, engine::Space::kItems, walk.range(),
                             walk.request().direction, walk.budget(), walk.request().consistency);
    if (!page) co_return refuse(refusal_of(page.error(), "read_page"));
    CO_RETURN_IF_REFUSED(walk.take(*page));
    if (!page->more || page->size() == 0) break;
  }
  co_return Status();
}

}  // namespace

Task<Result<PageEnd>> read_page(engine::Engine& engine, const Table& table, PageRequest request,
                                ItemVisitor& visitor) {
  const bool forward = request.direction == Direction::kForward;
  Walk walk(table, std::move(request), visitor);
  if (walk.range_is_empty()) co_return walk.take_end();
  const size_t first = walk.first_partition();
  const size_t last = walk.last_partition();
  for (size_t n = 0; n <= last - first && !walk.is_done(); ++n) {
    const size_t place = forward ? first + n : last - n;
    CO_RETURN_IF_REFUSED(co_await read_partition(engine, table, place, walk));
  }
  co_return walk.take_end();
}

}  // namespace jedlik::table
