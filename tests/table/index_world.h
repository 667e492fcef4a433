#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "table/index_row.h"
#include "table/page_reader.h"
#include "tests/table/expiry_world.h"
#include "tests/table/item_changes.h"
#include "tests/table/world.h"
#include "tests/value/random_values.h"

// Tables with indexes for tests, and what an index must have, worked out from the items alone.
namespace jedlik::table {

template <class Index>
Index index_named(std::string name, std::vector<KeyAttribute> partition,
                  std::vector<KeyAttribute> sort, IndexProjection projection = {}) {
  Index index;
  index.name = std::move(name);
  index.partition_key = std::move(partition);
  index.sort_key = std::move(sort);
  index.projection = std::move(projection);
  return index;
}

inline const KeyAttribute kPk{"pk", value::Type::kString};
inline const KeyAttribute kSk{"sk", value::Type::kNumber};
inline const KeyAttribute kA{"a", value::Type::kNumber};
inline const KeyAttribute kB{"b", value::Type::kString};

// Two local and three global indexes over the attributes "a", a number, and "b", a string.
inline TableSchema indexed_schema(std::string name) {
  TableSchema schema = schema_named(std::move(name));
  schema.attribute_definitions.push_back(kA);
  schema.attribute_definitions.push_back(kB);
  const IndexProjection all{ProjectionKind::kAll, {}};
  const IndexProjection some{ProjectionKind::kInclude, {"data"}};
  schema.local_indexes = {index_named<LocalIndex>("local-a", {kPk}, {kA}),
                          index_named<LocalIndex>("local-b", {kPk}, {kB}, some)};
  schema.global_indexes = {index_named<GlobalIndex>("global-a", {kA}, {}, all),
                           index_named<GlobalIndex>("global-ba", {kB}, {kA}),
                           index_named<GlobalIndex>("global-many", {kA, kB}, {kPk, kSk}, some)};
  return schema;
}

// Starts to make the index of an existing table, as UpdateTable does.
inline Catalog::Change add_index(GlobalIndex index) {
  return [index = std::move(index)](TableSchema& schema) -> Status {
    if (schema.find_global_index(index.name) != nullptr)
      return refuse(validation("there is one of that name"));
    schema.global_indexes.push_back(index);
    schema.status = TableStatus::kUpdating;
    return {};
  };
}

inline Catalog::Change remove_index(std::string name) {
  return [name = std::move(name)](TableSchema& schema) -> Status {
    GlobalIndex* index = schema.find_global_index(name);
    if (index == nullptr) return refuse(validation("there is none of that name"));
    index->status = IndexStatus::kDeleting;
    schema.status = TableStatus::kUpdating;
    return {};
  };
}

// An item with "a" and "b", each of which may be missing, or be nothing that a key can have.
inline Bytes random_item(value::RandomValues& random, const std::string& partition_key,
                         int64_t sort_key) {
  Attributes attributes{{"pk", text(partition_key)}, {"sk", number(sort_key)}};
  const auto add = [&](const std::string& name, value::Value usual) {
    if (random.one_in(4)) return;
    if (random.one_in(6)) {
      attributes.emplace_back(name, value::Value(true));
    } else {
      attributes.emplace_back(name, std::move(usual));
    }
  };
  add("a", number(static_cast<int64_t>(random.up_to(3))));
  add("b", text(random.one_in(8) ? "" : std::string(1, static_cast<char>('x' + random.up_to(2)))));
  if (random.one_in(2)) attributes.emplace_back("data", text(random.text(40)));
  if (random.one_in(2)) attributes.emplace_back("more", text(random.text(40)));
  return stored(attributes);
}

// A stored item with its attributes in the order of their names.
inline Bytes in_order(const value::Item& item) {
  std::map<std::string, value::Value> sorted;
  for (const auto& [name, value] : item.entries())
    sorted.emplace(name, value);
  value::Item ordered;
  for (const auto& [name, value] : sorted)
    ordered.set(name, value);
  return value::store_item(ordered);
}

// What an index is to have of an item, told by its definition and nothing of the code under test.
inline std::optional<Bytes> expected_row(const TableSchema& schema, const SecondaryIndex& index,
                                         const value::Item& item) {
  std::set<std::string> kept{schema.partition_key.name, schema.sort_key->name};
  std::vector<KeyAttribute> keys = index.partition_key;
  keys.insert(keys.end(), index.sort_key.begin(), index.sort_key.end());
  for (const KeyAttribute& key : keys) {
    kept.insert(key.name);
    const value::Value* value = item.find(key.name);
    if (value == nullptr || value->type() != key.type) return std::nullopt;
    const auto* characters = value->as<std::string>();
    if (characters != nullptr && characters->empty()) return std::nullopt;
  }
  const auto& included = index.projection.non_key_attributes;
  kept.insert(included.begin(), included.end());
  value::Item row;
  for (const auto& [name, value] : item.entries())
    if (index.projection.kind == ProjectionKind::kAll || kept.count(name) > 0) row.set(name, value);
  return in_order(row);
}

// Everything behind a source, read in small pages, again whenever the engine fails.
inline std::vector<value::Item> read_all(Node& node, engine::Engine& engine,
                                         const PageSource& source) {
  struct Collector final : ItemVisitor {
    Status visit(const value::ItemView& item) override {
      items.push_back(item.to_item());
      return {};
    }
    std::vector<value::Item> items;
  };
  std::vector<value::Item> all;
  PageRequest request;
  request.consistency = engine::Consistency::kStrong;
  request.limit = 7;
  while (true) {
    Collector collector;
    PageRequest page = request;
    const auto end = node.run(read_page(engine, source, std::move(page), collector));
    if (!end) continue;
    all.insert(all.end(), collector.items.begin(), collector.items.end());
    if (!end->last_key) return all;
    request.start_after = end->last_key;
  }
}

// Holds every complete index, its tallies, and the sizes of the item collections against the items.
class IndexCheck {
 public:
  IndexCheck(Node& node, engine::Engine& engine, TablePtr table)
      : node_(node), engine_(engine), table_(std::move(table)) {
    items_ = read_all(node_, engine_, PageSource(*table_));
  }

