#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "table/consumed_capacity.h"
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

// Of items in stored form. The order of attributes is no difference.
bool is_same_item(const Bytes& a, const Bytes& b);

// The row of one item in one index before and after a write.
struct RowChange {
  std::optional<IndexRow> old;
  std::optional<IndexRow> now;

  bool is_none() const;
  bool moves() const { return old && now && old->key != now->key; }
  int64_t rows() const { return int64_t{now.has_value()} - int64_t{old.has_value()}; }
  int64_t bytes() const {
    return static_cast<int64_t>(now ? now->bytes : 0) - static_cast<int64_t>(old ? old->bytes : 0);
  }
  // A row that moves is written twice (Guide, "Provisioned throughput considerations for global
  // secondary indexes").
  Units units() const;
};

// `row_of(item)` makes the index's rows.
template <class RowOf>
RowChange row_change(const std::optional<value::ItemView>& old,
                     const std::optional<value::ItemView>& item, RowOf row_of) {
  RowChange change;
  if (old) change.old = row_of(*old);
  if (item) change.now = row_of(*item);
  return change;
}

}  // namespace jedlik::table
