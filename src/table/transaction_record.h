#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/task.h"
#include "engine/engine.h"
#include "table/latches.h"
#include "table/transaction_lock.h"
#include "table/transaction_token.h"

// The record of a transaction in two phases: its state is what decides for all of its items. It is
// changed by conditional commits only, by whoever is first. docs/formats/transaction.md.
namespace jedlik::table {

// A pending transaction that is older may be cancelled by anybody: its coordinator is taken for
// dead. If it is not, it finds the record cancelled. (DynamoDB recovers after about five seconds.)
inline constexpr int64_t kTransactionTimeoutMs = 5000;

struct TransactionRecord {
  enum class State : uint8_t { kPending = 0, kCommitted = 1, kCancelled = 2 };  // stored
  struct Item {
    std::string table_name;
    std::string table_id;
    Bytes key;
  };

  State state = State::kPending;
  Timestamp begun;
  std::vector<Item> items;
};

// Ids that no other transaction ever has. Any thread may use it.
class TransactionIds {
 public:
  Task<Result<TransactionId>> next(engine::Engine& engine);

 private:
  Task<Status> take_block(engine::Engine& engine);

  Latches latches_;  // one, held while there is work on the two below
  uint64_t next_ = 0;
  uint64_t end_ = 0;
};

// Makes a pending record, under an id of its own.
Task<Result<TransactionId>> begin_transaction(engine::Engine& engine, TransactionIds& ids,
                                              const TransactionRecord& record);

// How a transaction stands; one that is pending for too long is cancelled by this. A record that is
// not there is of one that was cancelled, because it is removed only when no lock is left.
Task<Result<TransactionRecord::State>> state_of(engine::Engine& engine, TransactionId id,
                                                Timestamp now);

enum class Decision : uint8_t { kCommitted, kCancelled, kTokenUsed };

// To be called by the coordinator when all items are locked: commits, and remembers the token,
// unless the transaction has been cancelled, or the token used, by somebody else.
Task<Result<Decision>> decide_to_commit(engine::Engine& engine, TransactionId id,
                                        const std::optional<RequestToken>& token, Timestamp now);

// To be called when no lock is left, and none can come.
Task<void> remove_record(engine::Engine& engine, TransactionId id);

struct FoundRecord {
  TransactionId id;
  TransactionRecord record;
};
// A page of records, those after `after`.
Task<Result<std::vector<FoundRecord>>> records_after(engine::Engine& engine,
                                                     std::optional<TransactionId> after);

}  // namespace jedlik::table
