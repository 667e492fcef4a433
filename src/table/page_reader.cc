#include "table/page_reader.h"

#include <algorithm>

#include "base/ensure.h"
#include "base/limits.h"
#include "table/engine_errors.h"
#include "table/partition_split.h"

namespace jedlik::table {

namespace {

using engine::Direction;

// Rows asked of the engine at a time, where the request's limit does not say less.
constexpr size_t kRowsAtATime = 4096;
// The same where each row's whole item is read, which may be much larger.
constexpr size_t kWholeItemsAtATime = 16;

using Partitions = std::vector<PartitionRange>;

// The whole items of a page's rows; none for a row that is not of the index.
using WholeItems = std::vector<std::optional<Bytes>>;

// The rows of all local indexes of a table lie among each other. A walk over one of them steps over
// the rest of a collection where that saves reading it, and ends its page, although it found
// nothing, where it would take too long to look further.
class ForeignRows {
 public:
  explicit ForeignRows(const PageSource& source) : source_(source) {}

  bool is_foreign(BytesView key) const { return source_.is_local() && number_of(key) != ours(); }
  void count(const engine::Page::Row& row) {
    rows_ += 1;
    bytes_ += row.key.size() + row.value.size();
  }
  bool are_there() const { return rows_ > 0; }
  bool are_too_many() const { return rows_ >= kForeignRows || bytes_ >= kForeignBytes; }

  // After a page whose last row is a foreign one: where the walk goes on, before all rows of ours
  // that are left.
  Bytes next_after(const engine::Page& page) {
    const BytesView last = page[page.size() - 1].key;
    std::optional<Bytes> passed = passed_in(page);
    if (passed) passed_ = std::move(passed);
    if (number_of(last) > ours()) return local_prefix(schema(), last, kAfterAll);
    pending_ = local_prefix(schema(), last, ours());
    return *pending_;
  }

  // After one whose last row is ours.
  void forget() {
    passed_.reset();
    pending_.reset();
  }

  // A key that the walk can end with there: after all rows of ours that it has come past, and
  // before those that are left. None where no collection is known to be done with.
  std::optional<Bytes> end() const {
    if (!passed_) return std::nullopt;
    return greatest_row_key(source_.layout, *passed_);
  }

 private:
  // What one page walks over at most besides its own rows, about.
  static constexpr size_t kForeignRows = 100'000;
  static constexpr size_t kForeignBytes = 16 * limits::kPageBytes;
  static constexpr uint8_t kAfterAll = 0xFF;  // greater than the number of any local index

  const TableSchema& schema() const { return source_.table.schema; }
  uint8_t ours() const { return source_.layout.local_number; }
  uint8_t number_of(BytesView key) const { return local_number_of(schema(), key); }

  // The last collection that the page shows to have no more rows of ours, by the beginning of their
  // keys.
  std::optional<Bytes> passed_in(const engine::Page& page) const {
    const Bytes last = local_prefix(schema(), page[page.size() - 1].key, ours());
    for (size_t i = page.size(); i-- > 0;) {
      const Bytes each = local_prefix(schema(), page[i].key, ours());
      if (each != last || number_of(page[i].key) > ours()) return each;
    }
    return pending_ && *pending_ != last ? pending_ : std::nullopt;
  }

  const PageSource& source_;
  // Beginnings of keys: of the last collection that is done with, and of the one whose rows of ours
  // were to come next.
  std::optional<Bytes> passed_;
  std::optional<Bytes> pending_;
  size_t rows_ = 0;
  size_t bytes_ = 0;
};

// The walk of one page: what is left of its range, and what it has seen.
class Walk {
 public:
  Walk(const PageSource& source, PageRequest request, ItemVisitor& visitor)
      : source_(source), foreign_(source), request_(std::move(request)), visitor_(visitor) {
    if (request_.start_after) skip_past(*request_.start_after);
  }

  bool is_done() const { return done_; }
  PageEnd take_end() { return std::move(end_); }

  bool range_is_empty() const {
    const KeyRange& range = request_.range;
    return !range.end.empty() && range.begin >= range.end;
  }
  // The place in the map of the partition where the rest of the range begins, in the order of the
  // walk.
  size_t next_partition(const Partitions& partitions) const {
    const KeyRange& range = request_.range;
    if (request_.direction == Direction::kForward) return partition_of(partitions, range.begin);
    if (range.end.empty()) return partitions.size() - 1;
    const size_t place = partition_of(partitions, range.end);
    return place > 0 && partitions[place].begin == range.end ? place - 1 : place;
  }
  // The walk is through with the partition at that place.
  void pass_partition(const Partitions& partitions, size_t place) {
    if (request_.direction == Direction::kForward) {
      done_ = place + 1 == partitions.size();
      if (!done_)
        request_.range.begin = std::max(request_.range.begin, partitions[place + 1].begin);
    } else {
      done_ = place == 0;
      if (!done_) request_.range.end = partitions[place].begin;
    }
  }
  engine::Range range() const { return {request_.range.begin, request_.range.end}; }
  engine::Budget budget() const {
    const size_t most = request_.whole_items ? kWholeItemsAtATime : kRowsAtATime;
    const size_t wanted = request_.limit ? *request_.limit - end_.items : most;
    // An item has at most one row in each local index, and its collection one of its size.
    const size_t each = foreign_.are_there() ? source_.table.schema.local_indexes.size() + 1 : 1;
    return {std::min(wanted, most / each) * each, limits::kPageBytes - page_bytes_ + 1};
  }
  const PageRequest& request() const { return request_; }
  const PageSource& source() const { return source_; }

