#include <gtest/gtest.h>

#include "base/limits.h"
#include "table/expiry.h"
#include "tests/table/index_world.h"

// The index by expiry: which items have a row, that every write keeps it, its states.
namespace jedlik::table {
namespace {

using engine::ModelEngine;
using engine::ModelOptions;
using engine::PartitionId;
using Call = ModelEngine::Call;
using Fault = ModelEngine::Fault;

std::optional<int64_t> expiry_of(const value::Value& value) {
  ExpiryIndex index;
  index.attribute = "ttl";
  const Bytes item = stored({{"pk", text("p")}, {"ttl", value}});
  return expiry_of(index, value::ItemView(item));
}

std::optional<int64_t> expiry_of_number(const std::string& digits) {
  return expiry_of(value::Value(*value::Number::parse(digits)));
}

TEST(Expiry, IsTheSecondOfANumberAndOfNothingElse) {
  EXPECT_EQ(expiry_of_number("1700000000"), 1'700'000'000);
  EXPECT_EQ(expiry_of_number("1.7e9"), 1'700'000'000);
  EXPECT_EQ(expiry_of_number("1700000000.999"), 1'700'000'000);
  EXPECT_EQ(expiry_of_number("0"), 0);
  EXPECT_EQ(expiry_of_number("0.5"), 0);
  EXPECT_EQ(expiry_of_number("99999999999.9"), 99'999'999'999);
  EXPECT_EQ(expiry_of(text("1700000000")), std::nullopt);
  EXPECT_EQ(expiry_of(value::Value(true)), std::nullopt);
  EXPECT_EQ(expiry_of(value::Value(value::List{number(1'700'000'000)})), std::nullopt);
}

TEST(Expiry, IsNoneWhereTheNumberCanBeNoTime) {
  EXPECT_EQ(expiry_of_number("-1"), std::nullopt);
  EXPECT_EQ(expiry_of_number("-0.5"), std::nullopt);
  EXPECT_EQ(expiry_of_number("100000000000"), std::nullopt);
  EXPECT_EQ(expiry_of_number("1700000000000"), std::nullopt);  // milliseconds
  EXPECT_EQ(expiry_of_number("1e19"), std::nullopt);
  EXPECT_EQ(expiry_of_number("9.9e125"), std::nullopt);
}

TEST(Expiry, HasComeWhenItsSecondIsOverAndIsForgottenAfterFiveYears) {
  const int64_t now = 1'700'000'000;
  const ExpiredSeconds expired(Timestamp{now * 1000 + 999});
  EXPECT_FALSE(expired.has(now + 1));
  EXPECT_FALSE(expired.has(now));
  EXPECT_TRUE(expired.has(now - 1));
  const int64_t five_years = 157'784'760;
  EXPECT_TRUE(expired.has(now - five_years));
  EXPECT_FALSE(expired.has(now - five_years - 1));
  EXPECT_FALSE(ExpiredSeconds(Timestamp{0}).has(0));
}

ModelOptions across() {
  ModelOptions options;
  options.commits_across_partitions = true;
  return options;
}

class ExpiryIndexStates : public ::testing::Test {
 protected:
  TablePtr table() { return node_->catalog().find("T"); }
  bool has_index() { return table()->schema.expiry_index.has_value(); }
  IndexStatus status() { return table()->schema.expiry_index->status; }
  PartitionId partition() { return table()->schema.expiry_index->partitions.front().id; }
  void reopen() { node_ = Node::open(engine_, Node::options(), ++seed_); }

  void put(int i, std::optional<Bytes> item) {
    const Put change(std::move(item));
    const auto written =
        node_->run(node_->items().write(*table(), key_of("p" + std::to_string(i), i), change));
    ASSERT_TRUE(written);
    EXPECT_TRUE(written->indexes.empty());  // it costs nothing
  }
  Bytes item(int i, value::Value expiry, const std::string& data = "") {
    return stored({{"pk", text("p" + std::to_string(i))},
                   {"sk", number(i)},
                   {"a", std::move(expiry)},
                   {"data", text(data)}});
  }
  void make_items(int count) {
    make_table(*node_, schema_named("T"));
    for (int i = 0; i < count; ++i)
      put(i, i % 3 == 0 ? item(i, text("never")) : item(i, number(i % 7)));
  }
  Result<TablePtr> update(Catalog::Change change) {
    return node_->run(node_->catalog().update("T", std::move(change)));
  }
  void enable() { ASSERT_TRUE(update(enable_time_to_live("a"))); }
  void turn_until(IndexStatus wanted) {
    for (int turn = 0; turn < 10'000 && status() != wanted; ++turn)
      node_->io().poll_one();
    ASSERT_EQ(status(), wanted);
  }
  void break_scans() {
    engine_.set_hook([](Call call, PartitionId) -> std::optional<Fault> {
      if (call != Call::kScan) return std::nullopt;
      return Fault::kUnavailable;
    });
  }
  void repair_engine() { engine_.set_hook(nullptr); }
  void check() {
    ASSERT_TRUE(has_index());
    EXPECT_EQ(status(), IndexStatus::kActive);
    IndexCheck(*node_, engine_, table()).check();
  }

  ModelEngine engine_{across()};
  uint64_t seed_ = 1;
  std::unique_ptr<Node> node_ = Node::open(engine_);
};

TEST_F(ExpiryIndexStates, ItIsMadeWhileTheTableStaysActive) {
  make_items(300);
  const auto started = update(enable_time_to_live("a"));
  ASSERT_TRUE(started) << message_of(started);
  EXPECT_EQ((*started)->schema.status, TableStatus::kActive);
  EXPECT_EQ((*started)->schema.expiry_index->status, IndexStatus::kCreating);
  // It goes on when nobody holds the version of the table from before.
  turn_until(IndexStatus::kPreparing);
  EXPECT_EQ(table()->schema.status, TableStatus::kActive);
}

TEST_F(ExpiryIndexStates, ItGetsTheRowsOfItemsThatAreThere) {
  make_items(300);
  enable();
  node_->settle();
  check();
  EXPECT_EQ(keys_of_expiry_index(*node_, engine_, *table()->schema.expiry_index).size(), 200u);
}

TEST_F(ExpiryIndexStates, EveryWriteKeepsIt) {
  make_items(10);
  enable();
  node_->settle();
  put(1, item(1, number(5)));
  put(2, item(2, text("never")));
  put(3, item(3, number(6)));
  put(4, std::nullopt);
  put(20, item(20, number(7)));
  check();
}

TEST_F(ExpiryIndexStates, AWriteThatKeepsTheExpiryDoesNotTouchIt) {
  make_items(10);
  enable();
  node_->settle();
  const auto version = [&] { return node_->run(engine_.describe(partition()))->version; };
  const auto before = version();
  put(1, item(1, number(1), "other"));
  put(1, item(1, value::Value(*value::Number::parse("1.5")), "other"));
  put(3, item(3, text("never"), "other"));
  EXPECT_EQ(version(), before);
  put(1, item(1, number(2), "other"));
  EXPECT_NE(version(), before);
  check();
}

TEST_F(ExpiryIndexStates, ItWaitsForARequestThatBeganBefore) {
  make_items(10);
  TablePtr used = table();
  enable();
  node_->run_what_can();
  EXPECT_EQ(status(), IndexStatus::kPreparing);
  // The request writes without knowing of the index.
  const Put put(stored({{"pk", text("late")}, {"sk", number(1)}, {"a", number(1)}}));
  ASSERT_TRUE(node_->run(node_->items().write(*used, key_of("late", 1), put)));
  node_->run_what_can();
  EXPECT_EQ(status(), IndexStatus::kPreparing);
  used.reset();
  node_->settle();
  check();
}

TEST_F(ExpiryIndexStates, WritesKeepItWhileItIsFilled) {
  make_items(100);
  enable();
  break_scans();
  turn_until(IndexStatus::kBackfilling);
  put(1, item(1, number(6)));
  put(2, std::nullopt);
  put(200, item(200, number(3)));
  put(1, item(1, number(2)));
  repair_engine();
  node_->settle();
  check();
}

TEST_F(ExpiryIndexStates, AProcessThatDiesAtAnyMomentLeavesItMade) {
  for (int turns = 0; turns < 400; turns += 7) {
    make_items(80);
    enable();
    for (int turn = 0; turn < turns; ++turn)
      node_->io().poll_one();
    reopen();
    node_->settle();
    check();
    ASSERT_TRUE(node_->run(node_->catalog().drop("T")));
    node_->settle();
  }
}

TEST_F(ExpiryIndexStates, AProcessThatDiesAtAnyMomentLeavesItDeleted) {
  for (int turns = 0; turns < 60; ++turns) {
    make_items(10);
    enable();
    node_->settle();
    const PartitionId dropped = partition();
    ASSERT_TRUE(update(disable_time_to_live()));
    for (int turn = 0; turn < turns; ++turn)
      node_->io().poll_one();
    reopen();
    node_->settle();
    EXPECT_FALSE(has_index());
    EXPECT_FALSE(node_->run(engine_.describe(dropped)));
    ASSERT_TRUE(node_->run(node_->catalog().drop("T")));
    node_->settle();
  }
}

TEST_F(ExpiryIndexStates, ItIsDeletedWhenNobodyUsesIt) {
  make_items(10);
  enable();
  node_->settle();
  const PartitionId dropped = partition();
  TablePtr used = table();
  ASSERT_TRUE(update(disable_time_to_live()));
  node_->run_what_can();
  EXPECT_EQ(status(), IndexStatus::kDeleting);
  EXPECT_TRUE(node_->run(engine_.describe(dropped)));
  used.reset();
  node_->settle();
  EXPECT_FALSE(has_index());
  EXPECT_FALSE(node_->run(engine_.describe(dropped)));
}

TEST_F(ExpiryIndexStates, ItIsMadeAgainWithAPartitionOfItsOwn) {
  make_items(10);
  enable();
  node_->settle();
  const PartitionId first = partition();
  ASSERT_TRUE(update(disable_time_to_live()));
  node_->settle();
  put(5, item(5, number(1)));
  enable();
  node_->settle();
  EXPECT_NE(partition(), first);
  check();
}

TEST_F(ExpiryIndexStates, OtherChangesOfTheTableMayComeMeanwhile) {
  make_items(100);
  enable();
  break_scans();
  turn_until(IndexStatus::kBackfilling);
  ASSERT_TRUE(update(add_index(indexed_schema("T").global_indexes[1])));
  repair_engine();
  node_->settle();
  EXPECT_EQ(table()->schema.status, TableStatus::kActive);
  EXPECT_TRUE(table()->schema.global_indexes.front().is_complete());
  check();
}

TEST_F(ExpiryIndexStates, ATableIsDroppedWithItInAnyState) {
  for (int turns = 0; turns < 200; turns += 5) {
    make_items(40);
    enable();
    for (int turn = 0; turn < turns; ++turn)
      node_->io().poll_one();
    const PartitionId dropped = partition();
    ASSERT_TRUE(node_->run(node_->catalog().drop("T")));
    node_->settle();
    EXPECT_EQ(table(), nullptr);
    EXPECT_FALSE(node_->run(engine_.describe(dropped)));
  }
}

TEST_F(ExpiryIndexStates, ItCanBeMadeWithItsTable) {
  TableSchema schema = schema_named("T");
  schema.expiry_index.emplace().attribute = "a";
  make_table(*node_, schema);
  put(1, item(1, number(6)));
  check();
}

}  // namespace
}  // namespace jedlik::table
