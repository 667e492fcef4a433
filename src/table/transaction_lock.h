#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "table/schema.h"

// On an engine that does not commit across partitions a transaction puts a lock beside each of its
// items before it is decided (two_phase.h). The lock has what the item is to become, so that
// whoever meets it can finish the write. docs/formats/transaction.md.
namespace jedlik::table {

enum class TransactionId : uint64_t {};

struct Lock {
  enum class Kind : uint8_t { kCheck = 0, kPut = 1, kRemove = 2 };  // stored, never changed

  TransactionId transaction{};
  Kind kind = Kind::kCheck;
  Bytes item;  // of a put, in stored form
};

// The row of an item's lock, in Space::kLocalIndex of the item's partition. A split divides it as
// it does the item; no walk of a local index comes across it.
Bytes lock_key(const TableSchema& schema, BytesView item_key);

Bytes store_lock(const Lock& lock);
Lock load_lock(BytesView stored);

}  // namespace jedlik::table
