#include "ttl/sweeper.h"

#include <spdlog/spdlog.h>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <optional>
#include <utility>

#include "base/limits.h"
#include "value/stored_item.h"

namespace jedlik::ttl {

namespace {

namespace asio = boost::asio;
using engine::Batch;
using engine::Committed;
using engine::PartitionId;
using engine::Space;
using table::ExpiryIndex;
using table::TablePtr;

// Deletes the item if it has expired as it stands.
class Expire final : public table::ItemChange {
 public:
  Expire(const ExpiryIndex& index, table::ExpiredSeconds expired)
      : index_(index), expired_(expired) {}

  Result<std::optional<Bytes>> apply(std::optional<value::ItemView> old) const override {
    if (!old || has_expired(*old)) return std::optional<Bytes>();
    return std::optional<Bytes>(old->bytes());
  }
  table::WriteCause cause() const override { return table::WriteCause::kExpiry; }

 private:
  bool has_expired(const value::ItemView& item) const {
    const auto second = table::expiry_of(index_, item);
    return second && expired_.has(*second);
  }

  const ExpiryIndex& index_;
  const table::ExpiredSeconds expired_;
};

// The table's index while it is swept.
const ExpiryIndex* find_index(const TablePtr& table) {
  if (table == nullptr || table->schema.status == table::TableStatus::kDeleting) return nullptr;
  const auto& index = table->schema.expiry_index;
  return index && index->is_complete() ? &*index : nullptr;
}

bool has_row(const ExpiryIndex& index, BytesView item_key, const std::optional<Bytes>& item,
             BytesView row_key) {
  if (!item) return false;
  const auto row = table::expiry_row(index, item_key, value::ItemView(*item));
  return row && row->key == row_key;
}

}  // namespace

Sweeper::Sweeper(table::Catalog& catalog, table::ItemStore& items, const Clock& clock,
                 SweeperOptions options)
    : catalog_(catalog), items_(items), clock_(clock), options_(options) {}

Task<void> Sweeper::run() {
  bool is_pressed = false;
  while (true) {
    if (!is_pressed) co_await rest(options_.interval);
    is_pressed = false;
    try {
      const Swept swept = co_await sweep();
      is_pressed = swept.more && swept.failures == 0;
      if (swept.deleted > 0 || swept.failures > 0) {
        spdlog::debug("event=items_expired deleted={} kept={} failures={}", swept.deleted,
                      swept.kept, swept.failures);
      }
    } catch (const std::exception& error) {
      spdlog::error("event=sweep_threw error=\"{}\"", error.what());
    }
  }
}

Task<Swept> Sweeper::sweep() {
  Swept swept;
  const table::ExpiredSeconds expired(clock_.now());
  if (begin_whole_round()) begins_.clear();
  for (const std::string& name : catalog_.names("", limits::kTablesPerAccount))
    co_await sweep_table(name, expired, swept);
  co_return swept;
}

bool Sweeper::begin_whole_round() {
  const auto now = clock_.steady_now();
  const auto wait = options_.interval * options_.intervals_to_a_whole_round;
  if (whole_round_at_ && now < *whole_round_at_ + wait) return false;
  whole_round_at_ = now;
  return true;
}

Task<void> Sweeper::sweep_table(std::string name, table::ExpiredSeconds expired, Swept& swept) {
  std::optional<Walk> walk;
  {
    const TablePtr table = catalog_.find(name);
    const ExpiryIndex* index = find_index(table);
    if (index == nullptr) co_return;
    walk.emplace(Walk{std::move(name), index->partitions.front().id, expired, Bytes()});
  }
  const auto known = begins_.find(walk->partition);
  walk->begin = known == begins_.end() ? expired.begin_key() : known->second;
  Next next = Next::kPage;
  for (size_t pages = 0; next == Next::kPage && pages < options_.commits_a_round; ++pages) {
    const auto started = clock_.steady_now();
    next = co_await sweep_page(*walk, swept);
    if (next == Next::kPage) co_await rest(clock_.steady_now() - started);
  }
  // After a failure this part is walked again.
  if (next == Next::kFailed) co_return;
  swept.more = swept.more || next == Next::kPage;
  begins_.insert_or_assign(walk->partition,
                           next == Next::kEnd ? expired.end_key() : std::move(walk->begin));
}

// The table is looked up for each page, so that no version of it is held for long.
Task<Sweeper::Next> Sweeper::sweep_page(Walk& walk, Swept& swept) {
  const TablePtr table = catalog_.find(walk.table);
  const ExpiryIndex* index = find_index(table);
  if (index == nullptr || index->partitions.front().id != walk.partition) co_return Next::kEnd;

  const Bytes end = walk.expired.end_key();
  if (walk.begin >= end) co_return Next::kEnd;  // within a second, or the clock was set back
  const engine::Range range{walk.begin, end};
  const engine::Budget budget{options_.items_at_a_time, size_t{1} << 20};
  const auto page = co_await items_.engine().scan(walk.partition, Space::kItems, range,
                                                  engine::Direction::kForward, budget,
                                                  engine::Consistency::kStrong);
  if (!page) {
    spdlog::warn("event=expiry_index_not_read table={} detail=\"{}\"", walk.table,
                 page.error().detail);
    ++swept.failures;
    co_return Next::kFailed;
  }
  if (page->size() == 0) co_return Next::kEnd;
  if (!co_await delete_items(table, walk, *page, swept)) {
    ++swept.failures;
    co_return Next::kFailed;
  }
  if (!page->more) co_return Next::kEnd;
  walk.begin = Bytes((*page)[page->size() - 1].key) + '\0';
  co_return Next::kPage;
}

// Whether all of them were looked at and written.
Task<bool> Sweeper::delete_items(const TablePtr& table, const Walk& walk, const engine::Page& page,
                                 Swept& swept) {
  const ExpiryIndex& index = *table->schema.expiry_index;
  const Expire expire(index, walk.expired);
  std::vector<table::BatchWrite> writes;
  for (size_t i = 0; i < page.size(); ++i)
    writes.push_back({table, Bytes(table::item_key_of_expiry_row(page[i].key)), &expire, {}});
  const Status written = co_await items_.write_batch(writes);
  if (!written) {
    spdlog::warn("event=expired_items_not_deleted table={} detail=\"{}\"", walk.table,
                 written.error().message);
    co_return false;
  }
  bool all = true;
  std::vector<Bytes> stale;
  for (size_t i = 0; i < writes.size(); ++i) {
    const auto& done = writes[i].written;
    if (!done) {
      all = false;
    } else if (done->old_item && !done->new_item) {
      ++swept.deleted;
    } else {
      ++swept.kept;
      if (!has_row(index, writes[i].key, done->new_item, page[i].key))
        stale.emplace_back(page[i].key);
    }
  }
  if (!stale.empty())
    co_await remove_stale_rows(walk.partition, page.version, std::move(stale), swept);
  co_return all;
}

// Rows that their items do not have. Where the index is written along with the items such a row has
// gone with the item's write since the page was read, and this conflicts.
Task<void> Sweeper::remove_stale_rows(PartitionId partition, engine::Version read_at,
                                      std::vector<Bytes> rows, Swept& swept) {
  const size_t count = rows.size();
  Batch batch;
  batch.guard = Batch::Guard::kKeys;
  batch.read_at = read_at;
  for (Bytes& row : rows) {
    batch.depends_on.emplace_back(Space::kItems, row);
    batch.mutations.push_back({Space::kItems, std::move(row), std::nullopt});
  }
  batch.tally_changes[table::kItemCountTally] = -static_cast<int64_t>(count);
  const Committed committed = co_await items_.engine().commit(partition, std::move(batch));
  if (committed.kind == Committed::Kind::kDone) swept.stale_rows += count;
}

Task<void> Sweeper::rest(std::chrono::steady_clock::duration time) {
  const auto executor = co_await asio::this_coro::executor;
  if (time <= std::chrono::steady_clock::duration::zero()) {
    co_await asio::post(executor, asio::use_awaitable);  // lets others run
    co_return;
  }
  asio::steady_timer timer(executor, time);
  co_await timer.async_wait(asio::use_awaitable);
}

}  // namespace jedlik::ttl
