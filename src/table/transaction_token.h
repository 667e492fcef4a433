#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "engine/engine.h"

// Request tokens: a transaction that is sent again with its ClientRequestToken within ten minutes
// is not done again. What is remembered of it is written in its own commit, so that the one is
// there if and only if the other is. docs/formats/transaction.md.
namespace jedlik::table {

struct RequestToken {
  std::string text;
  // What the request asks for; two that ask for the same have the same bytes.
  Bytes content;
};

// What is known of a token at a moment.
class TokenState {
 public:
  // Reads it, from kTransactionPartition.
  static Task<Result<TokenState>> look_up(engine::Engine& engine, const RequestToken& token,
                                          Timestamp now);
  // As its row was at `read_at`.
  TokenState(const RequestToken& token, engine::Version read_at, const std::optional<Bytes>& row,
             Timestamp now);

  // Whether a transaction with this token was done in the last ten minutes.
  bool is_used() const { return use_ != Use::kNone; }
  bool is_for_same_content() const { return use_ == Use::kSame; }

  // What remembers the token, to be committed with the transaction. It conflicts if somebody else
  // was first.
  engine::PartitionBatch batch(const RequestToken& token, Timestamp now) const;

 private:
  enum class Use : uint8_t { kNone, kSame, kOther };

  engine::Version read_at_{};
  Use use_ = Use::kNone;
  std::optional<Timestamp> forgotten_;  // when it was used, too long ago to count
};

// Where it is remembered, in Space::kMetadata.
Bytes token_key(const RequestToken& token);

// The latch that requests with one token queue up for.
uint64_t latch_key_of(const RequestToken& token);

// Whether this token's user is to call remove_expired_tokens(): one in a while, each with its
// share, so that there are never many more rows than tokens of the last ten minutes.
bool is_to_clean_up(const RequestToken& token);
Task<void> remove_expired_tokens(engine::Engine& engine, Timestamp now);

}  // namespace jedlik::table
