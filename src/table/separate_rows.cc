#include "table/separate_rows.h"

#include "table/expiry.h"
#include "table/item_key.h"

namespace jedlik::table {

SeparateRows separate_rows(const TableSchema& schema, const GlobalIndex& index) {
  auto row_of = [&index, layout = layout_of(schema, index)](BytesView,
                                                            const value::ItemView& item) {
    return index_row(layout, index, item);
  };
  return {index, index.name, std::move(row_of)};
}

SeparateRows separate_rows(const ExpiryIndex& index) {
  auto row_of = [&index](BytesView key, const value::ItemView& item) {
    return expiry_row(index, key, item);
  };
  return {index, "(expiry)", std::move(row_of)};
}

std::vector<SeparateRows> separate_rows(const TableSchema& schema) {
  std::vector<SeparateRows> all;
  for (const GlobalIndex& index : schema.global_indexes)
    if (index.loses_rows()) all.push_back(separate_rows(schema, index));
  if (schema.expiry_index && schema.expiry_index->loses_rows())
    all.push_back(separate_rows(*schema.expiry_index));
  return all;
}

}  // namespace jedlik::table
