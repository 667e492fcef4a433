#include <gtest/gtest.h>

#include <map>

#include "engine/rocksdb/rocksdb_engine.h"
#include "table/page_reader.h"
#include "tests/table/item_changes.h"
#include "tests/value/random_values.h"

// A table is what a map is, however often its partitions are split under its readers and writers:
// of one node that splits, of one that has not heard of it, and with versions of the table from
// before.
namespace jedlik::table {
namespace {

using engine::Consistency;
using engine::Direction;
using engine::Engine;
using engine::ModelEngine;
using engine::ModelOptions;
using engine::PartitionId;
using engine::strict_model;
using value::RandomValues;

constexpr PartitionId kScratch{1'000'000};
constexpr size_t kMostPartitions = 24;

struct Collector final : ItemVisitor {
  Status visit(const value::ItemView& item) override {
    items.emplace_back(item.bytes());
    return {};
  }
  std::vector<Bytes> items;
};

class SplitTrial {
 public:
  SplitTrial(Engine& engine, RandomValues& random) : engine_(engine), random_(random) {
    nodes_[0] = Node::open(engine_);
    make_table(*nodes_[0], schema_named("Items"));
    nodes_[1] = Node::open(engine_, Node::options(), 2);
    while (!nodes_[0]->run(engine_.create(kScratch))) {
    }
  }

  void run(int rounds) {
    for (int round = 0; round < rounds && !::testing::Test::HasFailure(); ++round) {
      const size_t what = random_.up_to(99);
      if (what < 12) {
        start_split();
      } else if (what < 40) {
        write_one();
      } else if (what < 50) {
        write_several();
      } else if (what < 65) {
        get_several();
      } else if (what < 90) {
        walk();
      } else if (what < 94) {
        kept_ = nodes_[0]->catalog().find("Items");
      } else if (what < 96) {
        reopen();
      } else {
        check_all();
      }
    }
    check_all();
    settle();
  }

  size_t partitions() { return nodes_[0]->catalog().find("Items")->schema.partitions.size(); }

 private:
  // Who does the next operation, and with which version of the table.
  struct User {
    Node& node;
    TablePtr table;
  };
  User user() {
    const bool is_other = random_.one_in(3);
    Node& node = *nodes_[is_other ? 1 : 0];
    if (!is_other && kept_ != nullptr && random_.one_in(2)) return {node, kept_};
    return {node, node.catalog().find("Items")};
  }

  // The steps that follow are made along with the operations that follow.
  void start_split() {
    const User by = user();
    const auto& partitions = by.table->schema.partitions;
    if (partitions.size() >= kMostPartitions) return;
    Bytes at = random_key().first;
    if (random_.one_in(2)) at.resize(1 + random_.up_to(at.size() - 1));
    const PartitionId partition = partitions[by.table->schema.partition_of(at)].id;
    by.node.run(by.node.catalog().split("Items", partition, std::move(at)));
  }

  void settle() {
    kept_.reset();
    for (const auto& node : nodes_)
      node->settle();
  }

  // A process dies; an embedded engine would die with it.
  void reopen() {
    if (is_embedded_) return;
    kept_.reset();
    const size_t which = random_.up_to(1);
    nodes_[which].reset();
    nodes_[which] = Node::open(engine_, Node::options(), random_.up_to(UINT32_MAX));
  }

  std::pair<Bytes, Bytes> random_key() {
    const std::string partition_key = "p" + std::to_string(random_.up_to(7));
    const auto sort_key = static_cast<int64_t>(random_.up_to(9)) - 5;
    const size_t bytes = random_.one_in(10) ? 3000 : 30;
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
    const User by = user();
    const Put put(next);
    const auto written = by.node.run(by.node.items().write(*by.table, key, put));
    if (!written) return find_out({{key, next}});
    EXPECT_EQ(written->old_item, expected(key));
    expect_from_now(key, next);
  }

