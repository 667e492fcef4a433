#include "table/transaction_record.h"

#include <array>

#include "base/ensure.h"
#include "table/catalog.h"
#include "table/engine_errors.h"

namespace jedlik::table {

namespace {

using engine::Batch;
using engine::Committed;
using engine::Consistency;
using engine::KeyView;
using engine::Space;
using State = TransactionRecord::State;

constexpr BytesView kRecordPrefix = "transaction/";
constexpr BytesView kRecordPrefixEnd = "transaction0";  // '0' follows '/'
constexpr BytesView kNextBlock = "next_transaction";
constexpr uint64_t kIdsOfABlock = uint64_t{1} << 20;
constexpr engine::Budget kPageBudget{64, size_t{1} << 20};
constexpr uint64_t kIdLatch = 0;
// How often something is tried again when others are first, or nobody can tell, before it is given
// up.
constexpr int kMaxAttempts = 100;

Bytes record_key(TransactionId id) {
  Bytes key(kRecordPrefix);
  append_big_endian(key, static_cast<uint64_t>(id));
  return key;
}

Bytes take_text(BytesView& from) {
  BytesView text;
  const bool taken = take_sized(from, text);
  ENSURE(taken, "a stored record can be read");
  return Bytes(text);
}

Bytes store_record(const TransactionRecord& record) {
  Bytes stored(1, static_cast<char>(record.state));
  append_big_endian(stored, static_cast<uint64_t>(record.begun.ms));
  for (const TransactionRecord::Item& item : record.items) {
    append_sized(stored, item.table_name);
    append_sized(stored, item.table_id);
    append_sized(stored, item.key);
  }
  return stored;
}

TransactionRecord load_record(BytesView stored) {
  TransactionRecord record;
  record.state = static_cast<State>(stored[0]);
  stored.remove_prefix(1);
  record.begun = Timestamp{static_cast<int64_t>(read_big_endian(stored))};
  stored.remove_prefix(sizeof(uint64_t));
  while (!stored.empty()) {
    TransactionRecord::Item& item = record.items.emplace_back();
    item.table_name = take_text(stored);
    item.table_id = take_text(stored);
    item.key = take_text(stored);
  }
  return record;
}

// A commit that is made only if the rows that it depends on are as they were at `read_at`.
Batch guarded(engine::Version read_at) {
  Batch batch;
  batch.guard = Batch::Guard::kKeys;
  batch.read_at = read_at;
  return batch;
}

void change(Batch& batch, const Bytes& key, std::optional<Bytes> value) {
  batch.depends_on.emplace_back(Space::kMetadata, key);
  batch.mutations.push_back({Space::kMetadata, key, std::move(value)});
}

Task<Committed> commit(engine::Engine& engine, Batch batch) {
  co_return co_await engine.commit(kTransactionPartition, std::move(batch));
}

}  // namespace

Task<Result<TransactionId>> TransactionIds::next(engine::Engine& engine) {
  const auto latch = co_await latches_.lock(kIdLatch);
  if (next_ == end_) CO_RETURN_IF_REFUSED(co_await take_block(engine));
  co_return TransactionId{next_++};
}

Task<Status> TransactionIds::take_block(engine::Engine& engine) {
  const Bytes key(kNextBlock);
  const std::array<KeyView, 1> keys{{{Space::kMetadata, key}}};
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    const auto fetched = co_await engine.fetch(kTransactionPartition, keys, Consistency::kStrong);
    if (!fetched) co_return refuse(refusal_of(fetched.error(), "take_transaction_ids"));
    const uint64_t first = fetched->values[0] ? read_big_endian(*fetched->values[0]) : 1;
    Batch batch = guarded(fetched->version);
    Bytes next;
    append_big_endian(next, first + kIdsOfABlock);
    change(batch, key, std::move(next));
    const Committed committed = co_await commit(engine, std::move(batch));
    if (committed.kind != Committed::Kind::kDone) continue;
    next_ = first;
    end_ = first + kIdsOfABlock;
    co_return Status();
  }
  co_return refuse(internal_server_error());
}

