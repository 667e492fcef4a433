#include "engine/rocksdb/recent_writes.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

#include "tests/engine/conformance.h"

namespace jedlik::engine::rocks {
namespace {

struct Model {
  uint64_t version = 0;
  RememberedFrom from;
  std::map<std::string, uint64_t> written;
};

// Beside a map that forgets nothing: a conflict is never missed, and none is invented for a batch
// that is younger than what is remembered for certain.
TEST(RecentWrites, MissesNoConflict) {
  const uint64_t seed = conformance::test_seed();
  std::mt19937_64 random(seed);
  constexpr size_t kRemembered = 256;
  RecentWrites recent(kRemembered);
  std::map<uint64_t, Model> partitions;
  uint64_t invented = 0;
  for (int step = 0; step < 50'000; ++step) {
    // A few partitions are busy, the others seldom written.
    const uint64_t id = random() % 4 == 0 ? random() % 20 : random() % 2;
    Model& model = partitions[id];
    const std::string key = std::to_string(random() % 30);
    if (random() % 2 == 0) {
      ++model.version;
      for (const std::string& each : {key, key + "+"}) {
        recent.record(PartitionId{id}, Space::kItems, each, model.version, model.from);
        model.written[each] = model.version;
      }
      continue;
    }
    const uint64_t back = random() % 8 == 0 ? random() % 200 : random() % 10;
    const uint64_t read_at = model.version - std::min(back, model.version);
    const bool conflict = recent.written_after(PartitionId{id}, Space::kItems, key, read_at,
                                               model.from, model.version);
    const bool expected = model.written[key] > read_at;
    if (expected) {
      ASSERT_TRUE(conflict) << "JEDLIK_SEED=" << seed << " step " << step;
    } else if (conflict) {
      ++invented;
      // Two partitions make most of the writes, about 50 each of those that are remembered.
      ASSERT_TRUE(id > 1 || back > 10) << "JEDLIK_SEED=" << seed << " step " << step;
    }
  }
  EXPECT_LT(invented, 5000U);
}

TEST(RecentWrites, WhatWasWrittenBeforeIsUnknown) {
  RecentWrites recent(64);
  const RememberedFrom opened{0, 10, 10};
  EXPECT_TRUE(recent.written_after(PartitionId{1}, Space::kItems, "k", 9, opened, 10));
  EXPECT_FALSE(recent.written_after(PartitionId{1}, Space::kItems, "k", 10, opened, 10));
}

TEST(RecentWrites, SpacesAndPartitionsAreApart) {
  RecentWrites recent(64);
  RememberedFrom from;
  recent.record(PartitionId{1}, Space::kItems, "k", 1, from);
  EXPECT_TRUE(recent.written_after(PartitionId{1}, Space::kItems, "k", 0, from, 1));
  EXPECT_FALSE(recent.written_after(PartitionId{1}, Space::kMetadata, "k", 0, from, 1));
  RememberedFrom other;
  recent.record(PartitionId{2}, Space::kItems, "x", 1, other);
  EXPECT_FALSE(recent.written_after(PartitionId{2}, Space::kItems, "k", 0, other, 1));
}

}  // namespace
}  // namespace jedlik::engine::rocks
