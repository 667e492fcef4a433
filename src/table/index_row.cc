#include "table/index_row.h"

#include <algorithm>

namespace jedlik::table {

namespace {

value::ValueView as_map(const Bytes& item) {
  return {value::Type::kMap, value::ItemView(item).attributes().bytes()};
}

}  // namespace

std::optional<IndexRow> index_row(const KeyLayout& layout, const SecondaryIndex& index,
                                  const value::ItemView& item) {
  auto key = row_key(layout, item.attributes());
  if (!key) return std::nullopt;
  IndexRow row;
  row.key = *std::move(key);
  if (index.projection.kind == ProjectionKind::kAll) {
    row.value = item.bytes();
    row.bytes = item.size_bytes();
    return row;
  }
  value::ItemWriter writer(row.value, value::ItemWriter::Form::kItem);
  for (const auto& attribute : item.attributes()) {
    if (!is_projected(layout, index, attribute.name)) continue;
    writer.name(attribute.name);
    writer.value(attribute.value);
  }
  row.bytes = writer.finish();
  return row;
}

bool is_same_item(const Bytes& a, const Bytes& b) {
  return a.size() == b.size() && (a == b || value::equal(as_map(a), as_map(b)));
}

bool RowChange::is_none() const {
  if (!old || !now) return !old && !now;
  return old->key == now->key && is_same_item(old->value, now->value);
}

Units RowChange::units() const {
  if (!moves()) return write_units(old ? old->bytes : 0, now ? now->bytes : 0);
  Units units = write_units(old->bytes, 0);
  units += write_units(0, now->bytes);
  return units;
}

bool is_projected(const KeyLayout& layout, const SecondaryIndex& index, std::string_view name) {
  if (index.projection.kind == ProjectionKind::kAll) return true;
  const auto& included = index.projection.non_key_attributes;
  return is_key_attribute(layout, name) ||
         std::find(included.begin(), included.end(), name) != included.end();
}

}  // namespace jedlik::table
