#pragma once

#include <cstddef>
#include <optional>

#include "base/bytes.h"
#include "table/item_key.h"
#include "table/schema.h"
#include "value/stored_item.h"

// What an index has of an item: one row, or none where the item lacks an attribute of the index's
// key. The row is itself an item in stored form, of the projected attributes.
namespace jedlik::table {

struct IndexRow {
  Bytes key;         // encoded (item_key.h)
  Bytes value;       // in stored form
  size_t bytes = 0;  // of the value as DynamoDB counts it

  friend bool operator==(const IndexRow&, const IndexRow&) = default;
};

// The row of `item`, an item of the table.
std::optional<IndexRow> index_row(const KeyLayout& layout, const SecondaryIndex& index,
                                  const value::ItemView& item);

// Whether rows of the index have the attribute.
bool is_projected(const KeyLayout& layout, const SecondaryIndex& index, std::string_view name);

}  // namespace jedlik::table
