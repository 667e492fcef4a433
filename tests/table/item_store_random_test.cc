#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "table/page_reader.h"
#include "tests/engine/run.h"
#include "tests/table/item_changes.h"
#include "tests/value/random_values.h"

// Random operations on items against a map, and many coroutines at once, on calm and on strict
// engines.
namespace jedlik::table {
namespace {

using engine::Consistency;
using engine::ModelEngine;
using engine::ModelOptions;
using engine::PartitionId;
using engine::strict_model;
using value::RandomValues;

constexpr PartitionId kScratch{1'000'000};

// A table over an engine that may fail every call, with what must be in it.
class Trial {
 public:
  Trial(ModelOptions engine_options, size_t partitions)
      : engine_(engine_options), options_(Node::options(partitions)) {
    node_ = Node::open(engine_, options_);
    table_ = make_table(*node_, schema_named("Items"));
    while (!node_->run(engine_.create(kScratch))) {
    }
  }

  ModelEngine& engine() { return engine_; }
  Node& node() { return *node_; }
  const TablePtr& table() const { return table_; }

  void reopen(uint64_t seed) {
    node_.reset();
    node_ = Node::open(engine_, options_, seed);
    table_ = node_->catalog().find("Items");
    ASSERT_NE(table_, nullptr);
  }

  // When this returns, every commit that ended as unknown has been applied or never will be.
  void wait_for_late_commits() {
    while (true) {
      const engine::Committed committed = node_->run(engine_.commit(kScratch, engine::Batch()));
      if (committed.kind == engine::Committed::Kind::kDone) return;
    }
  }

  std::optional<Bytes> get(const Bytes& key) {
    while (true) {
      auto item = node_->run(node_->items().get(*table_, key, Consistency::kStrong));
      if (item) return *std::move(item);
    }
  }

  TableSize size() {
    while (true) {
      const auto size = node_->run(node_->catalog().size_of(*table_));
      if (size) return *size;
    }
  }

  // All items, read page by page.
  std::map<Bytes, Bytes> scan() {
    std::map<Bytes, Bytes> found;
    PageRequest request;
    request.consistency = Consistency::kStrong;
    request.limit = 7;
    while (true) {
      struct Collector final : ItemVisitor {
        Status visit(const value::ItemView& item) override {
          items.emplace_back(item.bytes());
          return {};
        }
        std::vector<Bytes> items;
      } collector;
      PageRequest page = request;
      const auto end =
          node_->run(read_page(engine_, PageSource(*table_), std::move(page), collector));
      if (!end) continue;
      for (const Bytes& item : collector.items) {
        const Bytes key = *key_of_item(table_->schema, value::ItemView(item).attributes());
        EXPECT_TRUE(found.emplace(key, item).second) << "an item was seen twice";
      }
      if (!end->last_key) return found;
      request.start_after = end->last_key;
    }
  }

 private:
  ModelEngine engine_;
  CatalogOptions options_;
  std::unique_ptr<Node> node_;
  TablePtr table_;
};

// One client, whose every operation is compared with what a map does.
class Comparison {
 public:
  Comparison(Trial& trial, RandomValues& random) : trial_(trial), random_(random) {}

  void run(int rounds) {
    for (int round = 0; round < rounds && !::testing::Test::HasFailure(); ++round) {
      const size_t what = random_.up_to(99);
      if (what < 40) {
        write_one();
      } else if (what < 60) {
        write_several();
      } else if (what < 80) {
        const auto& [key, item] = random_key();
        EXPECT_EQ(trial_.get(key), expected(key));
      } else if (what < 90) {
        get_several();
      } else if (what < 94) {
        trial_.reopen(random_.up_to(UINT32_MAX));
      } else {
        check_all();
      }
    }
    check_all();
  }

 private:
  // A key out of few, and an item for it.
  std::pair<Bytes, Bytes> random_key() {
    const std::string partition_key = "p" + std::to_string(random_.up_to(9));
    const auto sort_key = static_cast<int64_t>(random_.up_to(4)) - 2;
    const size_t bytes = random_.one_in(10) ? 5000 : 30;
    return {key_of(partition_key, sort_key), item_of(partition_key, sort_key, random_.text(bytes))};
  }

  std::optional<Bytes> expected(const Bytes& key) const {
    const auto found = items_.find(key);
    return found == items_.end() ? std::nullopt : std::optional(found->second);
  }
  void expect_from_now(const Bytes& key, const std::optional<Bytes>& item) {
    if (item) {
      items_[key] = *item;
    } else {
      items_.erase(key);
    }
  }

