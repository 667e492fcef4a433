#pragma once

#include <optional>
#include <vector>

#include "service/canonical.h"
#include "service/dynamodb/consumed_capacity.h"
#include "service/dynamodb/item_write.h"
#include "table/transaction.h"

// What the operations that write or read several items as one have in common.
namespace jedlik::service::dynamodb {

// A condition that an item which is not written has to meet. Refers to the condition.
class CheckChange final : public table::ItemChange {
 public:
  explicit CheckChange(const WriteCondition& condition) : condition_(condition) {}

  Result<std::optional<Bytes>> apply(std::optional<value::ItemView> old) const override {
    RETURN_IF_REFUSED(condition_.check(old));
    return std::optional<Bytes>();
  }

 private:
  const WriteCondition& condition_;
};

// Faults of the values of keys, where the table's schema tells them: those of empty values refuse
// the request as it is, the others are reasons to cancel the transaction. `attributes` are those of
// an item or a key.
bool is_fault_of_request(const table::TableSchema& schema, const value::MapView& attributes);

// "Transaction request cannot include multiple operations on one item": a table may be named twice,
// by its name and by its ARN.
Status check_no_item_twice(const std::vector<table::TransactionItem>& items);
Status check_no_item_twice(const std::vector<table::TransactionAction>& actions);

// `request` as it came, of which `asked` is what it asks for; nothing where it has no token.
template <class Operation, class Asked>
std::optional<table::RequestToken> request_token(const typename Operation::Request& request,
                                                 const Asked& asked) {
  if (!request.client_request_token) return std::nullopt;
  return table::RequestToken{*request.client_request_token,
                             Bytes(Operation::kName) + canonical_bytes(asked)};
}

// What a transaction of writes used: to write the items, or, if it was done before, to read them.
Field<std::vector<ConsumedCapacity>> capacity_of_writes(
    const Field<std::string>& wanted, const std::vector<table::TransactionAction>& actions,
    const table::TransactionOutcome& outcome);

// What it cost to read the items.
Field<std::vector<ConsumedCapacity>> capacity_of_reads(
    const Field<std::string>& wanted, const std::vector<table::TransactionItem>& items,
    const std::vector<std::optional<Bytes>>& found);

}  // namespace jedlik::service::dynamodb
