#include "table/transaction_lock.h"

#include "base/ensure.h"
#include "table/item_key.h"

namespace jedlik::table {

namespace {

constexpr size_t kIdBytes = 8;
// Behind the numbers of all local indexes, and before where walks of one look for the next
// collection.
constexpr char kLockNumber = '\xFE';

}  // namespace

Bytes lock_key(const TableSchema& schema, BytesView item_key) {
  // Without local indexes there is nothing else in this space, and an item collection may be split.
  if (schema.local_indexes.empty()) return Bytes(item_key);
  const BytesView prefix = collection_prefix(schema, item_key);
  Bytes key(prefix);
  key.push_back(kLockNumber);
  return key.append(item_key.substr(prefix.size()));
}

Bytes store_lock(const Lock& lock) {
  Bytes stored;
  append_big_endian(stored, static_cast<uint64_t>(lock.transaction));
  stored.push_back(static_cast<char>(lock.kind));
  return stored.append(lock.item);
}

Lock load_lock(BytesView stored) {
  ENSURE(stored.size() > kIdBytes, "a lock has an id and a kind");
  const auto kind = static_cast<Lock::Kind>(stored[kIdBytes]);
  return {TransactionId{read_big_endian(stored)}, kind, Bytes(stored.substr(kIdBytes + 1))};
}

}  // namespace jedlik::table
