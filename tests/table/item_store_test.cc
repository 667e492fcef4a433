#include "table/item_store.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "tests/table/item_changes.h"

// Reads and writes of items when the engine does what it is told to.
namespace jedlik::table {
namespace {

using engine::Consistency;
using engine::ModelEngine;
using engine::ModelOptions;
using engine::PartitionId;
using engine::Version;
using Call = ModelEngine::Call;
using Fault = ModelEngine::Fault;

const std::string kServerError = "InternalServerError: Internal server error";

class ItemStoreTest : public ::testing::TestWithParam<size_t> {
 protected:
  std::optional<Bytes> get(const Bytes& key) {
    auto item = node_->run(items().get(*table_, key, Consistency::kStrong));
    EXPECT_TRUE(item) << message_of(item);
    return *std::move(item);
  }
  Result<Written> write(const Bytes& key, const ItemChange& change) {
    return node_->run(items().write(*table_, key, change));
  }
  TableSize size() { return *node_->run(node_->catalog().size_of(*table_)); }
  PartitionId partition_of(const Bytes& key) {
    return table_->schema.partitions[table_->schema.partition_of(key)].id;
  }
  Version version_of(const Bytes& key) {
    return node_->run(engine_.describe(partition_of(key)))->version;
  }
  ItemStore& items() { return node_->items(); }
  // Fails commits of this partition.
  void fail_commits(PartitionId partition, Fault fault) {
    engine_.set_hook([partition, fault](Call call, PartitionId of) {
      return call == Call::kCommit && of == partition ? std::optional(fault) : std::nullopt;
    });
  }

