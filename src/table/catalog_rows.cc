#include "table/catalog_rows.h"

#include <fmt/format.h>

#include "table/catalog.h"

namespace jedlik::table {

namespace {

constexpr engine::Budget kLoadBudget{256, size_t{1} << 20};

// '0' follows '/'.
constexpr BytesView kTablePrefix = "table/";
constexpr BytesView kTablePrefixEnd = "table0";
constexpr BytesView kDeletedPrefix = "deleted_table/";
constexpr BytesView kDeletedPrefixEnd = "deleted_table0";

}  // namespace

Bytes row_key(RowKind kind, std::string_view name) {
  return Bytes(kind == RowKind::kTable ? kTablePrefix : kDeletedPrefix).append(name);
}

std::pair<RowKind, BytesView> read_row_key(BytesView key) {
  if (key.starts_with(kTablePrefix)) return {RowKind::kTable, key.substr(kTablePrefix.size())};
  return {RowKind::kDeleted, key.substr(kDeletedPrefix.size())};
}

Task<tl::expected<ReadSchemas, std::string>> read_schemas(engine::Engine& engine, RowKind kind) {
  ReadSchemas read;
  bool is_first = true;
  Bytes begin = row_key(kind, "");
  while (true) {
    const engine::Range range{begin, kind == RowKind::kTable ? kTablePrefixEnd : kDeletedPrefixEnd};
    const auto page = co_await engine.scan(kCatalogPartition, engine::Space::kMetadata, range,
                                           engine::Direction::kForward, kLoadBudget,
                                           engine::Consistency::kStrong);
    if (!page) co_return tl::make_unexpected("The catalog cannot be read: " + page.error().detail);
    if (is_first) read.version = page->version;
    is_first = false;
    for (size_t i = 0; i < page->size(); ++i) {
      auto schema = load_schema((*page)[i].value);
      if (!schema) {
        co_return tl::make_unexpected(
            fmt::format("The catalog's row \"{}\" cannot be read.", (*page)[i].key));
      }
      read.schemas.push_back(*std::move(schema));
    }
    if (!page->more || page->size() == 0) co_return read;
    begin = Bytes((*page)[page->size() - 1].key) + '\0';
  }
}

}  // namespace jedlik::table
