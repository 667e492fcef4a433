#pragma once

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/table/item_changes.h"
#include "tests/table/world.h"

// Time to Live for tests, and what an expiry index must have, worked out from the items alone.
namespace jedlik::table {

// Starts to enable Time to Live by an attribute, or to disable it, as UpdateTimeToLive does.
inline Catalog::Change enable_time_to_live(std::string attribute) {
  return [attribute = std::move(attribute)](TableSchema& schema) -> Status {
    if (schema.expiry_index) return refuse(validation("there is one"));
    schema.expiry_index.emplace().attribute = attribute;
    return {};
  };
}

inline Catalog::Change disable_time_to_live() {
  return [](TableSchema& schema) -> Status {
    if (!schema.expiry_index) return refuse(validation("there is none"));
    schema.expiry_index->status = IndexStatus::kDeleting;
    return {};
  };
}

// The keys of a table's expiry index, as it is kept.
inline std::set<Bytes> keys_of_expiry_index(Node& node, engine::Engine& engine,
                                            const ExpiryIndex& index) {
  const engine::PartitionId partition = index.partitions.front().id;
  while (true) {
    const engine::Budget budget{1'000'000, size_t{1} << 30};
    const auto page =
        node.run(engine.scan(partition, engine::Space::kItems, {}, engine::Direction::kForward,
                             budget, engine::Consistency::kStrong));
    if (!page) continue;
    std::set<Bytes> keys;
    for (size_t i = 0; i < page->size(); ++i)
      keys.emplace((*page)[i].key);
    return keys;
  }
}

// What it must have of items whose expiry, if they have one, is a small whole number.
inline std::set<Bytes> expected_expiry_keys(const std::string& attribute,
                                            const std::vector<value::Item>& items) {
  std::set<Bytes> keys;
  for (const value::Item& item : items) {
    const value::Value* expiry = item.find(attribute);
    if (expiry == nullptr || expiry->as<value::Number>() == nullptr) continue;
    const std::string second = expiry->as<value::Number>()->to_text();
    const std::string sort_key = item.find("sk")->as<value::Number>()->to_text();
    Bytes key;
    append_big_endian(key, std::stoull(second));
    keys.insert(key + key_of(*item.find("pk")->as<std::string>(), std::stoll(sort_key)));
  }
  return keys;
}

// Holds a complete expiry index and its tally against the table's items.
inline void check_expiry_index(Node& node, engine::Engine& engine, const ExpiryIndex& index,
                               const std::vector<value::Item>& items) {
  const std::set<Bytes> expected = expected_expiry_keys(index.attribute, items);
  const std::set<Bytes> found = keys_of_expiry_index(node, engine, index);
  EXPECT_TRUE(found == expected) << "the expiry index has " << found.size() << " rows, should have "
                                 << expected.size();
  while (true) {
    const auto state = node.run(engine.describe(index.partitions.front().id));
    if (!state) continue;
    EXPECT_EQ(state->tallies[kItemCountTally], static_cast<int64_t>(expected.size()));
    return;
  }
}

}  // namespace jedlik::table
