#include <gtest/gtest.h>

#include <deque>
#include <memory>

#include "base/clock.h"
#include "tests/table/index_world.h"
#include "tests/table/item_changes.h"
#include "tests/table/world.h"

// Writes that queue up for one item, or one item collection, are done together.
namespace jedlik::table {
namespace {

using engine::Consistency;
using engine::ModelEngine;
using engine::ModelOptions;
using engine::PartitionId;
using Call = ModelEngine::Call;
using Fault = ModelEngine::Fault;

class WritesTogether : public ::testing::Test {
 protected:
  static ModelOptions slow() {
    ModelOptions options;
    options.delay_turns = 5;
    return options;
  }

  WritesTogether() {
    engine_.set_hook([this](Call call, PartitionId) -> std::optional<Fault> {
      if (call != Call::kCommit) return std::nullopt;
      ++commits_;
      return commits_ == failing_commit_ ? std::optional(fault_) : std::nullopt;
    });
  }

  // A write whose result is put into a place of its own, which stays empty until it has ended.
  using Place = std::optional<Result<Written>>;
  Place& start(const Bytes& key, std::unique_ptr<ItemChange> change) {
    changes_.push_back(std::move(change));
    Place& place = places_.emplace_back();
    node_->start(write(key, *changes_.back(), place));
    return place;
  }
  Task<void> write(Bytes key, const ItemChange& change, Place& place) {
    place = co_await store_->write(*table_, std::move(key), change);
  }
  Place& start_token(int64_t token) { return start(key_, std::make_unique<AddToken>(token)); }
  std::optional<Bytes> item() {
    return *node_->run(store_->get(*table_, key_, Consistency::kStrong));
  }

