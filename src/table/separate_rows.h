#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "table/index_row.h"
#include "table/schema.h"
#include "value/stored_item.h"

// How the rows are made of an index with partitions of its own, whatever kind of index it is.
namespace jedlik::table {

// It refers to the schema.
struct SeparateRows {
  const SeparateIndex& index;
  std::string name;  // for the log
  // The row of the item with this encoded key, if it has one.
  std::function<std::optional<IndexRow>(BytesView key, const value::ItemView& item)> row_of;
};

SeparateRows separate_rows(const TableSchema& schema, const GlobalIndex& index);
SeparateRows separate_rows(const ExpiryIndex& index);
// Of every such index that writes change.
std::vector<SeparateRows> separate_rows(const TableSchema& schema);

}  // namespace jedlik::table