  void write_several() {
    std::map<Bytes, std::optional<Bytes>> wanted;
    for (size_t left = 1 + random_.up_to(24); left > 0; --left) {
      auto [key, item] = random_key();
      std::optional<Bytes> next;
      if (!random_.one_in(3)) next = std::move(item);
      wanted[key] = std::move(next);
    }
    const User by = user();
    std::vector<std::unique_ptr<Put>> changes;
    std::vector<BatchWrite> writes;
    for (const auto& [key, item] : wanted) {
      changes.push_back(std::make_unique<Put>(item));
      writes.push_back({by.table, key, changes.back().get(), std::nullopt});
    }
    const Status status = by.node.run(by.node.items().write_batch(writes));
    std::map<Bytes, std::optional<Bytes>> unknown;
    for (const BatchWrite& write : writes) {
      if (write.written) {
        EXPECT_EQ(write.written->old_item, expected(write.key));
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
    EXPECT_TRUE(may_fail_) << "a calm engine has no reason";
    Node& node = *nodes_[0];
    while (node.run(engine_.commit(kScratch, engine::Batch())).kind !=
           engine::Committed::Kind::kDone) {
    }
    for (const auto& [key, wanted] : writes) {
      const std::optional<Bytes> item = get(key);
      EXPECT_TRUE(item == wanted || item == expected(key));
      expect_from_now(key, item);
    }
  }

  std::optional<Bytes> get(const Bytes& key) {
    while (true) {
      const User by = user();
      auto item = by.node.run(by.node.items().get(*by.table, key, Consistency::kStrong));
      if (item) return *std::move(item);
      EXPECT_TRUE(may_fail_);
    }
  }

  void get_several() {
    const Bytes one = random_key().first;
    EXPECT_EQ(get(one), expected(one));
    std::vector<Bytes> keys;
    std::vector<std::optional<Bytes>> wanted;
    for (size_t left = random_.up_to(30); left > 0; --left) {
      keys.push_back(random_key().first);
      wanted.push_back(expected(keys.back()));
    }
    const User by = user();
    const auto found = by.node.run(by.node.items().get_many(*by.table, keys, Consistency::kStrong));
    if (found) {
      EXPECT_EQ(*found, wanted);
    } else {
      EXPECT_TRUE(may_fail_);
    }
  }

  // A Query of a collection or a Scan of a segment, page by page, each page by another user, with
  // splits between and under them.
  void walk() {
    PageRequest request;
    request.consistency = Consistency::kStrong;
    if (random_.one_in(2)) {
      const uint32_t segments = 1 + static_cast<uint32_t>(random_.up_to(3));
      request.range =
          range_of_segment(static_cast<uint32_t>(random_.up_to(segments - 1)), segments);
    } else {
      const Bytes key = random_key().first;
      const TableSchema schema = schema_named("Items");
      request.range = range_of_collection(collection_prefix(schema, key), {});
    }
    if (random_.one_in(2)) request.direction = Direction::kBackward;
    request.limit = 1 + random_.up_to(8);
    std::vector<Bytes> wanted;
    for (const auto& [key, item] : items_)
      if (request.range.contains(key)) wanted.push_back(item);
    if (request.direction == Direction::kBackward) std::reverse(wanted.begin(), wanted.end());
    EXPECT_EQ(read(std::move(request)), wanted);
  }

  std::vector<Bytes> read(PageRequest request) {
    std::vector<Bytes> found;
    while (true) {
      if (random_.one_in(6)) start_split();
      const User by = user();
      Collector collector;
      PageRequest page = request;
      const auto end =
          by.node.run(read_page(engine_, PageSource(*by.table), std::move(page), collector));
      if (!end) {
        EXPECT_TRUE(may_fail_) << message_of(end);
        continue;
      }
      found.insert(found.end(), collector.items.begin(), collector.items.end());
      if (!end->last_key) return found;
      request.start_after = end->last_key;
    }
  }

  void check_all() {
    PageRequest everything;
    everything.consistency = Consistency::kStrong;
    std::vector<Bytes> wanted;
    int64_t bytes = 0;
    for (const auto& [key, item] : items_) {
      wanted.push_back(item);
      bytes += static_cast<int64_t>(size_of_item(item));
    }
    EXPECT_EQ(read(std::move(everything)), wanted);
    const User by = user();
    const auto size = by.node.run(by.node.catalog().size_of(*by.table));
    if (!size) {
      EXPECT_TRUE(may_fail_);
      return;
    }
    EXPECT_EQ(size->item_count, static_cast<int64_t>(items_.size()));
    EXPECT_EQ(size->bytes, bytes);
  }

  Engine& engine_;
  RandomValues& random_;
  std::array<std::unique_ptr<Node>, 2> nodes_;
  TablePtr kept_;
  std::map<Bytes, Bytes> items_;

 public:
  bool may_fail_ = false;
  bool is_embedded_ = false;
};

TEST(SplitRandom, OnACalmEngineATableIsAMapAndNobodyNotices) {
  RandomValues random;
  for (const bool across : {false, true}) {
    ModelOptions options;
    options.commits_across_partitions = across;
    options.delay_turns = 4;
    ModelEngine engine(options);
    SplitTrial trial(engine, random);
    trial.run(1500);
    EXPECT_GT(trial.partitions(), 10u);
  }
}

TEST(SplitRandom, OnAStrictEngineEveryAnswerIsTrue) {
  RandomValues random;
  for (const bool across : {false, true}) {
    ModelOptions options = strict_model(random.up_to(UINT32_MAX));
    options.commits_across_partitions = across;
    ModelEngine engine(options);
    SplitTrial trial(engine, random);
    trial.may_fail_ = true;
    trial.run(1500);
    EXPECT_GT(trial.partitions(), 10u);
  }
}

TEST(SplitRandom, OnRocksdbATableIsAMapAndNobodyNotices) {
  RandomValues random;
  engine::RocksdbOptions options;
  options.keep = engine::RocksdbOptions::Keep::kNothing;
  options.path = ::testing::TempDir();
  auto engine = engine::RocksdbEngine::open(options);
  ASSERT_TRUE(engine) << engine.error();
  SplitTrial trial(**engine, random);
  trial.is_embedded_ = true;
  trial.run(1500);
  EXPECT_GT(trial.partitions(), 10u);
}

}  // namespace
}  // namespace jedlik::table
