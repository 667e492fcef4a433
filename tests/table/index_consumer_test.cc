#include "table/index_consumer.h"

#include <gtest/gtest.h>

#include <deque>

#include "table/journal.h"
#include "table/journal_trimmer.h"
#include "tests/table/index_world.h"

// Global indexes on an engine that cannot commit them together with the items.
namespace jedlik::table {
namespace {

using engine::ModelEngine;
using engine::ModelOptions;

ModelOptions strict(uint64_t seed) {
  ModelOptions options = engine::strict_model(seed);
  options.commits_across_partitions = false;
  return options;
}

// A process that serves tables and keeps their indexes.
class ConsumerNode {
 public:
  ConsumerNode(ModelEngine& engine, uint64_t seed)
      : node_(Node::open(engine, Node::options(2), seed)),
        consumer_(std::make_unique<IndexConsumer>(engine, node_->catalog(), node_->clock())) {}
  // Suspended coroutines go before what they refer to.
  ~ConsumerNode() { node_.reset(); }

  Node& node() { return *node_; }
  IndexConsumer& consumer() { return *consumer_; }
  TablePtr table() { return node_->catalog().find("T"); }

  // As often as a strict engine makes it necessary.
  void catch_up() {
    while (!node_->run(consumer_->catch_up("T"))) {
    }
  }
  void start_to_catch_up() {
    node_->start(
        [](IndexConsumer& consumer) -> Task<void> { co_await consumer.catch_up("T"); }(*consumer_));
  }
  void update(const Catalog::Change& change) {
    while (true) {
      Catalog::Change again = change;
      if (node_->run(node_->catalog().update("T", std::move(again)))) break;
      node_->settle();
    }
    node_->settle();
  }

 private:
  std::unique_ptr<Node> node_;
  std::unique_ptr<IndexConsumer> consumer_;
};

// Puts and removes random items from concurrent coroutines.
class Writers {
 public:
  Writers(ConsumerNode& on, value::RandomValues& random) : on_(on), random_(random) {}

  void start(int count) {
    for (int i = 0; i < count; ++i) {
      const std::string partition_key = "p" + std::to_string(random_.up_to(5));
      const auto sort_key = static_cast<int64_t>(random_.up_to(3));
      std::optional<Bytes> item;
      if (!random_.one_in(4)) item = random_item(random_, partition_key, sort_key);
      changes_.emplace_back(std::move(item));
      on_.node().start(
          write(on_.node().items(), on_.table(), key_of(partition_key, sort_key), changes_.back()));
    }
  }

 private:
  static Task<void> write(ItemStore& items, TablePtr table, Bytes key, const ItemChange& change) {
    co_await items.write(*table, std::move(key), change);  // which a strict engine may refuse
  }