  bool is_of_source(BytesView key) const { return !foreign_.is_foreign(key); }

  // `whole` is empty unless the request asks for whole items.
  Status take(const engine::Page& page, const WholeItems& whole) {
    for (size_t i = 0; i < page.size() && !done_; ++i) {
      if (!is_of_source(page[i].key)) {
        foreign_.count(page[i]);
      } else if (whole.empty()) {
        RETURN_IF_REFUSED(take_row(page[i], value::ItemView(page[i].value), 0));
      } else if (whole[i] && is_item_of(page[i].key, value::ItemView(*whole[i]))) {
        const value::ItemView item(*whole[i]);
        const size_t bytes = item.size_bytes();
        end_.whole_items += read_units(bytes, request_.consistency);
        RETURN_IF_REFUSED(take_row(page[i], item, bytes));
      }
    }
    if (!done_ && page.size() > 0) go_on_after(page);
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

  void go_on_after(const engine::Page& page) {
    const BytesView last = page[page.size() - 1].key;
    if (is_of_source(last) || request_.direction == Direction::kBackward) {
      foreign_.forget();
      return skip_past(last);
    }
    request_.range.begin = std::max(request_.range.begin, foreign_.next_after(page));
    if (!foreign_.are_too_many()) return;
    std::optional<Bytes> end = foreign_.end();
    const bool is_further = end && (!request_.start_after || *end > *request_.start_after);
    if (!is_further) return;
    end_.last_key = std::move(end);
    done_ = true;
  }

  void skip_past(BytesView key) {
    if (request_.direction == Direction::kForward) {
      request_.range.begin = std::max(request_.range.begin, Bytes(key) + '\0');
    } else if (request_.range.end.empty() || key < request_.range.end) {
      request_.range.end = Bytes(key);
    }
  }

  const PageSource& source_;
  ForeignRows foreign_;
  PageRequest request_;
  ItemVisitor& visitor_;
  PageEnd end_;
  size_t page_bytes_ = 0;
  bool done_ = false;
};

Task<engine::Outcome<WholeItems>> read_whole_items(engine::Engine& engine,
                                                   engine::PartitionId partition, const Walk& walk,
                                                   const engine::Page& page) {
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
  if (!fetched) co_return tl::unexpected<engine::Failure>(std::move(fetched).error());
  for (size_t i = 0; i < places.size(); ++i)
    whole[places[i]] = std::move(fetched->values[i]);
  co_return whole;
}

enum class PartEnd : uint8_t { kWhole, kGone };

Result<PartEnd> end_of(const engine::Failure& failure, std::string_view doing) {
  if (is_gone(failure)) return PartEnd::kGone;
  return refuse(refusal_of(failure, doing));
}

// Reads the part of the walk that lies in one partition.
Task<Result<PartEnd>> read_partition(engine::Engine& engine, engine::PartitionId partition,
                                     Walk& walk) {
  while (!walk.is_done() && !walk.range_is_empty()) {
    const auto page =
        co_await engine.scan(partition, walk.source().space, walk.range(), walk.request().direction,
                             walk.budget(), walk.request().consistency);
    if (!page) co_return end_of(page.error(), "read_page");
    WholeItems whole;
    if (walk.request().whole_items) {
      auto read = co_await read_whole_items(engine, partition, walk, *page);
      if (!read) co_return end_of(read.error(), "read_whole_items");
      whole = *std::move(read);
    }
    CO_RETURN_IF_REFUSED(walk.take(*page, whole));
    if (!page->more || page->size() == 0) break;
  }
  co_return PartEnd::kWhole;
}

// The partitions of the source in another version of its table.
Result<const Partitions*> partitions_in(const TableSchema& schema, const PageSource& source) {
  if (&source.partitions == &source.table.schema.partitions) return &schema.partitions;
  const GlobalIndex* index = schema.find_global_index(source.index->name);
  if (index == nullptr) return refuse(table_not_found());
  return &index->partitions;
}

}  // namespace

Task<Result<PageEnd>> read_page(engine::Engine& engine, const PageSource& source,
                                PageRequest request, ItemVisitor& visitor) {
  Walk walk(source, std::move(request), visitor);
  // Where a partition was split meanwhile: the table as it is now, of which nothing but the map is
  // used.
  TablePtr newer;
  const Partitions* partitions = &source.partitions;
  while (!walk.is_done() && !walk.range_is_empty()) {
    const size_t place = walk.next_partition(*partitions);
    const engine::PartitionId partition = (*partitions)[place].id;
    const auto end = co_await read_partition(engine, partition, walk);
    CO_RETURN_IF_REFUSED(end);
    if (*end == PartEnd::kWhole) {
      if (!walk.is_done()) walk.pass_partition(*partitions, place);
      continue;
    }
    auto found = co_await source.table.catalog->find_without(source.table, partition);
    CO_RETURN_IF_REFUSED(found);
    const auto there = partitions_in((*found)->schema, source);
    CO_RETURN_IF_REFUSED(there);
    partitions = *there;
    newer = *std::move(found);
  }
  co_return walk.take_end();
}

}  // namespace jedlik::table
