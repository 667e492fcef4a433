#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "table/schema.h"
#include "value/stored_item.h"

// Where an item is: its key as the engine orders it.
//
//   hash of the partition key (8 bytes, big-endian) | partition key | sort key
//
// The parts are those of value/key_encoding.h; the hash is XXH3 (64 bits) of the encoded partition
// key. It spreads items evenly over a table's partitions and gives Scan its order and its segments.
// docs/formats/key.md.
namespace jedlik::table {

inline constexpr size_t kHashBytes = 8;

// The encoded key of an item which is about to be put: the attributes must be there, have the types
// of the schema, not be empty, and not be too long. The refusals are those of PutItem.
Result<Bytes> key_of_item(const TableSchema& schema, const value::MapView& item);

// The encoded key for the Key parameter of GetItem, DeleteItem, UpdateItem: exactly the key
// attributes. The refusals are those of these operations.
Result<Bytes> key_of_key(const TableSchema& schema, const value::MapView& key);

// hash | partition key: the prefix of the keys of an item collection. Refuses as key_of_key does.
Result<Bytes> collection_prefix(const TableSchema& schema, const value::ValueView& partition_key);

// Checks one value for a key attribute: not empty, not too long. `is_sort_key` chooses the limit.
enum class KeyRole : uint8_t { kPartition, kSort };
Status check_key_value(const KeyAttribute& attribute, KeyRole role, const value::ValueView& value);

// The key attributes of the item behind an encoded key, as a stored item: LastEvaluatedKey. `key`
// must be one that the functions above made.
Bytes attributes_of_key(const TableSchema& schema, BytesView key);

}  // namespace jedlik::table
