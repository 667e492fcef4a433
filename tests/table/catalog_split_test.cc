#include <gtest/gtest.h>

#include "table/partition_split.h"
#include "table/stream_steps.h"
#include "tests/table/index_world.h"

// Splits of partitions as the catalog makes them: what the schema shows, what is refused, who goes
// on after whom, and that a process may die at any moment.
namespace jedlik::table {
namespace {

using engine::ModelEngine;
using engine::ModelOptions;
using engine::PartitionId;
using Call = ModelEngine::Call;
using Fault = ModelEngine::Fault;

ModelOptions across() {
  ModelOptions options;
  options.commits_across_partitions = true;
  return options;
}

Bytes hash(uint64_t number) {
  Bytes key;
  append_big_endian(key, number);
  return key;
}

const Bytes kMiddle = hash(uint64_t{1} << 63);

class CatalogSplit : public ::testing::Test {
 protected:
  TablePtr table(const std::string& name = "T") { return node_->catalog().find(name); }
  PartitionId first() { return table()->schema.partitions[0].id; }
  std::unique_ptr<Node> another_node(uint64_t seed) {
    return Node::open(engine_, Node::options(), seed);
  }

  void make_items(int count, TableSchema schema = schema_named("T")) {
    make_table(*node_, std::move(schema));
    value::RandomValues random(1);
    for (int i = 0; i < count; ++i) {
      const std::string partition_key = "p" + std::to_string(i / 3);
      const Put put(random_item(random, partition_key, i));
      ASSERT_TRUE(node_->run(node_->items().write(*table(), key_of(partition_key, i), put)));
    }
  }
  Result<TablePtr> split(PartitionId partition, Bytes at) {
    return node_->run(node_->catalog().split("T", partition, std::move(at)));
  }
  bool is_there(PartitionId partition) {
    return node_->run(engine_.describe(partition)).has_value();
  }
  void fail(Call failing) {
    engine_.set_hook([failing](Call call, PartitionId partition) -> std::optional<Fault> {
      if (call != failing || partition == kCatalogPartition) return std::nullopt;
      return call == Call::kCommit ? Fault::kRefused : Fault::kUnavailable;
    });
  }
  void check(Node& node) { IndexCheck(node, engine_, node.catalog().find("T")).check(); }

