#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "table/transaction.h"
#include "tests/table/item_changes.h"
#include "tests/table/world.h"

// Accounts, and transactions on them, for the tests of transactions. An account is an item with a
// balance.
namespace jedlik::table {

inline Bytes account_key(const std::string& name) {
  return key_of(name, 0);
}

inline Bytes account(const std::string& name, int64_t balance) {
  return stored({{"pk", text(name)}, {"sk", number(0)}, {"balance", number(balance)}});
}

// 0 for one that is not there.
inline int64_t balance_of(const std::optional<value::ItemView>& item) {
  if (!item) return 0;
  return std::stoll(item->find("balance")->number().to_text());
}
inline int64_t balance_of(const std::optional<Bytes>& item) {
  return item ? balance_of(value::ItemView(*item)) : 0;
}

// Adds to a balance, unless it would fall below nothing.
class AddToBalance final : public ItemChange {
 public:
  AddToBalance(std::string name, int64_t amount) : name_(std::move(name)), amount_(amount) {}
  Result<std::optional<Bytes>> apply(std::optional<value::ItemView> old) const override {
    const int64_t balance = balance_of(old) + amount_;
    if (balance >= 0) return std::optional<Bytes>(account(name_, balance));
    std::optional<Bytes> item;
    if (old) item = Bytes(old->bytes());
    return refuse(conditional_check_failed(std::move(item)));
  }

 private:
  std::string name_;
  int64_t amount_;
};

// Whether an account is there. To be used as a check.
class IsThere final : public ItemChange {
 public:
  Result<std::optional<Bytes>> apply(std::optional<value::ItemView> old) const override {
    if (!old) return refuse(conditional_check_failed(std::nullopt));
    return std::optional<Bytes>();
  }
};

// The actions of one transaction, and the changes that they refer to.
class Actions {
 public:
  Actions& put(const TablePtr& table, const std::string& name, int64_t balance) {
    return add(table, account_key(name), std::make_unique<Put>(account(name, balance)));
  }
  Actions& remove(const TablePtr& table, const std::string& name) {
    return add(table, account_key(name), std::make_unique<Put>(std::nullopt));
  }
  Actions& add_to(const TablePtr& table, const std::string& name, int64_t amount) {
    return add(table, account_key(name), std::make_unique<AddToBalance>(name, amount));
  }
  Actions& check(const TablePtr& table, const std::string& name) {
    return add(table, account_key(name), std::make_unique<IsThere>(),
               TransactionAction::Kind::kCheck);
  }
  Actions& add(const TablePtr& table, Bytes key, std::shared_ptr<const ItemChange> change,
               TransactionAction::Kind kind = TransactionAction::Kind::kWrite) {
    changes_.push_back(std::move(change));
    actions_.push_back({{table, std::move(key)}, changes_.back().get(), kind});
    return *this;
  }

  const std::vector<TransactionAction>& list() const { return actions_; }

 private:
  std::vector<TransactionAction> actions_;
  std::vector<std::shared_ptr<const ItemChange>> changes_;
};

// The codes of the reasons of a transaction that was cancelled.
inline std::vector<std::string> codes_of(const ApiError& error) {
  std::vector<std::string> codes;
  for (const CancellationReason& reason : error.cancellation_reasons)
    codes.emplace_back(reason.code);
  return codes;
}

}  // namespace jedlik::table
