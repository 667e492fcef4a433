#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <optional>
#include <span>

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

// The same in the words of BatchWriteItem.
Result<Bytes> key_of_item_in_batch(const TableSchema& schema, const value::MapView& item);

// The encoded key for the Key parameter of GetItem, DeleteItem, UpdateItem: exactly the key
// attributes. The refusals are those of these operations.
Result<Bytes> key_of_key(const TableSchema& schema, const value::MapView& key);

// What makes a value one that a key attribute cannot have. The role chooses the limit of its bytes.
enum class KeyRole : uint8_t { kPartition, kSort };
enum class KeyFault : uint8_t { kNone, kType, kEmpty, kTooLong };
KeyFault key_fault(const KeyAttribute& attribute, KeyRole role, const value::ValueView& value);
size_t most_key_bytes(KeyRole role);

// Refuses a value of the attribute's type that has such a fault, in the words for keys of tables.
Status check_key_value(const KeyAttribute& attribute, KeyRole role, const value::ValueView& value);

// Of what the encoded keys of a table's items, or of the rows of one of its indexes, are made:
//
//   hash | partition key parts | number of a local index (1 byte) | sort key parts | item key parts
//
// It refers to the schema.
struct KeyLayout {
  using Attributes = boost::container::small_vector<const KeyAttribute*, 4>;

  Attributes partition;
  uint8_t local_number = 0;  // 0: not a local index, and no such byte
  Attributes sort;
  // Of an index: the key attributes of its table, without the partition key of a local index, which
  // stands in front. They tell apart rows that are alike otherwise.
  Attributes item;
};

KeyLayout layout_of(const TableSchema& schema);
// `index` is one of the schema's.
KeyLayout layout_of(const TableSchema& schema, const LocalIndex& index);
KeyLayout layout_of(const TableSchema& schema, const GlobalIndex& index);

// Whether the attribute is part of the keys.
bool is_key_attribute(const KeyLayout& layout, std::string_view name);

// The encoded key of the row that an item has in an index; none if the item has no row there,
// because one of the attributes is missing or is nothing that a key can have.
std::optional<Bytes> row_key(const KeyLayout& layout, const value::MapView& item);

// The encoded key for an ExclusiveStartKey: exactly the attributes of the keys. Refuses as
// key_of_key does.
Result<Bytes> key_of_start(const KeyLayout& layout, const value::MapView& start);

// What the keys of an item collection begin with: up to the first sort key part. `partition_key`
// has the attributes' values in their order. Refuses values that no key can have.
Result<Bytes> collection_prefix(const KeyLayout& layout,
                                std::span<const value::ValueView> partition_key);
// The same of a key of the table.
BytesView collection_prefix(const TableSchema& schema, BytesView key);

// The key attributes behind an encoded key, as a stored item: LastEvaluatedKey. `key` must be one
// that these functions made.
Bytes attributes_of_key(const KeyLayout& layout, BytesView key);

// The rows of all local indexes of a collection lie one index after the other, behind the row of
// the collection's size. Of the key of any of them: which local index it belongs to, 0 for that of
// the size;
uint8_t local_number_of(const TableSchema& schema, BytesView row_key);
// and what the keys of the collection's rows in a local index begin with.
Bytes local_prefix(const TableSchema& schema, BytesView row_key, uint8_t local_number);

// Of the form of row keys of a local index, and not before any that the collection can have.
// `local_prefix` is the collection's.
Bytes greatest_row_key(const KeyLayout& layout, BytesView local_prefix);

}  // namespace jedlik::table
