#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/task.h"
#include "engine/engine.h"
#include "table/schema.h"

// The rows of the catalog's partition that are schemas: docs/formats/catalog.md.
namespace jedlik::table {

enum class RowKind : uint8_t {
  kTable,    // by the table's name
  kDeleted,  // by the table's id: it is gone, but for its streams
};

Bytes row_key(RowKind kind, std::string_view name);
// The view is of `key`.
std::pair<RowKind, BytesView> read_row_key(BytesView key);

struct ReadSchemas {
  std::vector<TableSchema> schemas;
  engine::Version version{};  // of the partition when the first was read
};

// All of a kind. The error is for the operator.
Task<tl::expected<ReadSchemas, std::string>> read_schemas(engine::Engine& engine, RowKind kind);

}  // namespace jedlik::table