  ConsumerNode& on_;
  value::RandomValues& random_;
  std::deque<Put> changes_;
};

void check(ConsumerNode& on, ModelEngine& engine) {
  IndexCheck(on.node(), engine, on.table()).check();
}

size_t rows_of_first_index(ConsumerNode& on, ModelEngine& engine) {
  const TablePtr table = on.table();
  return read_all(on.node(), engine, PageSource(*table, table->schema.global_indexes[0])).size();
}

TEST(IndexConsumer, RowsFollowTheItemsWithALag) {
  ModelEngine engine;
  ConsumerNode on(engine, 1);
  make_table(on.node(), indexed_schema("T"));
  const Bytes item = stored({{"pk", text("p")}, {"sk", number(1)}, {"a", number(7)}});
  const Put put(item);
  ASSERT_TRUE(on.node().run(on.node().items().write(*on.table(), key_of("p", 1), put)));
  EXPECT_EQ(rows_of_first_index(on, engine), 0u);
  on.node().clock().advance(std::chrono::seconds(3));

  engine.fail_next(ModelEngine::Call::kCommit, ModelEngine::Fault::kRefused);
  EXPECT_FALSE(on.node().run(on.consumer().catch_up("T")));
  EXPECT_EQ(on.consumer().lag("T"), std::chrono::seconds(3));
  on.catch_up();
  EXPECT_EQ(on.consumer().lag("T"), std::chrono::seconds(0));
  EXPECT_EQ(rows_of_first_index(on, engine), 1u);
  check(on, engine);

  const Put gone(std::nullopt);
  ASSERT_TRUE(on.node().run(on.node().items().write(*on.table(), key_of("p", 1), gone)));
  EXPECT_EQ(rows_of_first_index(on, engine), 1u);
  on.catch_up();
  EXPECT_EQ(rows_of_first_index(on, engine), 0u);
  check(on, engine);
}

TEST(IndexConsumer, WhatWasReadIsTrimmed) {
  ModelEngine engine;
  ConsumerNode on(engine, 1);
  make_table(on.node(), indexed_schema("T"));
  const Put put(item_of("p", 1, "x"));
  ASSERT_TRUE(on.node().run(on.node().items().write(*on.table(), key_of("p", 1), put)));
  const auto records = [&] {
    size_t count = 0;
    for (const PartitionRange& range : on.table()->schema.partitions) {
      count +=
          on.node().run(read_journal(engine, range.id, engine::Version{1}, {100, 100'000}))->size();
    }
    return count;
  };
  JournalTrimmer trimmer(engine, on.node().catalog(), on.node().clock());
  on.node().start(trimmer.trim_all());
  on.node().settle();
  EXPECT_EQ(records(), 1u);
  on.catch_up();
  on.node().start(trimmer.trim_all());
  on.node().settle();
  EXPECT_EQ(records(), 0u);
}

TEST(IndexConsumer, AnIndexIsFilledAndDroppedWhileItemsAreWritten) {
  value::RandomValues random;
  ModelEngine engine(strict(random.up_to(UINT32_MAX)));
  ConsumerNode on(engine, 1);
  make_table(on.node(), schema_named("T"));
  Writers writers(on, random);
  writers.start(30);
  on.node().settle();
  for (const GlobalIndex& index : indexed_schema("T").global_indexes) {
    writers.start(20);
    on.update(add_index(index));
    writers.start(20);
    on.start_to_catch_up();
    on.node().settle();
    on.catch_up();
    ASSERT_EQ(on.table()->schema.find_global_index(index.name)->status, IndexStatus::kActive);
    check(on, engine);
  }
  on.update(remove_index("global-ba"));
  writers.start(20);
  on.node().settle();
  on.catch_up();
  check(on, engine);
  on.update(remove_index("global-a"));
  on.update(remove_index("global-many"));
  const engine::PartitionId partition = on.table()->schema.partitions[0].id;
  while (true) {
    const auto cursor = on.node().run(load_cursor(engine, partition, kIndexCursor));
    if (!cursor) continue;
    EXPECT_EQ(*cursor, std::nullopt);
    break;
  }
}

// Several consumers at once, some of which die at any moment.
TEST(IndexConsumer, NothingIsLostWhateverDies) {
  value::RandomValues random;
  for (uint64_t round = 1; round <= 20; ++round) {
    ModelEngine engine(strict(random.up_to(UINT32_MAX)));
    auto first = std::make_unique<ConsumerNode>(engine, round);
    make_table(first->node(), indexed_schema("T"));
    for (int life = 0; life < 6; ++life) {
      Writers writers(*first, random);
      ConsumerNode second(engine, round * 100 + static_cast<uint64_t>(life));
      writers.start(15);
      first->start_to_catch_up();
      second.start_to_catch_up();
      writers.start(15);
      // The two take turns, for a while.
      for (size_t turns = random.up_to(400); turns > 0; --turns) {
        (random.one_in(2) ? first->node() : second.node()).io().poll_one();
      }
      if (random.one_in(2)) first->node().settle();
      first.reset();
      first = std::make_unique<ConsumerNode>(engine, round * 1000 + static_cast<uint64_t>(life));
    }
    first->node().settle();
    first->catch_up();
    check(*first, engine);
  }
}

}  // namespace
}  // namespace jedlik::table
