#include "ttl/sweeper.h"

#include <gtest/gtest.h>

#include "table/journal_record.h"
#include "tests/ttl/sweeper_world.h"

// Which items go, and when; what happens when somebody else writes them, or the engine fails.
namespace jedlik::ttl {
namespace {

using engine::Batch;
using engine::ModelEngine;
using engine::PartitionId;
using engine::Space;
using Call = ModelEngine::Call;
using Fault = ModelEngine::Fault;

class Sweeps : public ::testing::Test {
 protected:
  Sweeps() { table::make_table(*node_, schema_with_time_to_live()); }

  TablePtr table() { return node_->catalog().find("Items"); }
  PartitionId expiry_partition() { return table()->schema.expiry_index->partitions.front().id; }
  int64_t now() { return node_->clock().now().ms / 1000; }
  void pass(int64_t seconds) { node_->clock().advance(std::chrono::seconds(seconds)); }

  void put(int id, std::optional<Bytes> item) {
    const Put change(std::move(item));
    ASSERT_TRUE(node_->run(node_->items().write(*table(), key_of_item(id), change)));
  }
  void put(int id, int64_t expiry) { put(id, item_of(id, number(expiry))); }
  bool is_there(int id) {
    const auto item =
        node_->run(node_->items().get(*table(), key_of_item(id), engine::Consistency::kStrong));
    return item && *item;
  }
  Swept sweep() { return node_->run(sweeper_->sweep()); }
  void check() { IndexCheck(*node_, engine_, table()).check(); }