  ModelEngine engine_;
  std::unique_ptr<Node> node_ = Node::open(engine_, Node::options(GetParam()));
  TablePtr table_ = make_table(*node_, schema_named("Items"));
};

INSTANTIATE_TEST_SUITE_P(Partitions, ItemStoreTest, ::testing::Values(1, 4));

TEST_P(ItemStoreTest, WhatIsPutIsRead) {
  const Bytes key = key_of("a", 1);
  const Bytes item = item_of("a", 1, "x");
  EXPECT_EQ(get(key), std::nullopt);
  ASSERT_TRUE(write(key, Put(item)));
  EXPECT_EQ(get(key), item);
  EXPECT_EQ(get(key_of("a", 2)), std::nullopt);
  ASSERT_TRUE(write(key, Put(std::nullopt)));
  EXPECT_EQ(get(key), std::nullopt);
}

TEST_P(ItemStoreTest, AWriteTellsTheItemBeforeAndAfter) {
  const Bytes key = key_of("a", 1);
  const Bytes small = item_of("a", 1, "x");
  const Bytes large = item_of("a", 1, std::string(1000, 'y'));
  const auto first = write(key, Put(small));
  EXPECT_EQ(first->old_item, std::nullopt);
  EXPECT_EQ(first->new_item, small);
  EXPECT_EQ(first->old_bytes, 0u);
  EXPECT_EQ(first->new_bytes, size_of_item(small));
  const auto second = write(key, Put(large));
  EXPECT_EQ(second->old_item, small);
  EXPECT_EQ(second->new_item, large);
  EXPECT_EQ(second->old_bytes, size_of_item(small));
  EXPECT_EQ(second->new_bytes, size_of_item(large));
  const auto third = write(key, Put(std::nullopt));
  EXPECT_EQ(third->old_item, large);
  EXPECT_EQ(third->new_item, std::nullopt);
  EXPECT_EQ(third->new_bytes, 0u);
}

TEST_P(ItemStoreTest, ItemsAndTheirBytesAreCounted) {
  const Bytes first = item_of("a", 1, "x");
  const Bytes second = item_of("b", 1, std::string(500, 'x'));
  const Bytes third = item_of("b", 1, "");
  const auto expect_size = [this](int64_t count, size_t bytes) {
    EXPECT_EQ(size().item_count, count);
    EXPECT_EQ(size().bytes, static_cast<int64_t>(bytes));
  };
  expect_size(0, 0);
  write(key_of("a", 1), Put(first));
  expect_size(1, size_of_item(first));
  write(key_of("b", 1), Put(second));
  expect_size(2, size_of_item(first) + size_of_item(second));
  write(key_of("b", 1), Put(third));
  expect_size(2, size_of_item(first) + size_of_item(third));
  write(key_of("a", 1), Put(std::nullopt));
  expect_size(1, size_of_item(third));
}

TEST_P(ItemStoreTest, RemovingWhatIsNotThereIsNoCommit) {
  const Bytes key = key_of("a", 1);
  const Version before = version_of(key);
  const auto written = write(key, Put(std::nullopt));
  ASSERT_TRUE(written);
  EXPECT_EQ(written->old_item, std::nullopt);
  EXPECT_EQ(version_of(key), before);
}

TEST_P(ItemStoreTest, ARefusalOfTheChangeChangesNothing) {
  const Bytes key = key_of("a", 1);
  const Bytes item = item_of("a", 1, "x");
  ASSERT_TRUE(write(key, Put(item)));
  const Version before = version_of(key);
  EXPECT_EQ(message_of(write(key, Refuse())),
            "ConditionalCheckFailedException: The conditional request failed");
  EXPECT_EQ(version_of(key), before);
  EXPECT_EQ(get(key), item);
}

Task<void> write_and_expect_done(ItemStore& items, const Table& table, Bytes key,
                                 const ItemChange& change) {
  EXPECT_TRUE(co_await items.write(table, std::move(key), change));
}

TEST_P(ItemStoreTest, AfterAConflictTheChangeIsMadeOfWhatIsThereNow) {
  const Bytes key = key_of("a", 1);
  ASSERT_TRUE(write(key, AddToken(1)));
  // Another node writes the item after this one has read it.
  ItemStore other_node(engine_, node_->clock());
  const AddToken theirs(2);
  bool is_done = false;
  engine_.set_hook([&](Call call, PartitionId) -> std::optional<Fault> {
    if (call == Call::kCommit && !std::exchange(is_done, true))
      node_->start(write_and_expect_done(other_node, *table_, key, theirs));
    return std::nullopt;
  });
  const auto written = write(key, AddToken(3));
  ASSERT_TRUE(written);
  EXPECT_EQ(tokens_of(written->old_item), (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(tokens_of(get(key)), (std::vector<int64_t>{1, 2, 3}));
}

TEST_P(ItemStoreTest, AWriteThatConflictsWithoutEndIsGivenUp) {
  const Bytes key = key_of("a", 1);
  fail_commits(partition_of(key), Fault::kConflict);
  EXPECT_EQ(message_of(write(key, AddToken(1))), kServerError);
  engine_.set_hook(nullptr);
  EXPECT_EQ(get(key), std::nullopt);
}

TEST_P(ItemStoreTest, AnUnknownOutcomeIsAnErrorAndTheWriteIsMadeAtMostOnce) {
  const Bytes key = key_of("a", 1);
  int64_t token = 0;
  for (const Fault fault :
       {Fault::kUnknownApplied, Fault::kUnknownNotApplied, Fault::kUnknownAppliedLater}) {
    engine_.fail_next(Call::kCommit, fault);
    EXPECT_EQ(message_of(write(key, AddToken(++token))), kServerError);
  }
  ASSERT_TRUE(write(key, AddToken(++token)));
  EXPECT_EQ(tokens_of(get(key)), (std::vector<int64_t>{1, 3, 4}));
  EXPECT_EQ(size().item_count, 1);
  EXPECT_EQ(size().bytes, static_cast<int64_t>(size_of_item(*get(key))));
}

TEST_P(ItemStoreTest, ARefusedCommitOrAFailedReadIsAnErrorAndChangesNothing) {
  const Bytes key = key_of("a", 1);
  const Bytes item = item_of("a", 1, "x");
  ASSERT_TRUE(write(key, Put(item)));
  engine_.fail_next(Call::kCommit, Fault::kRefused);
  EXPECT_EQ(message_of(write(key, Put(std::nullopt))), kServerError);
  engine_.fail_next(Call::kFetch, Fault::kUnavailable);
  EXPECT_EQ(message_of(write(key, Put(std::nullopt))), kServerError);
  engine_.fail_next(Call::kFetch, Fault::kUnavailable);
  EXPECT_EQ(message_of(node_->run(items().get(*table_, key, Consistency::kStrong))), kServerError);
  EXPECT_EQ(get(key), item);
}

TEST_P(ItemStoreTest, ItemsOfADroppedTableAreNotFound) {
  const Bytes key = key_of("a", 1);
  ASSERT_TRUE(node_->run(node_->catalog().drop("Items")));
  node_->settle();
  const std::string not_found = "ResourceNotFoundException: Requested resource not found";
  EXPECT_EQ(message_of(node_->run(items().get(*table_, key, Consistency::kStrong))), not_found);
  const std::vector<Bytes> keys = {key};
  EXPECT_EQ(message_of(node_->run(items().get_many(*table_, keys, Consistency::kStrong))),
            not_found);
  EXPECT_EQ(message_of(write(key, Put(item_of("a", 1, "x")))), not_found);
  EXPECT_EQ(size().item_count, 0);
}

TEST_P(ItemStoreTest, ManyItemsComeInTheOrderOfTheirKeys) {
  std::vector<Bytes> keys;
  std::vector<std::optional<Bytes>> expected;
  for (int i = 0; i < 40; ++i) {
    const std::string name = "p" + std::to_string(i * 7 % 40);
    keys.push_back(key_of(name, i));
    if (i % 3 == 0) {
      expected.emplace_back(std::nullopt);
    } else {
      expected.emplace_back(item_of(name, i, "x"));
      ASSERT_TRUE(write(keys.back(), Put(expected.back())));
    }
  }
  const auto found = node_->run(items().get_many(*table_, keys, Consistency::kStrong));
  ASSERT_TRUE(found) << message_of(found);
  EXPECT_EQ(*found, expected);
  const std::vector<Bytes> none;
  EXPECT_TRUE(node_->run(items().get_many(*table_, none, Consistency::kStrong))->empty());
}

// Batches, on engines that commit within one partition only and on one that commits across.
struct BatchCase {
  size_t partitions;
  bool across;
};

class WriteBatchTest : public ::testing::TestWithParam<BatchCase> {
 protected:
  static ModelOptions options() {
    ModelOptions options;
    options.commits_across_partitions = GetParam().across;
    return options;
  }

  // Puts (even) and removals (odd) of items of many collections, so of every partition.
  void fill() {
    for (int i = 0; i < 25; ++i) {
      const std::string name = "p" + std::to_string(i);
      std::optional<Bytes> item;
      if (i % 2 == 0) item = item_of(name, i, "x");
      changes_.push_back(std::make_unique<Put>(std::move(item)));
      writes_.push_back({table_, key_of(name, i), changes_.back().get(), std::nullopt});
    }
    // One of the removals finds something.
    const Put first(item_of("p1", 1, "before"));
    ASSERT_TRUE(node_->run(node_->items().write(*table_, key_of("p1", 1), first)));
  }
  Status write() { return node_->run(node_->items().write_batch(writes_)); }
  PartitionId partition_of(const BatchWrite& write) {
    return table_->schema.partitions[table_->schema.partition_of(write.key)].id;
  }
  std::optional<Bytes> get(const Bytes& key) {
    return *node_->run(node_->items().get(*table_, key, Consistency::kStrong));
  }
  // What is there is what the writes say that they did, where they were done; else as before.
  void expect_done_where_told() {
    int64_t count = 0;
    for (const BatchWrite& write : writes_) {
      const std::optional<Bytes> item = get(write.key);
      if (item) ++count;
      if (write.written) {
        EXPECT_EQ(item, write.written->new_item);
      } else {
        EXPECT_EQ(item.has_value(), write.key == key_of("p1", 1));
      }
    }
    EXPECT_EQ(node_->run(node_->catalog().size_of(*table_))->item_count, count);
  }

  ModelEngine engine_{options()};
  std::unique_ptr<Node> node_ = Node::open(engine_, Node::options(GetParam().partitions));
  TablePtr table_ = make_table(*node_, schema_named("Items"));
  std::vector<std::unique_ptr<Put>> changes_;
  std::vector<BatchWrite> writes_;
};

INSTANTIATE_TEST_SUITE_P(Engines, WriteBatchTest,
                         ::testing::Values(BatchCase{1, false}, BatchCase{4, false},
                                           BatchCase{4, true}));

TEST_P(WriteBatchTest, EveryWriteIsDone) {
  fill();
  ASSERT_TRUE(write());
  for (int i = 0; i < 25; ++i) {
    const std::optional<Written>& written = writes_[static_cast<size_t>(i)].written;
    ASSERT_TRUE(written);
    EXPECT_EQ(written->new_item.has_value(), i % 2 == 0);
    EXPECT_EQ(written->old_item.has_value(), i == 1);
    EXPECT_EQ(written->new_bytes, written->new_item ? size_of_item(*written->new_item) : 0);
  }
  expect_done_where_told();
}

TEST_P(WriteBatchTest, NothingToWriteIsASuccess) {
  EXPECT_TRUE(write());
}

TEST_P(WriteBatchTest, ItTakesAsFewCommitsAsCanBe) {
  fill();
  size_t commits = 0;
  engine_.set_hook([&commits](Call call, PartitionId) -> std::optional<Fault> {
    if (call == Call::kCommit) ++commits;
    return std::nullopt;
  });
  ASSERT_TRUE(write());
  EXPECT_EQ(commits, GetParam().across ? 1 : GetParam().partitions);
}

TEST_P(WriteBatchTest, AConflictIsGoneThrough) {
  fill();
  engine_.fail_next(Call::kCommit, Fault::kConflict, 3);
  ASSERT_TRUE(write());
  for (const BatchWrite& write : writes_)
    EXPECT_TRUE(write.written);
  expect_done_where_told();
}

// Whichever partition fails, and however: what was not done is told, and the rest was done.
TEST_P(WriteBatchTest, WhatFailsInTheMiddleIsLeftForTheClient) {
  fill();
  struct Failure {
    Call call;
    Fault fault;
  };
  const Failure failures[] = {{Call::kFetch, Fault::kUnavailable},
                              {Call::kCommit, Fault::kRefused},
                              {Call::kCommit, Fault::kConflict},
                              {Call::kCommit, Fault::kUnknownNotApplied}};
  for (const PartitionRange& broken : table_->schema.partitions) {
    for (const Failure& failure : failures) {
      // Whichever partition a commit across several is counted under, it fails.
      engine_.set_hook([&](Call call, PartitionId of) {
        const bool fails = call == failure.call && (of == broken.id || GetParam().across);
        return fails ? std::optional(failure.fault) : std::nullopt;
      });
      for (BatchWrite& write : writes_)
        write.written.reset();
      const Status status = write();
      engine_.set_hook(nullptr);

      size_t done = 0;
      for (const BatchWrite& write : writes_) {
        const bool fails = GetParam().across || partition_of(write) == broken.id;
        EXPECT_EQ(write.written.has_value(), !fails);
        if (write.written) ++done;
      }
      EXPECT_EQ(status.has_value(), done > 0) << "refused only when nothing was done";
      expect_done_where_told();

      // For the next round all is as before.
      for (const BatchWrite& write : writes_) {
        const bool is_first = write.key == key_of("p1", 1);
        const Put before(is_first ? std::optional(item_of("p1", 1, "before")) : std::nullopt);
        ASSERT_TRUE(node_->run(node_->items().write(*table_, write.key, before)));
      }
    }
  }
}

TEST_P(WriteBatchTest, WritesOfSeveralTablesGoTogether) {
  fill();
  const TablePtr other = make_table(*node_, schema_named("Other"));
  const Put put(item_of("p0", 0, "other"));
  writes_.push_back({other, key_of("p0", 0), &put, std::nullopt});
  ASSERT_TRUE(write());
  for (const BatchWrite& write : writes_)
    EXPECT_TRUE(write.written);
  EXPECT_EQ(*node_->run(node_->items().get(*other, key_of("p0", 0), Consistency::kStrong)),
            item_of("p0", 0, "other"));
  EXPECT_EQ(get(key_of("p0", 0)), item_of("p0", 0, "x"));
}

}  // namespace
}  // namespace jedlik::table
