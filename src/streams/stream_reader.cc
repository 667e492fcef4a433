#include "streams/stream_reader.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/limits.h"
#include "table/engine_errors.h"
#include "table/item_key.h"
#include "table/journal.h"
#include "value/stored_item.h"

namespace jedlik::streams {

namespace {

using engine::Version;
using table::JournalPage;
using table::next_version;
using table::StreamShard;
using table::StreamView;

// Of the journal that is read for a page: images in stored form are somewhat longer than they
// count, and not all belong to every view.
constexpr size_t kJournalBytes = 2 * limits::kStreamPageBytes;

// The version behind a shard's last; none while it is open.
std::optional<Version> end_of(const StreamShard& shard) {
  if (!shard.last) return std::nullopt;
  return std::max(shard.first, next_version(*shard.last));
}

size_t bytes_of(const StreamRecord& record, StreamView view) {
  const table::ItemImages& images = record.images;
  size_t bytes = value::ItemView(record.keys).size_bytes();
  if (images.old_item && has_old_image(view))
    bytes += value::ItemView(*images.old_item).size_bytes();
  if (images.new_item && has_new_image(view))
    bytes += value::ItemView(*images.new_item).size_bytes();
  return bytes;
}

// Fills a page with the changes of journal records, one after the other.
class PageFiller {
 public:
  PageFiller(ShardPage& page, const table::TableSchema& table, StreamView view, StreamPosition from,
             size_t limit)
      : page_(page), layout_(table::layout_of(table)), view_(view), from_(from), limit_(limit) {}

  // False when the page is full: it goes on at next().
  bool add(const JournalPage::Entry& entry, const table::JournalRecord& record) {
    for (uint32_t i = 0; i < record.changes.size(); ++i) {
      const StreamPosition position{from_.partition, entry.version, i};
      if (position < from_) continue;
      const table::ItemImages& images = record.changes[i];
      StreamRecord next{position, record.time, images,
                        table::attributes_of_key(layout_, images.key)};
      next.bytes = bytes_of(next, view_);
      const bool fits =
          page_.records.empty() ||
          (page_.records.size() < limit_ && page_.bytes + next.bytes <= limits::kStreamPageBytes);
      if (!fits) {
        next_ = position;
        return false;
      }
      page_.bytes += next.bytes;
      page_.records.push_back(std::move(next));
    }
    return true;
  }
  StreamPosition next() const { return next_; }

 private:
  ShardPage& page_;
  const table::KeyLayout layout_;
  const StreamView view_;
  const StreamPosition from_;
  const size_t limit_;
  StreamPosition next_;
};

ApiError damaged(const StreamPosition& position) {
  spdlog::error("event=journal_damaged partition={} version={}",
                static_cast<uint64_t>(position.partition), static_cast<uint64_t>(position.version));
  return internal_server_error();
}

}  // namespace

bool has_old_image(StreamView view) {
  return view == StreamView::kOldImage || view == StreamView::kNewAndOldImages;
}

bool has_new_image(StreamView view) {
  return view == StreamView::kNewImage || view == StreamView::kNewAndOldImages;
}

Task<Result<StreamPosition>> trim_horizon(engine::Engine& engine, const StreamShard& shard) {
  const auto horizon = co_await table::journal_horizon(engine, shard.partition);
  CO_RETURN_IF_REFUSED(horizon);
  co_return StreamPosition{shard.partition, std::max(shard.first, *horizon), 0};
}

Task<Result<StreamPosition>> latest(engine::Engine& engine, const StreamShard& shard) {
  if (const auto end = end_of(shard)) co_return StreamPosition{shard.partition, *end, 0};
  const auto state = co_await engine.describe(shard.partition);
  if (!state) co_return refuse(table::refusal_of(state.error(), "read_stream"));
  co_return StreamPosition{shard.partition, std::max(shard.first, next_version(state->version)), 0};
}

Task<Result<ShardPage>> read_shard(engine::Engine& engine, const table::TableSchema& table,
                                   StreamView view, const StreamShard& shard, StreamPosition from,
                                   size_t limit) {
  auto read =
      co_await table::read_journal(engine, shard.partition, from.version, {limit, kJournalBytes});
  CO_RETURN_IF_REFUSED(read);
  // After the reading, so that what was trimmed meanwhile is noticed.
  const auto horizon = co_await table::journal_horizon(engine, shard.partition);
  CO_RETURN_IF_REFUSED(horizon);
  if (from.version < *horizon) co_return refuse(trimmed_data_access());

  auto journal = std::make_shared<const JournalPage>(*std::move(read));
  ShardPage page;
  page.owned = journal;
  const std::optional<Version> end = end_of(shard);
  PageFiller filler(page, table, view, from, limit);
  for (size_t i = 0; i < journal->size(); ++i) {
    const JournalPage::Entry entry = (*journal)[i];
    if (end && entry.version >= *end) break;
    const auto record = table::read_journal_record(entry.record);
    if (!record) co_return refuse(damaged({from.partition, entry.version, 0}));
    if (filler.add(entry, *record)) continue;
    page.next = filler.next();
    co_return page;
  }
  if (!end || journal->next() < *end)
    page.next = StreamPosition{from.partition, std::max(from.version, journal->next()), 0};
  co_return page;
}

}  // namespace jedlik::streams
