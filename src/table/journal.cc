#include "table/journal.h"

#include <algorithm>
#include <array>
#include <utility>

#include "table/engine_errors.h"
#include "table/journal_record.h"

namespace jedlik::table {

namespace {

using engine::Batch;
using engine::Committed;
using engine::Consistency;
using engine::Direction;
using engine::PartitionId;
using engine::Space;
using engine::Version;

constexpr BytesView kCursors = "journal/cursor/";
constexpr BytesView kCursorsEnd = "journal/cursor0";  // '0' follows '/'
constexpr BytesView kHorizon = "journal/horizon";
constexpr Version kFirstVersion{1};
constexpr size_t kBytesAtATime = size_t{1} << 20;
constexpr int kMaxAttempts = 100;

Bytes cursor_key(std::string_view name) {
  return Bytes(kCursors).append(name);
}

Version version_in(BytesView row) {
  return Version{read_big_endian(row)};
}

Task<Result<std::optional<Version>>> load_version(engine::Engine& engine, PartitionId partition,
                                                  Bytes key) {
  const std::array<engine::KeyView, 1> keys{{{Space::kMetadata, key}}};
  const auto row = co_await engine.fetch(partition, keys, Consistency::kStrong);
  if (!row) co_return refuse(refusal_of(row.error(), "read_journal"));
  if (!row->values[0]) co_return std::nullopt;
  co_return version_in(*row->values[0]);
}

// The least version that a cursor is at; none without cursors.
Task<Result<std::optional<Version>>> slowest_cursor(engine::Engine& engine, PartitionId partition) {
  constexpr engine::Budget kAll{1000, kBytesAtATime};
  const auto page =
      co_await engine.scan(partition, Space::kMetadata, engine::Range{kCursors, kCursorsEnd},
                           Direction::kForward, kAll, Consistency::kStrong);
  if (!page) co_return refuse(refusal_of(page.error(), "trim_journal"));
  std::optional<Version> slowest;
  for (size_t i = 0; i < page->size(); ++i) {
    const Version version = version_in((*page)[i].value);
    slowest = slowest ? std::min(*slowest, version) : version;
  }
  co_return slowest;
}

// A batch that may be repeated, whatever became of the first.
Task<Status> commit_surely(engine::Engine& engine, PartitionId partition, const Batch& batch) {
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    Batch again = batch;
    const Committed committed = co_await engine.commit(partition, std::move(again));
    if (committed.kind == Committed::Kind::kDone) co_return Status();
    if (committed.kind == Committed::Kind::kRefused)
      co_return refuse(refusal_of(committed, "keep_journal"));
  }
  co_return refuse(internal_server_error());
}

}  // namespace

JournalPage::JournalPage(engine::Page page, Version from) : page_(std::move(page)), next_(from) {
  if (page_.size() > 0) next_ = next_version((*this)[page_.size() - 1].version);
  // Without further records, nothing up to the page's moment has any.
  if (!page_.more) next_ = std::max(next_, next_version(page_.version));
}

JournalPage::Entry JournalPage::operator[](size_t i) const {
  return {version_in(page_[i].key), page_[i].value};
}

Task<Result<JournalPage>> read_journal(engine::Engine& engine, PartitionId partition, Version from,
                                       engine::Budget budget) {
  const Bytes begin = engine::journal_key(from);
  auto page = co_await engine.scan(partition, Space::kJournal, engine::Range{begin, {}},
                                   Direction::kForward, budget, Consistency::kStrong);
  if (!page) co_return refuse(refusal_of(page.error(), "read_journal"));
  co_return JournalPage(*std::move(page), from);
}

Task<Result<std::optional<Version>>> load_cursor(engine::Engine& engine, PartitionId partition,
                                                 std::string_view name) {
  return load_version(engine, partition, cursor_key(name));
}

Task<Status> save_cursor(engine::Engine& engine, PartitionId partition, std::string_view name,
                         std::optional<Version> version) {
  Batch batch;
  std::optional<Bytes> row;
  if (version) append_big_endian(row.emplace(), static_cast<uint64_t>(*version));
  batch.mutations.push_back({Space::kMetadata, cursor_key(name), std::move(row)});
  co_return co_await commit_surely(engine, partition, batch);
}

Task<Result<Version>> journal_horizon(engine::Engine& engine, PartitionId partition) {
  const auto version = co_await load_version(engine, partition, Bytes(kHorizon));
  CO_RETURN_IF_REFUSED(version);
  co_return version->value_or(kFirstVersion);
}

Task<Result<bool>> trim_journal(engine::Engine& engine, PartitionId partition, Timestamp older_than,
                                size_t most) {
  const auto horizon = co_await journal_horizon(engine, partition);
  CO_RETURN_IF_REFUSED(horizon);
  const auto slowest = co_await slowest_cursor(engine, partition);
  CO_RETURN_IF_REFUSED(slowest);
  const auto page = co_await read_journal(engine, partition, *horizon, {most, kBytesAtATime});
  CO_RETURN_IF_REFUSED(page);

  Batch trim;
  for (size_t i = 0; i < page->size(); ++i) {
    const auto [version, record] = (*page)[i];
    if (*slowest && version >= **slowest) break;
    const auto time = time_of_record(record);
    if (time && *time >= older_than) break;
    trim.mutations.push_back({Space::kJournal, engine::journal_key(version), std::nullopt});
  }
  if (trim.mutations.empty()) co_return false;
  const size_t trimmed = trim.mutations.size();
  Bytes next;
  append_big_endian(next, static_cast<uint64_t>(next_version((*page)[trimmed - 1].version)));
  trim.mutations.push_back({Space::kMetadata, Bytes(kHorizon), std::move(next)});
  CO_RETURN_IF_REFUSED(co_await commit_surely(engine, partition, trim));
  co_return trimmed == page->size() && page->more();
}

}  // namespace jedlik::table