  void check() {
    const TableSchema& schema = table_->schema;
    const TableSize size = sizes();
    EXPECT_EQ(size.item_count, static_cast<int64_t>(items_.size()));
    for (size_t i = 0; i < schema.local_indexes.size(); ++i) {
      const LocalIndex& index = schema.local_indexes[i];
      check_index(index, PageSource(*table_, index), size.local_indexes[i]);
    }
    for (size_t i = 0; i < schema.global_indexes.size(); ++i) {
      const GlobalIndex& index = schema.global_indexes[i];
      if (index.is_complete())
        check_index(index, PageSource(*table_, index), size.global_indexes[i]);
    }
    if (!schema.local_indexes.empty()) check_collections();
    if (schema.expiry_index && schema.expiry_index->is_complete())
      check_expiry_index(node_, engine_, *schema.expiry_index, items_);
  }

 private:
  TableSize sizes() {
    while (true) {
      auto size = node_.run(node_.catalog().size_of(*table_));
      if (size) return *std::move(size);
    }
  }

  static size_t bytes_of(const Bytes& row) { return value::ItemView(row).size_bytes(); }

  void check_index(const SecondaryIndex& index, const PageSource& source, const IndexSize& size) {
    std::multiset<Bytes> expected;
    int64_t bytes = 0;
    for (const value::Item& item : items_) {
      const auto row = expected_row(table_->schema, index, item);
      if (!row) continue;
      bytes += static_cast<int64_t>(bytes_of(*row));
      expected.insert(*row);
    }
    std::multiset<Bytes> found;
    for (const value::Item& row : read_all(node_, engine_, source))
      found.insert(in_order(row));
    EXPECT_TRUE(found == expected)
        << index.name << " has " << found.size() << " rows, should have " << expected.size();
    EXPECT_EQ(size.item_count, static_cast<int64_t>(expected.size())) << index.name;
    EXPECT_EQ(size.bytes, bytes) << index.name;
  }

  // A write of nothing tells the size of its collection.
  void check_collections() {
    std::map<std::string, int64_t> expected;
    for (const value::Item& item : items_) {
      int64_t& bytes = expected[*item.find("pk")->as<std::string>()];
      bytes += static_cast<int64_t>(bytes_of(value::store_item(item)));
      for (const LocalIndex& index : table_->schema.local_indexes) {
        const auto row = expected_row(table_->schema, index, item);
        if (row) bytes += static_cast<int64_t>(bytes_of(*row));
      }
    }
    const Put nothing(std::nullopt);
    for (const auto& [partition_key, bytes] : expected) {
      while (true) {
        const auto written =
            node_.run(node_.items().write(*table_, key_of(partition_key, 1'000'000), nothing));
        if (!written) continue;
        EXPECT_TRUE(written->collection);
        EXPECT_EQ(written->collection.value_or(CollectionSize()).bytes, bytes);
        break;
      }
    }
  }

  Node& node_;
  engine::Engine& engine_;
  const TablePtr table_;
  std::vector<value::Item> items_;
};

}  // namespace jedlik::table
