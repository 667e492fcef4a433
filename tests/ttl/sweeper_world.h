#pragma once

#include <memory>
#include <optional>
#include <string>

#include "tests/table/index_world.h"
#include "ttl/sweeper.h"

// A node with a sweeper, and a table whose attribute "ttl" is when items expire.
namespace jedlik::ttl {

using table::IndexCheck;
using table::key_of;
using table::Node;
using table::number;
using table::Put;
using table::stored;
using table::TablePtr;
using table::text;

inline engine::ModelOptions across(engine::ModelOptions options = {}) {
  options.commits_across_partitions = true;
  return options;
}

// "local-a" and "global-a" are indexes by "a".
inline table::TableSchema schema_with_time_to_live() {
  table::TableSchema schema = table::indexed_schema("Items");
  schema.local_indexes.resize(1);
  schema.global_indexes.resize(1);
  schema.expiry_index.emplace().attribute = "ttl";
  return schema;
}

inline Bytes item_of(int id, value::Value expiry, const std::string& data = "") {
  return stored({{"pk", text("p" + std::to_string(id))},
                 {"sk", number(id)},
                 {"a", number(id % 3)},
                 {"ttl", std::move(expiry)},
                 {"data", text(data)}});
}
inline Bytes key_of_item(int id) {
  return key_of("p" + std::to_string(id), id);
}

}  // namespace jedlik::ttl
