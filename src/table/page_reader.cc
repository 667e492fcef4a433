#include "table/page_reader.h"

#include <algorithm>

#include "base/ensure.h"
#include "base/limits.h"
#include "table/engine_errors.h"

namespace jedlik::table {

namespace {

using engine::Direction;

// Rows asked of the engine at a time, where the request's limit does not say less.
constexpr size_t kRowsAtATime = 4096;
// The same where each row's whole item is read, which may be much larger.
constexpr size_t kWholeItemsAtATime = 16;

// The whole items of a page's rows; none for a row that is not of the index.
using WholeItems = std::vector<std::optional<Bytes>>;

// The walk of one page: what is left of its range, and what it has seen.
class Walk {
 public:
  Walk(const PageSource& source, PageRequest request, ItemVisitor& visitor)
      : source_(source), request_(std::move(request)), visitor_(visitor) {
    if (request_.start_after) skip_past(*request_.start_after);
  }

  bool is_done() const { return done_; }
  PageEnd take_end() { return std::move(end_); }

  bool range_is_empty() const {
    const KeyRange& range = request_.range;
    return !range.end.empty() && range.begin >= range.end;
  }
  // The first and last partition that the rest of the range touches.
  size_t first_partition() const { return partition_of(source_.partitions, request_.range.begin); }
  size_t last_partition() const {
    if (request_.range.end.empty()) return source_.partitions.size() - 1;
    return partition_of(source_.partitions, request_.range.end);
  }
  engine::Range range() const { return {request_.range.begin, request_.range.end}; }
  engine::Budget budget() const {
    const size_t most = request_.whole_items ? kWholeItemsAtATime : kRowsAtATime;
    const size_t rows = request_.limit ? *request_.limit - end_.items : most;
    return {std::min(rows, most), limits::kPageBytes - page_bytes_ + 1};
  }
  const PageRequest& request() const { return request_; }
  const PageSource& source() const { return source_; }

  // The rows of all local indexes lie among each other.
  bool is_of_source(BytesView key) const {
    return !source_.is_local() ||
           local_number_of(source_.table.schema, key) == source_.layout.local_number;
  }

  // `whole` is empty unless the request asks for whole items.
  Status take(const engine::Page& page, const WholeItems& whole) {
    for (size_t i = 0; i < page.size() && !done_; ++i) {
      if (!is_of_source(page[i].key)) continue;
      if (whole.empty()) {
        RETURN_IF_REFUSED(take_row(page[i], value::ItemView(page[i].value), 0));
      } else if (whole[i] && is_item_of(page[i].key, value::ItemView(*whole[i]))) {
        const value::ItemView item(*whole[i]);
        const size_t bytes = item.size_bytes();
        end_.whole_items += read_units(bytes, request_.consistency);
        RETURN_IF_REFUSED(take_row(page[i], item, bytes));
      }
    }
    if (!done_ && page.size() > 0) skip_past(page[page.size() - 1].key);
    return {};
  }

 private:
  // Between the row and its item, the item may have changed.
  bool is_item_of(BytesView key, const value::ItemView& item) const {
    return row_key(source_.layout, item.attributes()) == key;
  }

  Status take_row(const engine::Page::Row& row, const value::ItemView& item, size_t whole_bytes) {
    RETURN_IF_REFUSED(visitor_.visit(item));
    const size_t bytes = value::ItemView(row.value).size_bytes();
    end_.items += 1;
    end_.bytes += bytes;
    page_bytes_ += bytes + whole_bytes;
    if (page_bytes_ >= limits::kPageBytes || end_.items == request_.limit) {
      end_.last_key = Bytes(row.key);
      done_ = true;
    }
    return {};
  }

  void skip_past(BytesView key) {
    if (request_.direction == Direction::kForward) {
      request_.range.begin = std::max(request_.range.begin, Bytes(key) + '\0');
    } else if (request_.range.end.empty() || key < request_.range.end) {
      request_.range.end = Bytes(key);
    }
  }

  const PageSource& source_;
  PageRequest request_;
  ItemVisitor& visitor_;
  PageEnd end_;
  size_t page_bytes_ = 0;
  bool done_ = false;
};

Task<Result<WholeItems>> read_whole_items(engine::Engine& engine, engine::PartitionId partition,
                                          const Walk& walk, const engine::Page& page) {
  std::vector<Bytes> keys;
  std::vector<size_t> places;
  for (size_t i = 0; i < page.size(); ++i) {
    if (!walk.is_of_source(page[i].key)) continue;
    const value::ItemView row(page[i].value);
    auto key = key_of_item(walk.source().table.schema, row.attributes());
    ENSURE(key.has_value(), "a row of an index has the item's key");
    keys.push_back(*std::move(key));
    places.push_back(i);
  }
  WholeItems whole(page.size());
  if (keys.empty()) co_return whole;
  std::vector<engine::KeyView> wanted;
  wanted.reserve(keys.size());
  for (const Bytes& key : keys)
    wanted.push_back({engine::Space::kItems, key});
  auto fetched = co_await engine.fetch(partition, wanted, walk.request().consistency);
  if (!fetched) co_return refuse(refusal_of(fetched.error(), "read_whole_items"));
  for (size_t i = 0; i < places.size(); ++i)
    whole[places[i]] = std::move(fetched->values[i]);
  co_return whole;
}

// Reads the part of the walk that lies in one partition.
Task<Status> read_partition(engine::Engine& engine, engine::PartitionId partition, Walk& walk) {
  while (!walk.is_done() && !walk.range_is_empty()) {
    const auto page =
        co_await engine.scan(partition, walk.source().space, walk.range(), walk.request().direction,
                             walk.budget(), walk.request().consistency);
    if (!page) co_return refuse(refusal_of(page.error(), "read_page"));
    WholeItems whole;
    if (walk.request().whole_items) {
      auto read = co_await read_whole_items(engine, partition, walk, *page);
      CO_RETURN_IF_REFUSED(read);
      whole = *std::move(read);
    }
    CO_RETURN_IF_REFUSED(walk.take(*page, whole));
    if (!page->more || page->size() == 0) break;
  }
  co_return Status();
}

}  // namespace

Task<Result<PageEnd>> read_page(engine::Engine& engine, const PageSource& source,
                                PageRequest request, ItemVisitor& visitor) {
  const bool forward = request.direction == Direction::kForward;
  Walk walk(source, std::move(request), visitor);
  if (walk.range_is_empty()) co_return walk.take_end();
  const size_t first = walk.first_partition();
  const size_t last = walk.last_partition();
  for (size_t n = 0; n <= last - first && !walk.is_done(); ++n) {
    const size_t place = forward ? first + n : last - n;
    CO_RETURN_IF_REFUSED(co_await read_partition(engine, source.partitions[place].id, walk));
  }
  co_return walk.take_end();
}

}  // namespace jedlik::table