Task<Result<TransactionId>> begin_transaction(engine::Engine& engine, TransactionIds& ids,
                                              const TransactionRecord& record) {
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    const auto id = co_await ids.next(engine);
    CO_RETURN_IF_REFUSED(id);
    Batch batch;
    batch.mutations.push_back({Space::kMetadata, record_key(*id), store_record(record)});
    const Committed committed = co_await commit(engine, std::move(batch));
    if (committed.kind == Committed::Kind::kDone) co_return *id;
    // If it comes to be there after all, it is one without locks.
    if (committed.kind == Committed::Kind::kRefused)
      co_return refuse(refusal_of(committed, "begin_transaction"));
  }
  co_return refuse(internal_server_error());
}

Task<Result<State>> state_of(engine::Engine& engine, TransactionId id, Timestamp now) {
  const Bytes key = record_key(id);
  const std::array<KeyView, 1> keys{{{Space::kMetadata, key}}};
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    const auto fetched = co_await engine.fetch(kTransactionPartition, keys, Consistency::kStrong);
    if (!fetched) co_return refuse(refusal_of(fetched.error(), "look_up_transaction"));
    if (!fetched->values[0]) co_return State::kCancelled;
    TransactionRecord record = load_record(*fetched->values[0]);
    if (record.state != State::kPending) co_return record.state;
    if (now.ms - record.begun.ms <= kTransactionTimeoutMs) co_return State::kPending;
    record.state = State::kCancelled;
    Batch batch = guarded(fetched->version);
    change(batch, key, store_record(record));
    const Committed committed = co_await commit(engine, std::move(batch));
    if (committed.kind == Committed::Kind::kDone) co_return State::kCancelled;
  }
  co_return refuse(internal_server_error());
}

Task<Result<Decision>> decide_to_commit(engine::Engine& engine, TransactionId id,
                                        const std::optional<RequestToken>& token, Timestamp now) {
  const Bytes key = record_key(id);
  const Bytes token_row = token ? token_key(*token) : Bytes();
  std::vector<KeyView> keys{{Space::kMetadata, key}};
  if (token) keys.push_back({Space::kMetadata, token_row});
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    const auto fetched = co_await engine.fetch(kTransactionPartition, keys, Consistency::kStrong);
    if (!fetched) continue;  // what was tried before may have been done
    if (!fetched->values[0]) co_return Decision::kCancelled;
    TransactionRecord record = load_record(*fetched->values[0]);
    if (record.state == State::kCommitted) co_return Decision::kCommitted;
    if (record.state == State::kCancelled) co_return Decision::kCancelled;
    Batch batch = guarded(fetched->version);
    if (token) {
      const TokenState state(*token, fetched->version, fetched->values[1], now);
      if (state.is_used()) co_return Decision::kTokenUsed;
      batch = state.batch(*token, now).batch;
    }
    record.state = State::kCommitted;
    change(batch, key, store_record(record));
    const Committed committed = co_await commit(engine, std::move(batch));
    if (committed.kind == Committed::Kind::kDone) co_return Decision::kCommitted;
  }
  co_return refuse(internal_server_error());
}

Task<void> remove_record(engine::Engine& engine, TransactionId id) {
  Batch batch;
  batch.mutations.push_back({Space::kMetadata, record_key(id), std::nullopt});
  // If it stays, finish_abandoned() finds it.
  co_await commit(engine, std::move(batch));
}

Task<Result<std::vector<FoundRecord>>> records_after(engine::Engine& engine,
                                                     std::optional<TransactionId> after) {
  Bytes begin(kRecordPrefix);
  if (after) begin = record_key(*after) + '\0';
  const engine::Range range{begin, kRecordPrefixEnd};
  const auto page =
      co_await engine.scan(kTransactionPartition, Space::kMetadata, range,
                           engine::Direction::kForward, kPageBudget, Consistency::kStrong);
  if (!page) co_return refuse(refusal_of(page.error(), "read_transactions"));
  std::vector<FoundRecord> found;
  for (size_t i = 0; i < page->size(); ++i) {
    const auto [key, value] = (*page)[i];
    const TransactionId id{read_big_endian(key.substr(kRecordPrefix.size()))};
    found.push_back({id, load_record(value)});
  }
  co_return found;
}

}  // namespace jedlik::table
