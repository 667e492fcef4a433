#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "value/item_view.h"
#include "value/item_writer.h"
#include "value/value.h"

// The stored form of an item: bytes that can be read attribute by attribute without decoding the
// rest, and from which JSON is written directly. docs/formats/item.md describes it.
//
//   item       = version:u8 (1), attributes to the end
//   attributes = any number of: name length:varint, name, value
//   value      = tag:u8 (Type), payload
//   payload    = NULL, BOOL: nothing
//                S, B, N: length:varint, bytes (of a number, its ordered form, number.h)
//                L: length:u32 little-endian, values
//                M: length:u32 little-endian, attributes
//                SS, NS, BS: length:u32 little-endian, payloads of the members
//
// A length is in bytes and counts what follows it. Containers carry no count: they end where their
// bytes do, so size() of a container walks it.
//
// item_view.h reads it and item_writer.h writes it. Bytes from outside go through check_item first;
// the engine's checksums vouch for what it returns.
namespace jedlik::value {

inline constexpr uint8_t kItemFormatVersion = 1;

// Whether `stored` is one item in this format, every byte of it: version, tags, lengths, numbers in
// ordered form, sets with a member or more, nesting within limits::kNestingLevels. It does not look
// at whether text is UTF-8, names and members are unique, or the item is too large.
bool check_item(BytesView stored);
// The same for one value (tag and payload).
bool check_value(BytesView stored);

// The whole item or value at once.
Bytes store_item(const Item& item);
Bytes store_value(const Value& value);

}  // namespace jedlik::value
