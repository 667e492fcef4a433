#include "table/transaction_token.h"

#include <spdlog/spdlog.h>
#include <xxhash.h>

#include <array>
#include <vector>

#include "base/limits.h"
#include "table/catalog.h"
#include "table/engine_errors.h"

namespace jedlik::table {

namespace {

using engine::Batch;
using engine::Committed;
using engine::Consistency;
using engine::KeyView;
using engine::Space;

constexpr BytesView kTokenPrefix = "token/";
// Followed by the time of use and the token, so that the oldest come first.
constexpr BytesView kTimePrefix = "token_time/";
constexpr BytesView kTimePrefixEnd = "token_time0";  // '0' follows '/'
constexpr size_t kTimeBytes = 8;

// One in so many users of tokens removes up to four times as many, if they have expired.
constexpr uint64_t kUsersOfOneCleaning = 64;
constexpr engine::Budget kCleaningBudget{4 * kUsersOfOneCleaning, size_t{1} << 20};

Bytes key_of_token(std::string_view token) {
  return Bytes(kTokenPrefix).append(token);
}

Bytes time_key(Timestamp time, std::string_view token) {
  Bytes key(kTimePrefix);
  append_big_endian(key, static_cast<uint64_t>(time.ms));
  return key.append(token);
}

// When it was used, and the hash of what was asked for.
Bytes token_row(Timestamp time, BytesView content) {
  const XXH128_hash_t hash = XXH3_128bits(content.data(), content.size());
  Bytes row;
  append_big_endian(row, static_cast<uint64_t>(time.ms));
  append_big_endian(row, hash.high64);
  append_big_endian(row, hash.low64);
  return row;
}

Timestamp time_of_row(BytesView row) {
  return Timestamp{static_cast<int64_t>(read_big_endian(row))};
}

bool is_expired(Timestamp used, Timestamp now) {
  return now.ms - used.ms > limits::kRequestTokenMs;
}

}  // namespace

TokenState::TokenState(const RequestToken& token, engine::Version read_at,
                       const std::optional<Bytes>& row, Timestamp now)
    : read_at_(read_at) {
  if (!row) return;
  const Timestamp used = time_of_row(*row);
  if (is_expired(used, now)) {
    forgotten_ = used;
  } else {
    use_ = *row == token_row(used, token.content) ? Use::kSame : Use::kOther;
  }
}

Task<Result<TokenState>> TokenState::look_up(engine::Engine& engine, const RequestToken& token,
                                             Timestamp now) {
  const Bytes key = token_key(token);
  const std::array<KeyView, 1> keys{{{Space::kMetadata, key}}};
  const auto fetched = co_await engine.fetch(kTransactionPartition, keys, Consistency::kStrong);
  if (!fetched) co_return refuse(refusal_of(fetched.error(), "look_up_request_token"));
  co_return TokenState(token, fetched->version, fetched->values[0], now);
}

engine::PartitionBatch TokenState::batch(const RequestToken& token, Timestamp now) const {
  Batch batch;
  batch.guard = Batch::Guard::kKeys;
  batch.read_at = read_at_;
  batch.depends_on.emplace_back(Space::kMetadata, token_key(token));
  if (forgotten_)
    batch.mutations.push_back({Space::kMetadata, time_key(*forgotten_, token.text), std::nullopt});
  batch.mutations.push_back({Space::kMetadata, token_key(token), token_row(now, token.content)});
  batch.mutations.push_back({Space::kMetadata, time_key(now, token.text), Bytes()});
  return {kTransactionPartition, std::move(batch)};
}

Bytes token_key(const RequestToken& token) {
  return key_of_token(token.text);
}

uint64_t latch_key_of(const RequestToken& token) {
  return XXH3_64bits_withSeed(token.text.data(), token.text.size(),
                              static_cast<uint64_t>(kTransactionPartition));
}

bool is_to_clean_up(const RequestToken& token) {
  return latch_key_of(token) % kUsersOfOneCleaning == 0;
}

Task<void> remove_expired_tokens(engine::Engine& engine, Timestamp now) {
  const engine::Range all{kTimePrefix, kTimePrefixEnd};
  const auto page =
      co_await engine.scan(kTransactionPartition, Space::kMetadata, all,
                           engine::Direction::kForward, kCleaningBudget, Consistency::kStrong);
  if (!page) co_return;  // the next one will try again
  Batch batch;
  batch.guard = Batch::Guard::kKeys;
  batch.read_at = page->version;
  for (size_t i = 0; i < page->size(); ++i) {
    const BytesView key = (*page)[i].key;
    const BytesView rest = key.substr(kTimePrefix.size());
    if (!is_expired(time_of_row(rest), now)) break;
    const Bytes token = key_of_token(rest.substr(kTimeBytes));
    // Somebody may use it again just now.
    batch.depends_on.emplace_back(Space::kMetadata, token);
    batch.mutations.push_back({Space::kMetadata, token, std::nullopt});
    batch.mutations.push_back({Space::kMetadata, Bytes(key), std::nullopt});
  }
  if (batch.mutations.empty()) co_return;
  const Committed committed = co_await engine.commit(kTransactionPartition, std::move(batch));
  if (committed.kind == Committed::Kind::kRefused || committed.kind == Committed::Kind::kUnknown)
    spdlog::warn("event=request_tokens_not_removed detail=\"{}\"", committed.detail);
}

}  // namespace jedlik::table
