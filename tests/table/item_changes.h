#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "table/item_key.h"
#include "table/item_store.h"
#include "tests/table/world.h"

// Items and their changes for the tests of the item store.
namespace jedlik::table {

// The encoded key of an item of a table of schema_named().
inline Bytes key_of(const std::string& partition_key, int64_t sort_key) {
  static const TableSchema kSchema = schema_named("any");
  const Bytes key = stored({{"pk", text(partition_key)}, {"sk", number(sort_key)}});
  return *key_of_key(kSchema, value::ItemView(key).attributes());
}

inline Bytes item_of(const std::string& partition_key, int64_t sort_key,
                     const std::string& payload) {
  return stored({{"pk", text(partition_key)}, {"sk", number(sort_key)}, {"data", text(payload)}});
}

inline size_t size_of_item(const Bytes& item) {
  return value::ItemView(item).size_bytes();
}

// The item is this, whatever it was; or is gone.
class Put final : public ItemChange {
 public:
  explicit Put(std::optional<Bytes> item) : item_(std::move(item)) {}
  Result<std::optional<Bytes>> apply(std::optional<value::ItemView>) const override {
    return item_;
  }

 private:
  std::optional<Bytes> item_;
};

class Refuse final : public ItemChange {
 public:
  Result<std::optional<Bytes>> apply(std::optional<value::ItemView>) const override {
    return refuse(conditional_check_failed(std::nullopt));
  }
};

// Adds a token to the list "tokens", so that it can be told which writes were made, and how often.
class AddToken final : public ItemChange {
 public:
  explicit AddToken(int64_t token) : token_(token) {}
  Result<std::optional<Bytes>> apply(std::optional<value::ItemView> old) const override {
    value::Item item;
    if (old) item = old->to_item();
    value::Value* tokens = item.find("tokens");
    if (tokens == nullptr) tokens = &item.set("tokens", value::Value(value::List()));
    tokens->as<value::List>()->push_back(number(token_));
    return std::optional<Bytes>(value::store_item(item));
  }

 private:
  int64_t token_;
};

inline std::vector<int64_t> tokens_of(const std::optional<Bytes>& item) {
  std::vector<int64_t> tokens;
  if (!item) return tokens;
  for (const value::ValueView& token : value::ItemView(*item).find("tokens")->list())
    tokens.push_back(std::stoll(token.number().to_text()));
  return tokens;
}

}  // namespace jedlik::table