  void write_one() {
    auto [key, item] = random_key();
    std::optional<Bytes> next;
    if (!random_.one_in(3)) next = std::move(item);
    if (random_.one_in(8)) {
      const Refuse refusal;
      const auto refused =
          trial_.node().run(trial_.node().items().write(*trial_.table(), key, refusal));
      EXPECT_FALSE(refused);
      return;
    }
    const Put put(next);
    const auto written = trial_.node().run(trial_.node().items().write(*trial_.table(), key, put));
    if (written) {
      EXPECT_EQ(written->old_item, expected(key));
      EXPECT_EQ(written->new_item, next);
      expect_from_now(key, next);
    } else {
      find_out({{key, next}});
    }
  }

  void write_several() {
    std::map<Bytes, std::optional<Bytes>> wanted;
    for (size_t left = 1 + random_.up_to(24); left > 0; --left) {
      auto [key, item] = random_key();
      std::optional<Bytes> next;
      if (!random_.one_in(3)) next = std::move(item);
      wanted[key] = std::move(next);
    }
    std::vector<std::unique_ptr<Put>> changes;
    std::vector<BatchWrite> writes;
    for (const auto& [key, item] : wanted) {
      changes.push_back(std::make_unique<Put>(item));
      writes.push_back({trial_.table(), key, changes.back().get(), std::nullopt});
    }
    const Status status = trial_.node().run(trial_.node().items().write_batch(writes));
    std::map<Bytes, std::optional<Bytes>> unknown;
    for (const BatchWrite& write : writes) {
      if (write.written) {
        EXPECT_EQ(write.written->old_item, expected(write.key));
        EXPECT_EQ(write.written->new_item, wanted[write.key]);
        expect_from_now(write.key, wanted[write.key]);
      } else {
        unknown[write.key] = wanted[write.key];
      }
    }
    EXPECT_EQ(status.has_value(), unknown.size() < writes.size());
    if (!unknown.empty()) find_out(unknown);
  }

  // The writes may have been made or not, each wholly.
  void find_out(const std::map<Bytes, std::optional<Bytes>>& writes) {
    trial_.wait_for_late_commits();
    for (const auto& [key, wanted] : writes) {
      const std::optional<Bytes> item = trial_.get(key);
      EXPECT_TRUE(item == wanted || item == expected(key));
      expect_from_now(key, item);
    }
  }

  void get_several() {
    std::vector<Bytes> keys;
    std::vector<std::optional<Bytes>> wanted;
    for (size_t left = random_.up_to(30); left > 0; --left) {
      keys.push_back(random_key().first);
      wanted.push_back(expected(keys.back()));
    }
    const auto found = trial_.node().run(
        trial_.node().items().get_many(*trial_.table(), keys, Consistency::kStrong));
    if (found) {
      EXPECT_EQ(*found, wanted);
    }
  }

  void check_all() {
    EXPECT_EQ(trial_.scan(), items_);
    size_t bytes = 0;
    for (const auto& [key, item] : items_)
      bytes += size_of_item(item);
    const TableSize size = trial_.size();
    EXPECT_EQ(size.item_count, static_cast<int64_t>(items_.size()));
    EXPECT_EQ(size.bytes, static_cast<int64_t>(bytes));
  }

  Trial& trial_;
  RandomValues& random_;
  std::map<Bytes, Bytes> items_;
};

TEST(ItemStoreRandom, OnACalmEngineItemsAreThoseOfAMap) {
  RandomValues random;
  for (const size_t partitions : {1u, 5u}) {
    for (const bool across : {false, true}) {
      ModelOptions options;
      options.commits_across_partitions = across;
      Trial trial(options, partitions);
      Comparison(trial, random).run(400);
    }
  }
}

TEST(ItemStoreRandom, OnAStrictEngineEveryAnswerIsTrue) {
  RandomValues random;
  for (const size_t partitions : {1u, 5u}) {
    for (const bool across : {false, true}) {
      ModelOptions options = strict_model(random.up_to(UINT32_MAX));
      options.commits_across_partitions = across;
      Trial trial(options, partitions);
      Comparison(trial, random).run(400);
    }
  }
}

// Every coroutine adds tokens of its own to few items, alone and in batches. Some of several nodes.
class Counting {
 public:
  explicit Counting(Trial& trial) : trial_(trial), others_(trial.engine(), trial.node().clock()) {
    for (int64_t i = 0; i < kItems; ++i)
      keys_.push_back(key_of("p" + std::to_string(i), i));
  }

  void run(RandomValues& random, int coroutines, int rounds) {
    for (int i = 0; i < coroutines; ++i) {
      ItemStore& items = i % 3 == 0 ? others_ : trial_.node().items();
      trial_.node().start(work(items, random, rounds));
    }
    trial_.node().settle();
    trial_.wait_for_late_commits();
  }