  ModelEngine engine_{slow()};
  std::unique_ptr<Node> node_ = Node::open(engine_);
  const ManualClock clock_{Timestamp{1'700'000'000'000}};
  std::unique_ptr<ItemStore> store_ = std::make_unique<ItemStore>(engine_, clock_);
  TablePtr table_ = make_table(*node_, schema_named("Items"));
  const Bytes key_ = key_of("a", 1);
  size_t commits_ = 0;
  size_t failing_commit_ = 0;  // none
  Fault fault_ = Fault::kConflict;
  std::deque<std::unique_ptr<ItemChange>> changes_;
  std::deque<Place> places_;
};

std::vector<int64_t> tokens_up_to(int64_t last) {
  std::vector<int64_t> tokens;
  for (int64_t token = 0; token <= last; ++token)
    tokens.push_back(token);
  return tokens;
}

TEST_F(WritesTogether, ThoseThatWaitAreOneCommitInTheOrderOfTheirComing) {
  commits_ = 0;
  for (int64_t token = 0; token < 50; ++token)
    start_token(token);
  node_->settle();
  EXPECT_EQ(commits_, 2u) << "the first, and all that waited for it";
  EXPECT_EQ(tokens_of(item()), tokens_up_to(49));
  for (int64_t token = 0; token < 50; ++token) {
    const Place& place = places_[static_cast<size_t>(token)];
    ASSERT_TRUE(place && *place);
    EXPECT_EQ(tokens_of((*place)->old_item), tokens_up_to(token - 1));
    EXPECT_EQ(tokens_of((*place)->new_item), tokens_up_to(token));
  }
  EXPECT_EQ(node_->run(node_->catalog().size_of(*table_))->item_count, 1);
}

TEST_F(WritesTogether, OneThatRefusesChangesNothingForTheOthers) {
  start_token(0);
  start_token(1);
  const Place& refused = start(key_, std::make_unique<Refuse>());
  start_token(2);
  node_->settle();
  EXPECT_EQ(tokens_of(item()), tokens_up_to(2));
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->error().type, &error_types::kConditionalCheckFailed);
}

TEST_F(WritesTogether, AnItemThatComesAndGoesLeavesNothing) {
  start_token(0);
  start(key_, std::make_unique<Put>(std::nullopt));
  start_token(1);
  start(key_, std::make_unique<Put>(std::nullopt));
  node_->settle();
  EXPECT_EQ(item(), std::nullopt);
  const auto size = node_->run(node_->catalog().size_of(*table_));
  EXPECT_EQ(size->item_count, 0);
  EXPECT_EQ(size->bytes, 0);
}

TEST_F(WritesTogether, AConflictIsGoneThrough) {
  commits_ = 0;
  failing_commit_ = 2;
  for (int64_t token = 0; token < 5; ++token)
    start_token(token);
  node_->settle();
  EXPECT_EQ(commits_, 3u);
  EXPECT_EQ(tokens_of(item()), tokens_up_to(4));
}

TEST_F(WritesTogether, WhenTheOutcomeIsUnknownAllAreToldSoAndNoneIsDoneTwice) {
  for (const Fault fault : {Fault::kUnknownApplied, Fault::kUnknownNotApplied}) {
    ASSERT_TRUE(node_->run(store_->write(*table_, key_, Put(std::nullopt))));
    commits_ = 0;
    failing_commit_ = 2;
    fault_ = fault;
    places_.clear();
    for (int64_t token = 0; token < 5; ++token)
      start_token(token);
    node_->settle();
    const bool is_applied = fault == Fault::kUnknownApplied;
    EXPECT_EQ(tokens_of(item()), tokens_up_to(is_applied ? 4 : 0));
    EXPECT_TRUE(*places_.front());
    for (size_t i = 1; i < places_.size(); ++i) {
      ASSERT_TRUE(places_[i]);
      EXPECT_EQ(places_[i]->error().type, &error_types::kInternalServerError);
    }
  }
}

TEST_F(WritesTogether, ABatchKeepsItsPlaceInTheQueue) {
  start_token(0);
  start_token(1);
  const AddToken in_batch(2);
  std::vector<BatchWrite> batch{{table_, key_, &in_batch, std::nullopt}};
  auto write_batch = [](ItemStore& store, std::vector<BatchWrite>& writes) -> Task<void> {
    EXPECT_TRUE(co_await store.write_batch(writes));
  };
  node_->start(write_batch(*store_, batch));
  start_token(3);
  node_->settle();
  EXPECT_EQ(tokens_of(item()), tokens_up_to(3));
}

// Writes to several items of a collection, which local indexes make one latch.
class CollectionWritesTogether : public WritesTogether {
 protected:
  CollectionWritesTogether() {
    table_ = make_table(*node_, indexed_schema("T"));
    ItemStoreOptions options;
    options.collection_limit = 1000;
    store_ = std::make_unique<ItemStore>(engine_, clock_, options);
  }
  Place& start_put(int64_t sort_key, size_t bytes) {
    const Bytes item = item_of("p", sort_key, std::string(bytes, 'x'));
    return start(key_of("p", sort_key), std::make_unique<Put>(item));
  }
  static bool is_done(const Place& place) { return place && place->has_value(); }
};

TEST_F(CollectionWritesTogether, ManyItemsOfOneCollectionAreOneCommit) {
  commits_ = 0;
  for (int64_t sort_key = 1; sort_key <= 10; ++sort_key)
    start_put(sort_key, 30);
  node_->settle();
  EXPECT_EQ(commits_, 2u);
  for (const Place& place : places_)
    EXPECT_TRUE(is_done(place));
  const auto& last = *places_.back();
  ASSERT_TRUE(last->collection);
  EXPECT_EQ(last->collection->bytes, static_cast<int64_t>(10 * last->new_bytes));
}

TEST_F(CollectionWritesTogether, WhereThereIsNotRoomForAllSomeAreDone) {
  const Place& first = start_put(0, 400);
  const Place& second = start_put(1, 400);
  const Place& too_much = start_put(2, 400);
  const Place& small = start_put(3, 20);
  node_->settle();
  EXPECT_TRUE(is_done(first));
  EXPECT_TRUE(is_done(second));
  ASSERT_TRUE(too_much);
  EXPECT_EQ(too_much->error().type, &error_types::kItemCollectionSizeLimitExceeded);
  EXPECT_TRUE(is_done(small));
}

}  // namespace
}  // namespace jedlik::table
