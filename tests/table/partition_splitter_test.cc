#include "table/partition_splitter.h"

#include <gtest/gtest.h>

#include "tests/table/index_world.h"

// When partitions are split, and where.
namespace jedlik::table {
namespace {

using engine::ModelEngine;
using engine::ModelOptions;
using engine::PartitionId;

ModelOptions across() {
  ModelOptions options;
  options.commits_across_partitions = true;
  return options;
}

class PartitionSplits : public ::testing::Test {
 protected:
  TablePtr table() { return node_->catalog().find("T"); }
  const std::vector<PartitionRange>& partitions() { return table()->schema.partitions; }

  void put(const std::string& partition_key, int64_t sort_key, size_t bytes) {
    Attributes attributes{{"pk", text(partition_key)},
                          {"sk", number(sort_key)},
                          {"a", number(sort_key)},
                          {"data", text(std::string(bytes, 'x'))}};
    const Put change(stored(attributes));
    ASSERT_TRUE(
        node_->run(node_->items().write(*table(), key_of(partition_key, sort_key), change)));
  }
  void look(SplitterOptions options) {
    PartitionSplitter splitter(engine_, node_->catalog(), options);
    look(splitter);
  }
  void look(PartitionSplitter& splitter) {
    node_->start(splitter.look());
    node_->settle();
  }
  static SplitterOptions with(int64_t partition_bytes) {
    SplitterOptions options;
    options.partition_bytes = partition_bytes;
    return options;
  }
  std::vector<int64_t> sizes(const std::vector<PartitionRange>& ranges) {
    std::vector<int64_t> bytes;
    for (const PartitionRange& range : ranges)
      bytes.push_back(node_->run(engine_.describe(range.id))->tallies[kItemBytesTally]);
    return bytes;
  }
  void check() { IndexCheck(*node_, engine_, table()).check(); }

  ModelEngine engine_{across()};
  std::unique_ptr<Node> node_ = Node::open(engine_);
};

TEST_F(PartitionSplits, OnlyWhatIsTooLargeIsSplit) {
  make_table(*node_, schema_named("T"));
  for (int i = 0; i < 100; ++i)
    put("p" + std::to_string(i), i, 100);
  const int64_t bytes = sizes(partitions())[0];
  look(with(bytes));
  EXPECT_EQ(partitions().size(), 1u);
  look(with(bytes - 1));
  ASSERT_EQ(partitions().size(), 2u);
  for (const int64_t each : sizes(partitions()))
    EXPECT_NEAR(static_cast<double>(each), static_cast<double>(bytes) / 2, 200);
  look(with(bytes - 1));
  EXPECT_EQ(partitions().size(), 2u);
}

TEST_F(PartitionSplits, ItGoesOnUntilEachIsSmallEnough) {
  make_table(*node_, schema_named("T"));
  for (int i = 0; i < 200; ++i)
    put("p" + std::to_string(i), i, 100);
  PartitionSplitter splitter(engine_, node_->catalog(), with(3000));
  size_t before = 0;
  while (partitions().size() != before) {
    before = partitions().size();
    look(splitter);
  }
  EXPECT_GE(partitions().size(), 8u);
  for (const int64_t each : sizes(partitions()))
    EXPECT_LE(each, 3000);
  check();
}

TEST_F(PartitionSplits, ACollectionIsCutWhereThereIsNoLocalIndex) {
  make_table(*node_, schema_named("T"));
  for (int i = 0; i < 100; ++i)
    put("one", i, 100);
  look(with(5000));
  ASSERT_EQ(partitions().size(), 2u);
  EXPECT_GT(sizes(partitions())[0], 4000);
  EXPECT_GT(sizes(partitions())[1], 4000);
  check();
}

TEST_F(PartitionSplits, ACollectionOfATableWithLocalIndexesStaysWhole) {
  TableSchema schema = indexed_schema("T");
  schema.global_indexes.clear();
  make_table(*node_, schema);
  for (int i = 0; i < 50; ++i)
    put("one", i, 100);
  PartitionSplitter splitter(engine_, node_->catalog(), with(5000));
  look(splitter);
  EXPECT_EQ(partitions().size(), 1u);
  // It has not grown enough to be read again.
  size_t scans = 0;
  engine_.set_hook([&scans](ModelEngine::Call call, PartitionId id) {
    if (call == ModelEngine::Call::kScan && id != kCatalogPartition) ++scans;
    return std::nullopt;
  });
  put("two", 1, 100);
  look(splitter);
  EXPECT_EQ(scans, 0u);
  for (int i = 0; i < 30; ++i)
    put("three", i, 100);
  look(splitter);
  EXPECT_GT(scans, 0u);
  EXPECT_EQ(partitions().size(), 2u);
  check();
}

TEST_F(PartitionSplits, PartitionsOfIndexesAreSplitBesides) {
  make_table(*node_, indexed_schema("T"));
  for (int i = 0; i < 100; ++i)
    put("p" + std::to_string(i), i, 100);
  look(with(5000));
  EXPECT_EQ(partitions().size(), 2u);
  EXPECT_EQ(table()->schema.find_global_index("global-a")->partitions.size(), 2u);
  EXPECT_EQ(table()->schema.find_global_index("global-ba")->partitions.size(), 1u) << "it is empty";
  check();
}

TEST_F(PartitionSplits, ALargeEvenPartitionIsSplitInTheMiddleOfItsHashes) {
  make_table(*node_, schema_named("T"));
  for (int i = 0; i < 3000; ++i)
    put("p" + std::to_string(i), i, 20);
  SplitterOptions options = with(5000);
  options.brief_bytes = 0;
  look(options);
  ASSERT_EQ(partitions().size(), 2u);
  Bytes middle;
  append_big_endian(middle, UINT64_MAX / 2);
  EXPECT_EQ(partitions()[1].begin, middle);
  look(options);
  ASSERT_EQ(partitions().size(), 3u);
  append_big_endian(middle = Bytes(), UINT64_MAX / 4);
  EXPECT_EQ(partitions()[1].begin, middle);
}

TEST_F(PartitionSplits, ALargePartitionOfOneCollectionIsSplitInTheMiddleOfItsBytes) {
  make_table(*node_, schema_named("T"));
  for (int i = 0; i < 500; ++i)
    put("p" + std::to_string(i), i, 20);
  for (int i = 0; i < 2500; ++i)
    put("one", i, 20);
  SplitterOptions options = with(5000);
  options.brief_bytes = 0;
  look(options);
  ASSERT_EQ(partitions().size(), 2u);
  const std::vector<int64_t> bytes = sizes(partitions());
  EXPECT_NEAR(static_cast<double>(bytes[0]), static_cast<double>(bytes[1]), 200);
}

}  // namespace
}  // namespace jedlik::table
