#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/task.h"
#include "table/catalog.h"
#include "table/item_store.h"
#include "table/transaction_token.h"

// Transactions: writes of several items, of any tables, which are all done or none of them, and
// reads of several items as they stood at one moment. Both are isolated from each other and from
// all other writes, as if one came after the other. docs/transactions.md.
//
// Where the engine commits across partitions a transaction is one commit, made with the latches of
// all its items held; they are taken in one order, so that no two transactions wait for each other.
// Where it does not, and there are several partitions or a token, it is two phases (two_phase.h).
namespace jedlik::table {

// One item of a transaction. No item is there twice.
struct TransactionItem {
  TablePtr table;
  Bytes key;
};

struct TransactionAction {
  // What is made of the item, or whether it is as it should be: of a check only the refusal counts.
  enum class Kind : uint8_t { kWrite, kCheck };

  TransactionItem item;
  const ItemChange* change;  // outlives the transaction
  Kind kind = Kind::kWrite;
};

struct TransactionOutcome {
  // One for each action. Of a check, and of a transaction that was done before, only the sizes:
  // those of the item as it stands.
  std::vector<Written> actions;
  // Its token is that of a transaction which was done before: nothing was done now.
  bool is_repeated = false;
};

// TransactionCanceledException, with the reasons of all actions, if one of them refuses or makes an
// item collection too large. The transaction is not done then, nor where it is refused otherwise,
// but for InternalServerError, which leaves that open; with its token it can be tried again.
Task<Result<TransactionOutcome>> write_transaction(ItemStore& store,
                                                   const std::vector<TransactionAction>& actions,
                                                   const std::optional<RequestToken>& token);

// The items in stored form, in their order.
Task<Result<std::vector<std::optional<Bytes>>>> read_transaction(
    ItemStore& store, const std::vector<TransactionItem>& items);

}  // namespace jedlik::table
