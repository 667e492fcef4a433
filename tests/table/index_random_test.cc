#include <gtest/gtest.h>

#include "tests/table/index_world.h"

// An index never disagrees with its table: random writes, many at once, while indexes are made and
// deleted, partitions are split, and processes die; after each round every index is compared with
// one rebuilt from a Scan.
namespace jedlik::table {
namespace {

using engine::ModelEngine;
using engine::ModelOptions;
using engine::PartitionId;
using engine::strict_model;
using value::RandomValues;

constexpr PartitionId kScratch{1'000'000};

class Trial {
 public:
  Trial(ModelOptions engine_options, size_t partitions, RandomValues& random)
      : engine_(across(engine_options)), options_(Node::options(partitions)), random_(random) {
    node_ = Node::open(engine_, options_);
    make_table(*node_, indexed_schema("Items"));
    while (!node_->run(engine_.create(kScratch))) {
    }
  }

  void run(int rounds) {
    for (int round = 0; round < rounds && !::testing::Test::HasFailure(); ++round) {
      for (int writer = 0; writer < 12; ++writer)
        node_->start(write_some());
      if (random_.one_in(2)) node_->start(change_index());
      if (random_.one_in(2)) node_->start(change_time_to_live());
      if (random_.one_in(2)) node_->start(split());
      if (random_.one_in(4)) {
        // The process dies with all of that under way.
        for (size_t turns = random_.up_to(400); turns > 0; --turns)
          node_->io().poll_one();
        node_.reset();
        node_ = Node::open(engine_, options_, random_.up_to(UINT32_MAX));
      }
      node_->settle();
      wait_for_late_commits();
      IndexCheck(*node_, engine_, table()).check();
    }
  }

 private:
  static ModelOptions across(ModelOptions options) {
    options.commits_across_partitions = true;
    return options;
  }

  TablePtr table() { return node_->catalog().find("Items"); }

  std::pair<Bytes, std::optional<Bytes>> random_write() {
    const std::string partition_key = "p" + std::to_string(random_.up_to(3));
    const auto sort_key = static_cast<int64_t>(random_.up_to(7));
    std::optional<Bytes> item;
    if (!random_.one_in(4)) item = random_item(random_, partition_key, sort_key);
    return {key_of(partition_key, sort_key), std::move(item)};
  }

  Task<void> write_some() {
    for (size_t left = 1 + random_.up_to(5); left > 0; --left) {
      const TablePtr used = table();
      if (random_.one_in(3)) {
        co_await write_batch(used);
      } else {
        auto [key, item] = random_write();
        const Put put(std::move(item));
        co_await node_->items().write(*used, key, put);
      }
    }
  }

  Task<void> write_batch(TablePtr used) {
    std::map<Bytes, std::optional<Bytes>> wanted;
    for (size_t left = 1 + random_.up_to(9); left > 0; --left)
      wanted.insert(random_write());
    std::vector<std::unique_ptr<Put>> changes;
    std::vector<BatchWrite> writes;
    for (const auto& [key, item] : wanted) {
      changes.push_back(std::make_unique<Put>(item));
      writes.push_back({used, key, changes.back().get(), std::nullopt});
    }
    co_await node_->items().write_batch(writes);
  }

  // Makes an index that is not there, or deletes one that is.
  Task<void> change_index() {
    const TableSchema all = indexed_schema("Items");
    const GlobalIndex& index = all.global_indexes[random_.up_to(all.global_indexes.size() - 1)];
    const bool is_there = table()->schema.find_global_index(index.name) != nullptr;
    Catalog::Change change = is_there ? remove_index(index.name) : add_index(index);
    std::string name = "Items";
    co_await node_->catalog().update(std::move(name), std::move(change));
  }

  Task<void> change_time_to_live() {
    Catalog::Change change =
        table()->schema.expiry_index ? disable_time_to_live() : enable_time_to_live("a");
    std::string name = "Items";
    co_await node_->catalog().update(std::move(name), std::move(change));
  }

  // A partition of the table or of one of its indexes, at a random hash.
  Task<void> split() {
    const TablePtr used = table();
    std::vector<const PartitionMap*> maps{&used->schema};
    for (const GlobalIndex& index : used->schema.global_indexes)
      maps.push_back(&index);
    const PartitionMap& map = *maps[random_.up_to(maps.size() - 1)];
    if (map.partitions.size() >= 8) co_return;
    Bytes at;
    append_big_endian(at, random_.up_to(UINT64_MAX));
    std::string name = "Items";
    const PartitionId partition = map.partitions[partition_of(map.partitions, at)].id;
    co_await node_->catalog().split(std::move(name), partition, std::move(at));
  }

  void wait_for_late_commits() {
    while (true) {
      const engine::Committed committed = node_->run(engine_.commit(kScratch, engine::Batch()));
      if (committed.kind == engine::Committed::Kind::kDone) return;
    }
  }

  ModelEngine engine_;
  CatalogOptions options_;
  RandomValues& random_;
  std::unique_ptr<Node> node_;
};

TEST(IndexRandom, OnACalmEngineEveryIndexIsWhatItsTableMakesIt) {
  RandomValues random;
  for (const size_t partitions : {1u, 4u}) {
    ModelOptions options;
    options.delay_turns = 4;
    Trial(options, partitions, random).run(60);
  }
}

TEST(IndexRandom, OnAStrictEngineEveryIndexIsWhatItsTableMakesIt) {
  RandomValues random;
  for (const size_t partitions : {1u, 4u})
    Trial(strict_model(random.up_to(UINT32_MAX)), partitions, random).run(60);
}

}  // namespace
}  // namespace jedlik::table