  void check() {
    int64_t count = 0;
    int64_t bytes = 0;
    for (size_t i = 0; i < keys_.size(); ++i) {
      const std::optional<Bytes> item = trial_.get(keys_[i]);
      const std::vector<int64_t> tokens = tokens_of(item);
      const std::set<int64_t> once(tokens.begin(), tokens.end());
      EXPECT_EQ(once.size(), tokens.size()) << "a write was made twice";
      EXPECT_TRUE(
          std::includes(once.begin(), once.end(), acknowledged_[i].begin(), acknowledged_[i].end()))
          << "an acknowledged write was lost";
      EXPECT_TRUE(std::includes(tried_[i].begin(), tried_[i].end(), once.begin(), once.end()));
      EXPECT_FALSE(acknowledged_[i].empty());
      count += item ? 1 : 0;
      bytes += item ? static_cast<int64_t>(size_of_item(*item)) : 0;
    }
    EXPECT_EQ(trial_.size().item_count, count);
    EXPECT_EQ(trial_.size().bytes, bytes);
  }

 private:
  static constexpr int64_t kItems = 6;

  Task<void> work(ItemStore& items, RandomValues& random, int rounds) {
    for (int round = 0; round < rounds; ++round) {
      if (random.one_in(3)) {
        co_await add_to_all(items);
      } else {
        const size_t at = random.up_to(keys_.size() - 1);
        const AddToken change(new_token(at));
        const int64_t token = next_token_ - 1;
        const auto written = co_await items.write(*trial_.table(), keys_[at], change);
        if (written) acknowledged_[at].insert(token);
      }
    }
  }

  Task<void> add_to_all(ItemStore& items) {
    std::vector<AddToken> changes;
    std::vector<int64_t> tokens;
    for (size_t i = 0; i < keys_.size(); ++i) {
      tokens.push_back(new_token(i));
      changes.emplace_back(tokens.back());
    }
    std::vector<BatchWrite> writes;
    for (size_t i = 0; i < keys_.size(); ++i)
      writes.push_back({trial_.table(), keys_[i], &changes[i], std::nullopt});
    const Status status = co_await items.write_batch(writes);
    bool any_done = false;
    for (size_t i = 0; i < keys_.size(); ++i) {
      if (writes[i].written) acknowledged_[i].insert(tokens[i]);
      any_done = any_done || writes[i].written.has_value();
    }
    EXPECT_EQ(status.has_value(), any_done);
  }

  int64_t new_token(size_t item) {
    tried_[item].insert(next_token_);
    return next_token_++;
  }

  Trial& trial_;
  ItemStore others_;
  std::vector<Bytes> keys_;
  int64_t next_token_ = 0;
  std::array<std::set<int64_t>, kItems> tried_;
  std::array<std::set<int64_t>, kItems> acknowledged_;
};

TEST(ItemStoreRandom, NoAcknowledgedWriteIsLostAndNoneIsMadeTwice) {
  RandomValues random;
  for (const size_t partitions : {1u, 3u}) {
    for (const bool across : {false, true}) {
      ModelOptions options = strict_model(random.up_to(UINT32_MAX));
      options.commits_across_partitions = across;
      Trial trial(options, partitions);
      Counting counting(trial);
      counting.run(random, 24, 12);
      counting.check();
    }
  }
}

Task<void> add_tokens(ItemStore& items, const Table& table, int64_t first, int64_t count) {
  for (int64_t token = first; token < first + count; ++token) {
    const AddToken change(token);
    EXPECT_TRUE(co_await items.write(table, key_of("p", token % 3), change));
  }
}

Task<void> add_tokens_in_batches(ItemStore& items, TablePtr table, int64_t first, int64_t count) {
  for (int64_t token = first; token < first + count; token += 3) {
    const AddToken changes[] = {AddToken(token), AddToken(token + 1), AddToken(token + 2)};
    std::vector<BatchWrite> writes;
    for (int64_t i = 0; i < 3; ++i)
      writes.push_back({table, key_of("p", (token + i) % 3), &changes[i], std::nullopt});
    EXPECT_TRUE(co_await items.write_batch(writes));
    for (const BatchWrite& write : writes)
      EXPECT_TRUE(write.written);
  }
}

TEST(ItemStoreRandom, OnSeveralThreadsEveryWriteIsMadeOnce) {
  Trial trial(ModelOptions(), 2);
  std::vector<Task<void>> tasks;
  constexpr int64_t kEach = 30;
  for (int64_t task = 0; task < 16; ++task) {
    if (task % 2 == 0) {
      tasks.push_back(add_tokens(trial.node().items(), *trial.table(), task * kEach, kEach));
    } else {
      tasks.push_back(
          add_tokens_in_batches(trial.node().items(), trial.table(), task * kEach, kEach));
    }
  }
  run_all(std::move(tasks), 4);
  std::set<int64_t> tokens;
  for (int64_t i = 0; i < 3; ++i) {
    for (const int64_t token : tokens_of(trial.get(key_of("p", i))))
      EXPECT_TRUE(tokens.insert(token).second);
  }
  EXPECT_EQ(tokens.size(), static_cast<size_t>(16 * kEach));
}

}  // namespace
}  // namespace jedlik::table
