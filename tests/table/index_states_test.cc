#include <gtest/gtest.h>

#include "tests/table/index_world.h"

// Making and deleting a global index of a table that is there: its states, and what it waits for.
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

class IndexStates : public ::testing::Test {
 protected:
  TablePtr table() { return node_->catalog().find("T"); }
  const GlobalIndex* index() { return table()->schema.find_global_index("global-a"); }
  void reopen() { node_ = Node::open(engine_, Node::options(), ++seed_); }

  void make_items(int count) {
    make_table(*node_, schema_named("T"));
    value::RandomValues random(1);
    for (int i = 0; i < count; ++i) {
      const Put put(random_item(random, "p" + std::to_string(i), i));
      ASSERT_TRUE(
          node_->run(node_->items().write(*table(), key_of("p" + std::to_string(i), i), put)));
    }
  }
  Result<TablePtr> update(Catalog::Change change) {
    return node_->run(node_->catalog().update("T", std::move(change)));
  }
  Result<TablePtr> start_making() {
    return update(add_index(indexed_schema("T").global_indexes[0]));
  }
  void break_engine(Call broken) {
    engine_.set_hook([broken](Call call, PartitionId) -> std::optional<Fault> {
      if (call != broken) return std::nullopt;
      return call == Call::kCommit ? Fault::kRefused : Fault::kUnavailable;
    });
  }
  void repair_engine() { engine_.set_hook(nullptr); }
  void check() { IndexCheck(*node_, engine_, table()).check(); }

  ModelEngine engine_{across()};
  uint64_t seed_ = 1;
  std::unique_ptr<Node> node_ = Node::open(engine_);
};

TEST_F(IndexStates, AnIndexThatIsMadeWithItsTableIsActiveWithIt) {
  const TablePtr made = make_table(*node_, indexed_schema("T"));
  EXPECT_EQ(made->schema.status, TableStatus::kActive);
  for (const GlobalIndex& each : made->schema.global_indexes)
    EXPECT_EQ(each.status, IndexStatus::kActive);
  check();
}

TEST_F(IndexStates, AnIndexOfATableWithItemsGetsTheirRows) {
  make_items(300);
  {
    const auto started = start_making();
    ASSERT_TRUE(started) << message_of(started);
    EXPECT_EQ((*started)->schema.status, TableStatus::kUpdating);
    EXPECT_EQ((*started)->schema.global_indexes[0].status, IndexStatus::kCreating);
  }
  node_->settle();
  EXPECT_EQ(table()->schema.status, TableStatus::kActive);
  EXPECT_EQ(index()->status, IndexStatus::kActive);
  check();
}

TEST_F(IndexStates, ItWaitsForARequestThatBeganBefore) {
  make_items(10);
  TablePtr used = table();
  ASSERT_TRUE(start_making());
  node_->run_what_can();
  EXPECT_EQ(index()->status, IndexStatus::kPreparing);
  // The request writes without knowing of the index.
  const Put put(stored({{"pk", text("late")}, {"sk", number(1)}, {"a", number(1)}}));
  ASSERT_TRUE(node_->run(node_->items().write(*used, key_of("late", 1), put)));
  node_->run_what_can();
  EXPECT_EQ(index()->status, IndexStatus::kPreparing);
  used.reset();
  node_->settle();
  EXPECT_EQ(index()->status, IndexStatus::kActive);
  check();
}

