#pragma once

#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "expression/key_condition.h"

// Ranges of encoded keys, for Query and Scan.
namespace jedlik::table {

// Encoded keys from `begin` (inclusive) to `end` (exclusive; empty for the end of the table).
struct KeyRange {
  Bytes begin;
  Bytes end;

  bool contains(BytesView key) const { return key >= begin && (end.empty() || key < end); }
};

// The keys of one collection (`prefix`: collection_prefix of item_key.h) whose sort key passes the
// tests, each of one of the first sort key attributes: all but the last are kEqual. All of the
// collection without tests.
KeyRange range_of_collection(BytesView prefix, std::span<const expression::KeyTest> tests);

// Segment `segment` of `total` of a table: the table's hashes, cut into equal parts. Every item is
// in exactly one segment, however the table changes.
KeyRange range_of_segment(uint32_t segment, uint32_t total);

}  // namespace jedlik::table
