#include <gtest/gtest.h>

#include "engine/model/model_engine.h"
#include "table/journal_trimmer.h"
#include "tests/table/index_world.h"
#include "tests/table/stream_world.h"

// A table that is deleted leaves its streams, for a day.
namespace jedlik::table {
namespace {

using engine::Consistency;
using engine::Direction;
using engine::ModelEngine;
using engine::ModelOptions;
using engine::PartitionId;
using engine::Space;

constexpr std::chrono::hours kADay{24};
constexpr std::chrono::minutes kAMinute{1};

class DeletedTable : public ::testing::TestWithParam<bool> {
 protected:
  static ModelOptions options() { return GetParam() ? engine::strict_model(7) : ModelOptions(); }

  TablePtr make(bool with_stream = true) {
    TableSchema schema = indexed_schema("T");
    if (with_stream) add_stream(schema, StreamView::kNewAndOldImages, node_->clock().now());
    return make_table(*node_, schema);
  }
  // Until the engine lets it be done.
  template <class Ask>
  auto certain(Ask ask) {
    auto result = node_->run(ask());
    for (int again = 0; again < 1000 && !result; ++again)
      result = node_->run(ask());
    return result;
  }
  void put(int64_t sort_key) {
    const TablePtr table = node_->catalog().find("T");
    const Put change(item_of("p", sort_key, "data"));
    ASSERT_TRUE(
        certain([&] { return node_->items().write(*table, key_of("p", sort_key), change); }));
  }
  void drop() {
    certain([&] { return node_->catalog().drop("T"); });
    node_->settle();
    ASSERT_EQ(node_->catalog().find("T"), nullptr);
  }
  void reopen() {
    const Timestamp now = node_->clock().now();
    node_.reset();
    node_ = Node::open(engine_, Node::options(), 2);
    node_->clock().advance(std::chrono::milliseconds(now.ms - node_->clock().now().ms));
  }
  // As often as a strict engine needs.
  void trim() {
    JournalTrimmer trimmer(engine_, node_->catalog(), node_->clock());
    for (int round = 0; round < (GetParam() ? 100 : 1); ++round) {
      node_->run([](JournalTrimmer& of) -> Task<bool> {
        co_await of.trim_all();
        co_return true;
      }(trimmer));
    }
  }
  // None where the partition is gone.
  std::optional<size_t> rows(PartitionId partition, Space space) {
    while (true) {
      const auto page =
          node_->run(engine_.scan(partition, space, engine::Range{}, Direction::kForward,
                                  {100'000, size_t{1} << 30}, Consistency::kStrong));
      if (page) return page->size();
      if (page.error().kind == engine::Failure::Kind::kNoSuchPartition) return std::nullopt;
    }
  }

  ModelEngine engine_{options()};
  std::unique_ptr<Node> node_ = Node::open(engine_);
};

INSTANTIATE_TEST_SUITE_P(Engines, DeletedTable, ::testing::Bool(),
                         [](const auto& strict) { return strict.param ? "Strict" : "Calm"; });

TEST_P(DeletedTable, LeavesItsStreamAndNothingElse) {
  std::vector<PartitionId> of_indexes;
  PartitionId partition{};
  {
    const TablePtr table = make();
    partition = table->schema.partitions[0].id;
    for (const SeparateIndex* index : table->schema.separate_indexes())
      of_indexes.push_back(index->partitions[0].id);
  }
  ASSERT_FALSE(of_indexes.empty());
  for (int64_t sort_key = 0; sort_key < 10; ++sort_key)
    put(sort_key);
  const size_t records = recorded(*node_, engine_, partition).size();
  EXPECT_GE(records, 10u);
  const Timestamp then = node_->clock().now();
  drop();

  ASSERT_EQ(node_->catalog().deleted().size(), 1u);
  const TablePtr left = node_->catalog().deleted()[0];
  EXPECT_EQ(left->schema.name, "T");
  const Stream& stream = left->schema.streams.at(0);
  EXPECT_EQ(stream.status, StreamStatus::kDisabled);
  EXPECT_GE(stream.disabled_at, then);
  ASSERT_EQ(stream.shards.size(), 1u);
  EXPECT_TRUE(stream.shards[0].last);
  for (const PartitionId index : of_indexes)
    EXPECT_EQ(rows(index, Space::kItems), std::nullopt);

  trim();
  EXPECT_EQ(rows(partition, Space::kItems), 0u);
  EXPECT_EQ(rows(partition, Space::kLocalIndex), 0u);
  EXPECT_EQ(recorded(*node_, engine_, partition).size(), records);
}

TEST_P(DeletedTable, LosesItsItemsHoweverMany) {
  const PartitionId partition = make()->schema.partitions[0].id;
  // As writes would leave them, which would take long.
  engine::Batch batch;
  for (int64_t sort_key = 0; sort_key < 2500; ++sort_key)
    batch.mutations.push_back({Space::kItems, key_of("p", sort_key), item_of("p", sort_key, "")});
  while (node_->run(engine_.commit(partition, batch)).kind != engine::Committed::Kind::kDone) {
  }
  drop();
  EXPECT_EQ(rows(partition, Space::kItems), 2500u);
  trim();
  EXPECT_EQ(rows(partition, Space::kItems), 0u);
}

TEST_P(DeletedTable, IsForgottenADayLaterAlsoByANewProcess) {
  const PartitionId partition = make()->schema.partitions[0].id;
  put(1);
  drop();
  reopen();
  ASSERT_EQ(node_->catalog().deleted().size(), 1u);
  node_->clock().advance(kADay - kAMinute);
  trim();
  EXPECT_EQ(node_->catalog().deleted().size(), 1u);
  EXPECT_GE(recorded(*node_, engine_, partition).size(), 1u);

  node_->clock().advance(2 * kAMinute);
  trim();
  EXPECT_TRUE(node_->catalog().deleted().empty());
  EXPECT_EQ(rows(partition, Space::kJournal), std::nullopt);
  reopen();
  EXPECT_TRUE(node_->catalog().deleted().empty());
}

TEST_P(DeletedTable, AnotherOfItsNameHasAStreamOfItsOwn) {
  make();
  put(1);
  drop();
  const TablePtr again = make();
  const TablePtr left = node_->catalog().deleted().at(0);
  EXPECT_NE(again->schema.id, left->schema.id);
  EXPECT_LT(left->schema.streams[0].label, again->schema.streams[0].label)
      << "although no time has passed";
  const PartitionId partition = again->schema.partitions[0].id;
  EXPECT_TRUE(recorded(*node_, engine_, partition).empty());
}

TEST_P(DeletedTable, WithoutAStreamIsGoneAtOnce) {
  const PartitionId partition = make(false)->schema.partitions[0].id;
  put(1);
  drop();
  EXPECT_TRUE(node_->catalog().deleted().empty());
  EXPECT_EQ(rows(partition, Space::kItems), std::nullopt);
}

TEST(DeletedTables, ThoseThatWentFirstAreForgottenWhenThereAreTooMany) {
  ModelEngine engine;
  const auto node = Node::open(engine);
  for (size_t i = 0; i < limits::kDeletedTables + 3; ++i) {
    TableSchema schema = schema_named("T" + std::to_string(i));
    add_stream(schema, StreamView::kKeysOnly, node->clock().now());
    make_table(*node, schema);
    node->clock().advance(std::chrono::milliseconds(1));
    ASSERT_TRUE(node->run(node->catalog().drop(schema.name)));
    node->settle();
  }
  JournalTrimmer trimmer(engine, node->catalog(), node->clock());
  node->run([](JournalTrimmer& of) -> Task<bool> {
    co_await of.trim_all();
    co_return true;
  }(trimmer));
  const auto left = node->catalog().deleted();
  ASSERT_EQ(left.size(), limits::kDeletedTables);
  EXPECT_EQ(left.front()->schema.name, "T3");
}

}  // namespace
}  // namespace jedlik::table