TEST_F(IndexStates, ItsRowsAreFilledInWhileTheTableIsActive) {
  make_items(100);
  ASSERT_TRUE(start_making());
  break_engine(Call::kScan);
  for (int turn = 0; turn < 10'000 && index()->status != IndexStatus::kBackfilling; ++turn)
    node_->io().poll_one();
  EXPECT_EQ(table()->schema.status, TableStatus::kActive);
  ASSERT_EQ(index()->status, IndexStatus::kBackfilling);
  // It is written, and is not complete.
  const Put put(stored({{"pk", text("new")}, {"sk", number(1)}, {"a", number(1)}}));
  ASSERT_TRUE(node_->run(node_->items().write(*table(), key_of("new", 1), put)));
  EXPECT_FALSE(index()->is_complete());
  repair_engine();
  node_->settle();
  EXPECT_EQ(index()->status, IndexStatus::kActive);
  check();
}

TEST_F(IndexStates, AProcessThatDiesAtAnyMomentLeavesAnIndexThatIsMade) {
  for (int turns = 0; turns < 400; turns += 7) {
    make_items(80);
    ASSERT_TRUE(start_making());
    for (int turn = 0; turn < turns; ++turn)
      node_->io().poll_one();
    reopen();
    node_->settle();
    ASSERT_EQ(table()->schema.status, TableStatus::kActive);
    ASSERT_EQ(index()->status, IndexStatus::kActive) << turns;
    check();
    ASSERT_TRUE(node_->run(node_->catalog().drop("T")));
    node_->settle();
  }
}

TEST_F(IndexStates, ADeletedIndexIsGoneWithItsPartitionsAndDefinitions) {
  TableSchema schema = indexed_schema("T");
  schema.local_indexes.clear();
  schema.global_indexes.resize(1);
  schema.attribute_definitions = {kPk, kSk, kA};
  TablePtr used = make_table(*node_, schema);
  const PartitionId partition = used->schema.global_indexes[0].partitions[0].id;
  ASSERT_TRUE(update(remove_index("global-a")));
  EXPECT_EQ(index()->status, IndexStatus::kDeleting);
  // Nothing is taken from under a request that began before.
  node_->run_what_can();
  EXPECT_TRUE(node_->run(engine_.describe(partition)));
  used.reset();
  node_->settle();
  EXPECT_EQ(index(), nullptr);
  EXPECT_EQ(table()->schema.attribute_definitions, (std::vector<KeyAttribute>{kPk, kSk}));
  EXPECT_FALSE(node_->run(engine_.describe(partition)));
}

TEST_F(IndexStates, AnIndexThatIsBeingFilledCanBeDeleted) {
  make_items(100);
  ASSERT_TRUE(start_making());
  break_engine(Call::kScan);
  for (int turn = 0; turn < 10'000 && index()->status != IndexStatus::kBackfilling; ++turn)
    node_->io().poll_one();
  ASSERT_TRUE(update(remove_index("global-a")));
  repair_engine();
  node_->settle();
  EXPECT_EQ(index(), nullptr);
  EXPECT_EQ(table()->schema.status, TableStatus::kActive);
}

TEST_F(IndexStates, ATableIsNotDroppedWhileAnIndexIsMade) {
  make_items(100);
  ASSERT_TRUE(start_making());
  break_engine(Call::kScan);
  for (int turn = 0; turn < 10'000 && index()->status != IndexStatus::kBackfilling; ++turn)
    node_->io().poll_one();
  const auto dropped = node_->run(node_->catalog().drop("T"));
  ASSERT_FALSE(dropped);
  EXPECT_EQ(dropped.error().type, &error_types::kResourceInUse);
  repair_engine();
  node_->settle();
  ASSERT_TRUE(node_->run(node_->catalog().drop("T")));
  node_->settle();
  EXPECT_EQ(table(), nullptr);
}

TEST_F(IndexStates, ACollectionThatWouldBecomeTooLargeIsRefused) {
  ItemStoreOptions options;
  options.collection_limit = 1000;
  ItemStore items(engine_, node_->clock(), options);
  const TablePtr made = make_table(*node_, indexed_schema("T"));
  const auto put = [&](int64_t sort_key, size_t bytes) {
    const Put change(item_of("p", sort_key, std::string(bytes, 'x')));
    return node_->run(items.write(*made, key_of("p", sort_key), change));
  };
  EXPECT_TRUE(put(1, 400));
  EXPECT_TRUE(put(2, 400));
  const auto refused = put(3, 400);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, &error_types::kItemCollectionSizeLimitExceeded);
  EXPECT_TRUE(put(2, 300));
  EXPECT_TRUE(put(3, 100));
  // Another collection has room of its own.
  const Put other(item_of("q", 1, std::string(900, 'x')));
  EXPECT_TRUE(node_->run(items.write(*made, key_of("q", 1), other)));
}

}  // namespace
}  // namespace jedlik::table