  ModelEngine engine_{across()};
  std::unique_ptr<Node> node_ = Node::open(engine_);
};

TEST_F(CatalogSplit, TheChildrenTakeTheirParentsPlaceAndItIsDropped) {
  make_items(60);
  const PartitionId parent = first();
  const TableSize before = *node_->run(node_->catalog().size_of(*table()));
  {
    const auto begun = split(parent, kMiddle);
    ASSERT_TRUE(begun) << message_of(begun);
    EXPECT_EQ((*begun)->schema.status, TableStatus::kActive);
    ASSERT_TRUE((*begun)->schema.split);
    EXPECT_EQ((*begun)->schema.partitions.size(), 1u);
  }
  node_->settle();
  const TableSchema& schema = table()->schema;
  ASSERT_EQ(schema.partitions.size(), 2u);
  EXPECT_EQ(schema.partitions[0].begin, Bytes());
  EXPECT_EQ(schema.partitions[1].begin, kMiddle);
  EXPECT_FALSE(schema.split);
  EXPECT_TRUE(schema.closed_partitions.empty());
  EXPECT_FALSE(is_there(parent));
  const TableSize after = *node_->run(node_->catalog().size_of(*table()));
  EXPECT_EQ(after.item_count, before.item_count);
  EXPECT_EQ(after.bytes, before.bytes);
  const auto left = node_->run(engine_.describe(schema.partitions[0].id));
  EXPECT_GT(left->tallies[kItemCountTally], 0);
  EXPECT_LT(left->tallies[kItemCountTally], 60);
  check(*node_);
}

TEST_F(CatalogSplit, ASealedPartitionIsInTheLineageUntilNobodyUsesAnOlderTable) {
  make_items(20);
  const PartitionId parent = first();
  TablePtr used = table();
  node_->clock().advance(std::chrono::seconds(5));
  ASSERT_TRUE(split(parent, kMiddle));
  node_->run_what_can();
  {
    const TableSchema& schema = table()->schema;
    ASSERT_EQ(schema.closed_partitions.size(), 1u);
    const ClosedPartition& closed = schema.closed_partitions[0];
    EXPECT_EQ(closed.id, parent);
    EXPECT_EQ(closed.begin, Bytes());
    EXPECT_EQ(closed.left, schema.partitions[0].id);
    EXPECT_EQ(closed.right, schema.partitions[1].id);
    EXPECT_EQ(closed.closed_at, node_->clock().now());
    EXPECT_TRUE(node_->run(engine_.describe(parent))->sealed);
  }
  used.reset();
  node_->settle();
  EXPECT_TRUE(table()->schema.closed_partitions.empty());
  EXPECT_FALSE(is_there(parent));
}

TEST_F(CatalogSplit, ASealedPartitionIsKeptWhileAStreamHasAShardOfIt) {
  TableSchema with_stream = schema_named("T");
  add_stream(with_stream, StreamView::kKeysOnly, node_->clock().now());
  make_items(20, with_stream);
  const PartitionId parent = first();
  ASSERT_TRUE(split(parent, kMiddle));
  node_->settle();
  {
    const TableSchema& schema = table()->schema;
    ASSERT_EQ(schema.closed_partitions.size(), 1u);
    EXPECT_TRUE(is_there(parent));
    const std::vector<StreamShard>& shards = schema.streams[0].shards;
    ASSERT_EQ(shards.size(), 3u);
    EXPECT_EQ(shards[0].last, node_->run(engine_.describe(parent))->version);
    EXPECT_EQ(shards[1].parent, parent);
    EXPECT_EQ(shards[2].partition, schema.partitions[1].id);
  }
  ASSERT_TRUE(node_->run(node_->catalog().update("T", [](TableSchema& schema) -> Status {
    schema.streams.clear();
    return {};
  })));
  node_->settle();
  EXPECT_TRUE(table()->schema.closed_partitions.empty());
  EXPECT_FALSE(is_there(parent));
}

TEST_F(CatalogSplit, ASealedPartitionIsDroppedOnDemand) {
  make_items(5);
  const PartitionId parent = first();
  TablePtr used = table();
  ASSERT_TRUE(split(parent, kMiddle));
  node_->run_what_can();
  EXPECT_EQ(table()->schema.closed_partitions.size(), 1u);
  used.reset();
  EXPECT_TRUE(node_->run(node_->catalog().drop_sealed("T", parent)));
  EXPECT_TRUE(table()->schema.closed_partitions.empty());
  EXPECT_FALSE(is_there(parent));
  // A partition that is not closed stays.
  const PartitionId left = first();
  EXPECT_TRUE(node_->run(node_->catalog().drop_sealed("T", left)));
  EXPECT_TRUE(is_there(left));
  node_->settle();
}

TEST_F(CatalogSplit, WhatMakesNoSenseIsRefused) {
  make_items(5);
  EXPECT_FALSE(split(PartitionId{999}, kMiddle));
  EXPECT_FALSE(split(first(), Bytes()));
  EXPECT_FALSE(node_->run(node_->catalog().split("no such table", first(), kMiddle)));
  engine_.set_hook([](ModelEngine::Call call, PartitionId) -> std::optional<ModelEngine::Fault> {
    if (call != ModelEngine::Call::kSplit) return std::nullopt;
    return ModelEngine::Fault::kUnavailable;
  });
  ASSERT_TRUE(split(first(), kMiddle));
  EXPECT_FALSE(split(first(), hash(5))) << "one split at a time";
  engine_.set_hook(nullptr);
  node_->settle();
  const auto& partitions = table()->schema.partitions;
  EXPECT_FALSE(split(partitions[0].id, kMiddle));
  EXPECT_FALSE(split(partitions[0].id, hash(UINT64_MAX)));
  EXPECT_FALSE(split(partitions[1].id, kMiddle));
  EXPECT_FALSE(split(partitions[1].id, hash(1)));
  EXPECT_TRUE(split(partitions[1].id, hash(UINT64_MAX)));
  node_->settle();
  EXPECT_EQ(table()->schema.partitions.size(), 3u);
}

TEST_F(CatalogSplit, AnItemCollectionOfATableWithLocalIndexesIsNotCut) {
  make_items(60, indexed_schema("T"));
  const Bytes key = key_of("p7", 22);
  ASSERT_TRUE(split(first(), key));
  node_->settle();
  EXPECT_EQ(table()->schema.partitions[1].begin, key.substr(0, kHashBytes));
  check(*node_);
  // The beginning of the first collection is the beginning of the partition.
  EXPECT_FALSE(split(table()->schema.partitions[1].id, key));
}

TEST_F(CatalogSplit, AnItemCollectionWithoutLocalIndexesCanSpanPartitions) {
  make_items(60);
  const Bytes key = key_of("p7", 22);
  ASSERT_TRUE(split(first(), key));
  node_->settle();
  EXPECT_EQ(table()->schema.partitions[1].begin, key);
  EXPECT_EQ(table()->schema.partition_of(key_of("p7", 21)), 0u);
  EXPECT_EQ(table()->schema.partition_of(key_of("p7", 22)), 1u);
  check(*node_);
}

TEST_F(CatalogSplit, PartitionsOfAnIndexAreSplitToo) {
  make_items(60, indexed_schema("T"));
  const PartitionId parent = table()->schema.global_indexes[0].partitions[0].id;
  ASSERT_TRUE(split(parent, kMiddle));
  node_->settle();
  EXPECT_EQ(table()->schema.global_indexes[0].partitions.size(), 2u);
  EXPECT_EQ(table()->schema.partitions.size(), 1u);
  EXPECT_FALSE(is_there(parent));
  check(*node_);
}

TEST_F(CatalogSplit, AnIndexThatIsFilledIsNotSplit) {
  make_items(30);
  ASSERT_TRUE(
      node_->run(node_->catalog().update("T", add_index(indexed_schema("T").global_indexes[0]))));
  fail(Call::kScan);
  for (int turn = 0; turn < 10'000; ++turn)
    node_->io().poll_one();
  ASSERT_EQ(table()->schema.global_indexes[0].status, IndexStatus::kBackfilling);
  EXPECT_FALSE(split(table()->schema.global_indexes[0].partitions[0].id, kMiddle));
  engine_.set_hook(nullptr);
  node_->settle();
}

// The filling of an index meets partitions of the table that are split under it.
TEST_F(CatalogSplit, ATableIsSplitWhileAnIndexIsFilled) {
  for (int turns = 0; turns < 200; turns += 5) {
    make_items(200);
    ASSERT_TRUE(
        node_->run(node_->catalog().update("T", add_index(indexed_schema("T").global_indexes[0]))));
    for (int turn = 0; turn < turns; ++turn)
      node_->io().poll_one();
    ASSERT_TRUE(split(first(), kMiddle));
    while (table()->schema.partitions.size() < 2)
      node_->io().run_one();
    ASSERT_TRUE(split(table()->schema.partitions[1].id, hash(uint64_t{3} << 62)));
    node_->settle();
    ASSERT_EQ(table()->schema.global_indexes[0].status, IndexStatus::kActive) << turns;
    ASSERT_EQ(table()->schema.partitions.size(), 3u);
    check(*node_);
    ASSERT_TRUE(node_->run(node_->catalog().drop("T")));
    node_->settle();
  }
}

TEST_F(CatalogSplit, TheTableIsUsedAndChangedMeanwhile) {
  make_items(20);
  ASSERT_TRUE(split(first(), kMiddle));
  const Put put(item_of("new", 1, "x"));
  EXPECT_TRUE(node_->run(node_->items().write(*table(), key_of("new", 1), put)));
  EXPECT_TRUE(
      node_->run(node_->catalog().update("T", add_index(indexed_schema("T").global_indexes[0]))));
  node_->settle();
  EXPECT_EQ(table()->schema.partitions.size(), 2u);
  EXPECT_EQ(table()->schema.global_indexes[0].status, IndexStatus::kActive);
  check(*node_);
}

// Between the engine's split and the row, everything of the table is sealed: who comes then makes
// the row.
TEST_F(CatalogSplit, WhoMeetsASealedPartitionDoesWhatIsLeft) {
  make_items(20);
  const PartitionId parent = first();
  const Bytes key = key_of("p1", 4);
  const auto item = node_->run(node_->items().get(*table(), key, engine::Consistency::kStrong));
  {
    const auto split_begun = split(parent, kMiddle);
    ASSERT_TRUE(split_begun);
    node_->run(engine_.split(*split_of((*split_begun)->schema, parent)));
    ASSERT_TRUE((*split_begun)->schema.split);
    const auto again =
        node_->run(node_->items().get(**split_begun, key, engine::Consistency::kStrong));
    ASSERT_TRUE(again) << message_of(again);
    EXPECT_EQ(*again, *item);
  }
  EXPECT_EQ(table()->schema.partitions.size(), 2u);
  node_->settle();
  check(*node_);
}

TEST_F(CatalogSplit, AnotherNodeWithTheOlderMapReadsAndWrites) {
  make_items(40, indexed_schema("T"));
  const auto other = another_node(2);
  const TablePtr older = other->catalog().find("T");
  ASSERT_TRUE(split(first(), kMiddle));
  node_->settle();
  ASSERT_TRUE(split(table()->schema.global_indexes[0].partitions[0].id, kMiddle));
  node_->settle();
  // All that it knows of is dropped.
  check(*other);
  const Put put(item_of("p1", 3, "x"));
  const auto written = other->run(other->items().write(*older, key_of("p1", 3), put));
  ASSERT_TRUE(written) << message_of(written);
  for (const IndexUse& use : written->indexes)
    EXPECT_TRUE(use.index == &older->schema.local_indexes[0] ||
                use.index == &older->schema.local_indexes[1] ||
                use.index == older->schema.find_global_index(use.index->name));
  check(*node_);
}

TEST_F(CatalogSplit, WhatADeadNodeBeganTheOtherFinishes) {
  make_items(20);
  const auto other = another_node(2);
  ASSERT_TRUE(split(first(), kMiddle));
  node_.reset();  // with nothing but the intention in the row
  ASSERT_EQ(other->catalog().find("T")->schema.partitions.size(), 1u);
  ASSERT_TRUE(other->run(other->catalog().create(schema_named("Other"))));
  other->settle();
  EXPECT_EQ(other->catalog().find("T")->schema.partitions.size(), 2u);
  EXPECT_TRUE(other->catalog().find("T")->schema.closed_partitions.empty());
  check(*other);
}

TEST_F(CatalogSplit, ATableThatIsDroppedLeavesNoPartitionOfASplit) {
  for (int turns = 0; turns < 60; ++turns) {
    make_items(6, indexed_schema("T"));
    const uint64_t last_id =
        static_cast<uint64_t>(table()->schema.global_indexes.back().partitions.back().id) + 4;
    ASSERT_TRUE(split(first(), kMiddle));
    ASSERT_TRUE(split(table()->schema.global_indexes[1].partitions[0].id, kMiddle));
    for (int turn = 0; turn < turns; ++turn)
      node_->io().poll_one();
    ASSERT_TRUE(node_->run(node_->catalog().drop("T")));
    node_->settle();
    ASSERT_EQ(table(), nullptr);
    for (uint64_t id = static_cast<uint64_t>(kCatalogPartition) + 1; id <= last_id; ++id)
      ASSERT_FALSE(is_there(PartitionId{id})) << id << " after " << turns << " turns";
  }
}

// The process dies at its call number `at`, counted from the beginning of the split. Whether it
// came to that.
bool die_at(size_t at, Fault last_commit) {
  SCOPED_TRACE("dies at call " + std::to_string(at));
  CatalogOptions options;  // with a delay: what fails is not tried again before the end
  ModelEngine engine(across());
  auto node = Node::open(engine, options);
  make_table(*node, indexed_schema("T"));
  for (int i = 0; i < 12; ++i) {
    const Put put(
        stored({{"pk", text("p" + std::to_string(i))}, {"sk", number(i)}, {"a", number(i)}}));
    EXPECT_TRUE(node->run(
        node->items().write(*node->catalog().find("T"), key_of("p" + std::to_string(i), i), put)));
  }
  const PartitionId parent = node->catalog().find("T")->schema.partitions[0].id;

  size_t calls = 0;
  engine.set_hook([&](Call call, PartitionId) -> std::optional<Fault> {
    const size_t number = calls++;
    if (number < at) return std::nullopt;
    if (call != Call::kCommit) return Fault::kUnavailable;
    return number == at ? last_commit : Fault::kRefused;
  });
  const bool begun = node->run(node->catalog().split("T", parent, kMiddle)).has_value();
  node->run_what_can();
  node.reset();
  engine.set_hook(nullptr);

  node = Node::open(engine, options, 2);
  node->settle();
  const TableSchema schema = node->catalog().find("T")->schema;
  EXPECT_TRUE(schema.partitions.size() == 2 || (!begun && schema.partitions.size() == 1));
  EXPECT_FALSE(schema.split);
  EXPECT_TRUE(schema.closed_partitions.empty());
  EXPECT_EQ(node->run(engine.describe(parent)).has_value(), schema.partitions.size() == 1);
  for (const PartitionRange& range : schema.partitions)
    EXPECT_TRUE(node->run(engine.describe(range.id)));
  IndexCheck(*node, engine, node->catalog().find("T")).check();
  return calls > at;
}

TEST(CatalogSplitCrash, ASplitIsMadeOrNotBegunWheneverTheProcessDies) {
  for (const Fault last_commit :
       {Fault::kUnknownNotApplied, Fault::kUnknownApplied, Fault::kUnknownAppliedLater}) {
    size_t at = 0;
    while (die_at(at, last_commit) && !::testing::Test::HasFailure())
      ++at;
    EXPECT_GE(at, 5u) << "three rows, the split, the drop";
  }
}

TEST(CatalogSplitCrash, StepsAreTakenUpAgainHoweverOftenTheProcessDies) {
  ModelEngine engine(across());
  CatalogOptions options;
  auto node = Node::open(engine, options);
  make_table(*node, schema_named("T"));
  for (const Call broken : {Call::kSplit, Call::kDrop}) {
    engine.set_hook([broken](Call call, PartitionId) -> std::optional<Fault> {
      return call == broken ? std::optional(Fault::kUnavailable) : std::nullopt;
    });
    if (broken == Call::kSplit) {
      ASSERT_TRUE(node->run(
          node->catalog().split("T", node->catalog().find("T")->schema.partitions[0].id, kMiddle)));
    }
    for (uint64_t seed = 2; seed < 6; ++seed) {
      node->run_what_can();
      node = Node::open(engine, options, seed);
      node->run_what_can();
      const TableSchema& schema = node->catalog().find("T")->schema;
      EXPECT_EQ(schema.split.has_value(), broken == Call::kSplit);
      EXPECT_EQ(schema.closed_partitions.size(), broken == Call::kSplit ? 0u : 1u);
    }
  }
  engine.set_hook(nullptr);
  node = Node::open(engine, options, 9);
  node->settle();
  EXPECT_TRUE(node->catalog().find("T")->schema.closed_partitions.empty());
}

}  // namespace
}  // namespace jedlik::table