  ModelEngine engine_{across()};
  std::unique_ptr<Node> node_ = Node::open(engine_);
  std::unique_ptr<Sweeper> sweeper_ =
      std::make_unique<Sweeper>(node_->catalog(), node_->items(), node_->clock());
};

TEST_F(Sweeps, AnItemGoesWhenItsSecondIsOver) {
  put(1, now() + 1);
  put(2, now() + 2);
  EXPECT_EQ(sweep().deleted, 0u);
  pass(1);
  EXPECT_EQ(sweep().deleted, 0u);
  pass(1);
  EXPECT_EQ(sweep().deleted, 1u);
  EXPECT_FALSE(is_there(1));
  EXPECT_TRUE(is_there(2));
  pass(1);
  EXPECT_EQ(sweep().deleted, 1u);
  EXPECT_FALSE(is_there(2));
  check();
}

TEST_F(Sweeps, ItemsWithoutAnExpiryStay) {
  put(1, item_of(1, text(std::to_string(now() - 10))));
  put(2, item_of(2, number((now() - 10) * 1000)));
  put(3, item_of(3, number(-1)));
  put(4, stored({{"pk", text("p4")}, {"sk", number(4)}}));
  EXPECT_EQ(sweep().deleted, 0u);
  for (int id = 1; id <= 4; ++id)
    EXPECT_TRUE(is_there(id)) << id;
}

TEST_F(Sweeps, ItemsOfMoreThanFiveYearsAgoStay) {
  put(1, now() - limits::kExpiredSecondsAgo - 1);
  put(2, now() - limits::kExpiredSecondsAgo);
  EXPECT_EQ(sweep().deleted, 1u);
  EXPECT_TRUE(is_there(1));
  EXPECT_FALSE(is_there(2));
}

TEST_F(Sweeps, WhatWasWrittenExpiredGoesInAWholeRound) {
  sweep();
  put(1, now() - 100);
  for (int round = 0; round < 9; ++round) {
    pass(1);
    EXPECT_EQ(sweep().deleted, 0u);
  }
  pass(1);
  EXPECT_EQ(sweep().deleted, 1u);
  EXPECT_FALSE(is_there(1));
}

TEST_F(Sweeps, AClockThatIsSetBackDeletesNothingTooEarly) {
  sweep();
  pass(-100);
  put(1, now() + 50);
  EXPECT_EQ(sweep().deleted, 0u);
  pass(50);
  EXPECT_EQ(sweep().deleted, 0u);
  pass(1);
  EXPECT_EQ(sweep().deleted, 1u);
}

TEST_F(Sweeps, ATableWithMuchToDeleteDoesNotKeepOthersWaiting) {
  SweeperOptions options;
  options.items_at_a_time = 3;
  options.commits_a_round = 4;
  sweeper_ = std::make_unique<Sweeper>(node_->catalog(), node_->items(), node_->clock(), options);
  table::TableSchema schema = schema_with_time_to_live();
  schema.name = "Others";
  const TablePtr other = table::make_table(*node_, schema);
  for (int id = 0; id < 30; ++id) {
    put(id, now() - 10);
    const Put change(item_of(id, number(now() - 10)));
    ASSERT_TRUE(node_->run(node_->items().write(*other, key_of_item(id), change)));
  }
  for (const size_t deleted : {24u, 24u, 12u, 0u}) {
    const Swept swept = sweep();
    EXPECT_EQ(swept.deleted, deleted);
    EXPECT_EQ(swept.more, deleted == 24u);
  }
  check();
}

TEST_F(Sweeps, ManyItemsGoInPages) {
  for (int id = 0; id < 130; ++id)
    put(id, now() + id % 3);
  pass(2);
  EXPECT_EQ(sweep().deleted, 87u);
  check();
  pass(5);
  EXPECT_EQ(sweep().deleted, 43u);
  check();
}

TEST_F(Sweeps, ATableWithoutTimeToLiveIsLeftAlone) {
  table::TableSchema schema = schema_with_time_to_live();
  schema.name = "Others";
  schema.expiry_index.reset();
  const TablePtr other = table::make_table(*node_, schema);
  const Put change(item_of(1, number(now() - 10)));
  ASSERT_TRUE(node_->run(node_->items().write(*other, key_of_item(1), change)));
  EXPECT_EQ(sweep().deleted, 0u);
}

TEST_F(Sweeps, NothingGoesAfterTimeToLiveWasDisabled) {
  put(1, now() - 10);
  ASSERT_TRUE(node_->run(node_->catalog().update("Items", table::disable_time_to_live())));
  EXPECT_EQ(sweep().deleted, 0u);
  node_->settle();
  EXPECT_EQ(sweep().deleted, 0u);
  EXPECT_TRUE(is_there(1));
}

TEST_F(Sweeps, NothingGoesBeforeTheIndexIsComplete) {
  ASSERT_TRUE(node_->run(node_->catalog().update("Items", table::disable_time_to_live())));
  node_->settle();
  put(1, now() - 10);
  ASSERT_TRUE(node_->run(node_->catalog().update("Items", table::enable_time_to_live("ttl"))));
  EXPECT_EQ(sweep().deleted, 0u);
  node_->settle();
  EXPECT_EQ(sweep().deleted, 1u);
  check();
}

TEST_F(Sweeps, ALaterNodeGoesOn) {
  put(1, now() - 10);
  sweeper_.reset();
  node_ = Node::open(engine_, Node::options(), 2);
  sweeper_ = std::make_unique<Sweeper>(node_->catalog(), node_->items(), node_->clock());
  EXPECT_EQ(sweep().deleted, 1u);
  EXPECT_FALSE(is_there(1));
  check();
}

TEST_F(Sweeps, AnItemThatIsRenewedStays) {
  put(1, now() - 10);
  put(2, now() - 10);
  // Another node renews the item after the page was read: here the row stands, as the page saw it.
  const Bytes renewed = item_of(1, number(now() + 100));
  Node other(engine_, Node::options(), 7);
  bool done = false;
  engine_.set_hook([&](Call call, PartitionId partition) -> std::optional<Fault> {
    if (done || call != Call::kFetch || partition != table()->schema.partitions[0].id)
      return std::nullopt;
    done = true;
    const Put change(renewed);
    EXPECT_TRUE(other.run(other.items().write(*table(), key_of_item(1), change)));
    return std::nullopt;
  });
  const Swept swept = sweep();
  EXPECT_TRUE(done);
  EXPECT_EQ(swept.deleted, 1u);
  EXPECT_EQ(swept.kept, 1u);
  EXPECT_EQ(swept.stale_rows, 0u);
  EXPECT_TRUE(is_there(1));
  EXPECT_FALSE(is_there(2));
  check();
  pass(200);
  EXPECT_EQ(sweep().deleted, 1u);
  EXPECT_FALSE(is_there(1));
}

TEST_F(Sweeps, AnItemThatIsRenewedBeforeTheCommitStays) {
  put(1, now() - 10);
  Node other(engine_, Node::options(), 7);
  bool done = false;
  engine_.set_hook([&](Call call, PartitionId) -> std::optional<Fault> {
    if (done || call != Call::kCommit) return std::nullopt;
    done = true;
    const Put change(item_of(1, number(now() + 100)));
    EXPECT_TRUE(other.run(other.items().write(*table(), key_of_item(1), change)));
    return std::nullopt;
  });
  const Swept swept = sweep();
  EXPECT_TRUE(done);
  EXPECT_EQ(swept.deleted, 0u);
  EXPECT_TRUE(is_there(1));
  check();
}

TEST_F(Sweeps, ARowThatIsNobodysGoes) {
  put(1, now() + 100);
  const auto& index = *table()->schema.expiry_index;
  Batch batch;
  const Bytes other = item_of(1, number(now() - 10));
  const auto of_another_time = table::expiry_row(index, key_of_item(1), value::ItemView(other));
  const auto of_no_item = table::expiry_row(index, key_of_item(2), value::ItemView(other));
  for (const auto& row : {of_another_time, of_no_item})
    batch.mutations.push_back({Space::kItems, row->key, row->value});
  batch.tally_changes[table::kItemCountTally] = 2;
  ASSERT_EQ(node_->run(engine_.commit(expiry_partition(), std::move(batch))).kind,
            engine::Committed::Kind::kDone);
  const Swept swept = sweep();
  EXPECT_EQ(swept.deleted, 0u);
  EXPECT_EQ(swept.stale_rows, 2u);
  EXPECT_TRUE(is_there(1));
  check();
}

TEST_F(Sweeps, SeveralNodesMaySweepAtOnce) {
  for (int id = 0; id < 100; ++id)
    put(id, now() - 10);
  Sweeper second(node_->catalog(), node_->items(), node_->clock());
  std::vector<Swept> swept;
  const auto one = [&](Sweeper& sweeper) -> Task<void> {
    swept.push_back(co_await sweeper.sweep());
  };
  node_->start(one(*sweeper_));
  node_->start(one(second));
  node_->settle();
  ASSERT_EQ(swept.size(), 2u);
  EXPECT_EQ(swept[0].deleted + swept[1].deleted, 100u);
  check();
}

TEST_F(Sweeps, WhatTheEngineFailedIsTriedAgain) {
  for (int id = 0; id < 60; ++id)
    put(id, now() - 10);
  for (const auto& [call, fault] :
       {std::pair(Call::kScan, Fault::kUnavailable), std::pair(Call::kFetch, Fault::kUnavailable),
        std::pair(Call::kCommit, Fault::kRefused),
        std::pair(Call::kCommit, Fault::kUnknownNotApplied)}) {
    engine_.fail_next(call, fault);
    const Swept swept = sweep();
    EXPECT_EQ(swept.failures, 1u);
    EXPECT_EQ(swept.deleted, 0u);
  }
  EXPECT_EQ(sweep().deleted, 60u);
  check();
}

TEST_F(Sweeps, ItIsRecordedAsExpiry) {
  ASSERT_TRUE(node_->run(node_->catalog().drop("Items")));
  node_->settle();
  table::TableSchema schema = schema_with_time_to_live();
  table::Stream& stream = schema.streams.emplace_back();
  stream.label = "label";
  table::make_table(*node_, schema);
  ASSERT_TRUE(table()->schema.keeps_journal());
  put(1, now() - 10);
  EXPECT_EQ(sweep().deleted, 1u);
  const auto page = node_->run(engine_.scan(table()->schema.partitions[0].id, Space::kJournal, {},
                                            engine::Direction::kForward, {10, size_t{1} << 20},
                                            engine::Consistency::kStrong));
  ASSERT_TRUE(page);
  ASSERT_EQ(page->size(), 2u);
  const auto record = table::read_journal_record((*page)[1].value);
  ASSERT_TRUE(record);
  ASSERT_EQ(record->changes.size(), 1u);
  EXPECT_EQ(record->changes[0].cause, table::WriteCause::kExpiry);
  EXPECT_TRUE(record->changes[0].old_item);
  EXPECT_FALSE(record->changes[0].new_item);
}

}  // namespace
}  // namespace jedlik::ttl
