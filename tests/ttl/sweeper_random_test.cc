#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>

#include "tests/ttl/sweeper_world.h"

// Random writes, sweeps and faults, while time passes and processes die: no item goes that has not
// expired, none that has stays for good, and the indexes are what the table makes them.
namespace jedlik::ttl {
namespace {

using engine::Consistency;
using engine::ModelEngine;
using engine::ModelOptions;
using engine::PartitionId;
using engine::strict_model;
using table::Catalog;
using table::IndexStatus;
using value::RandomValues;

constexpr PartitionId kScratch{1'000'000};
constexpr int kWriters = 6;
constexpr int kItemsOfAWriter = 4;

class Trial {
 public:
  Trial(ModelOptions engine_options, size_t partitions, RandomValues& random)
      : engine_(across(engine_options)), options_(Node::options(partitions)), random_(random) {
    open();
    table::make_table(*node_, schema_with_time_to_live());
    while (!node_->run(engine_.create(kScratch))) {
    }
  }
  ~Trial() { close(); }

  void run(int rounds) {
    for (int round = 0; round < rounds && !::testing::Test::HasFailure(); ++round) {
      for (int writer = 0; writer < kWriters; ++writer)
        node_->start(write_some(writer));
      for (const auto& sweeper : sweepers_)
        if (random_.one_in(2)) node_->start(sweep(*sweeper));
      if (random_.one_in(6)) node_->start(change_time_to_live());
      if (random_.one_in(4)) {
        // The process dies with all of that under way.
        for (size_t turns = random_.up_to(400); turns > 0; --turns)
          node_->io().poll_one();
        close();
        open();
      }
      node_->settle();
      wait_for_late_commits();
      check_items();
      IndexCheck(*node_, engine_, table()).check();
      seconds_ += static_cast<int64_t>(random_.up_to(3));
      move_clock();
    }
    if (!::testing::Test::HasFailure()) check_that_all_go();
  }

 private:
  TablePtr table() { return node_->catalog().find("Items"); }

  void open() {
    node_ = Node::open(engine_, options_, random_.up_to(UINT32_MAX));
    start_ = now();
    move_clock();
    for (int i = 0; i < 2; ++i) {
      SweeperOptions options;
      options.items_at_a_time = 1 + random_.up_to(7);
      options.commits_a_round = 1 + random_.up_to(3);
      sweepers_.push_back(
          std::make_unique<Sweeper>(node_->catalog(), node_->items(), node_->clock(), options));
    }
  }
  // The coroutines go before the sweepers that they use.
  void close() {
    node_.reset();
    sweepers_.clear();
  }
  int64_t now() const { return node_->clock().now().ms / 1000; }
  void move_clock() { node_->clock().advance(std::chrono::seconds(start_ + seconds_ - now())); }

  std::optional<Bytes> random_state(int id) {
    if (random_.one_in(8)) return std::nullopt;
    if (random_.one_in(6)) return item_of(id, text("never"), random_.text(10));
    const auto second = now() - 3 + static_cast<int64_t>(random_.up_to(8));
    return item_of(id, number(second), random_.text(10));
  }

  // Each item has one writer, so that its last write is known.
  Task<void> write_some(int writer) {
    for (size_t left = 1 + random_.up_to(3); left > 0; --left) {
      const int id =
          writer * kItemsOfAWriter + static_cast<int>(random_.up_to(kItemsOfAWriter - 1));
      const TablePtr used = table();
      const std::optional<Bytes> item = random_state(id);
      const auto [states, is_first] = may_be_.try_emplace(id);
      if (is_first) states->second.insert(std::nullopt);
      states->second.insert(item);
      const Put put(item);
      const auto written = co_await node_->items().write(*used, key_of_item(id), put);
      if (written) may_be_[id] = {item};
    }
  }

  Task<void> sweep(Sweeper& sweeper) {
    const Swept swept = co_await sweeper.sweep();
    deleted_ += swept.deleted;
  }

  Task<void> change_time_to_live() {
    Catalog::Change change = table()->schema.expiry_index ? table::disable_time_to_live()
                                                          : table::enable_time_to_live("ttl");
    std::string name = "Items";
    co_await node_->catalog().update(std::move(name), std::move(change));
  }

  void wait_for_late_commits() {
    while (true) {
      const engine::Committed committed = node_->run(engine_.commit(kScratch, engine::Batch()));
      if (committed.kind == engine::Committed::Kind::kDone) return;
    }
  }

  std::optional<Bytes> get(int id) {
    while (true) {
      auto item = node_->run(node_->items().get(*table(), key_of_item(id), Consistency::kStrong));
      if (item) return *std::move(item);
    }
  }

  bool may_have_expired(const std::optional<Bytes>& item) const {
    if (!item) return false;
    const value::Item read = value::ItemView(*item).to_item();
    const auto* second = read.find("ttl")->as<value::Number>();
    return second != nullptr && std::stoll(second->to_text()) < now();
  }

  void check_items() {
    for (const auto& [id, states] : may_be_) {
      const std::optional<Bytes> item = get(id);
      const bool may_be_gone = std::any_of(states.begin(), states.end(), [this](const auto& state) {
        return !state || may_have_expired(state);
      });
      EXPECT_TRUE(states.count(item) > 0 || (!item && may_be_gone)) << id;
    }
  }

  void check_that_all_go() {
    for (int round = 0; round < 1000 && !is_enabled(); ++round) {
      if (!table()->schema.expiry_index) node_->start(change_time_to_live());
      node_->settle();
    }
    ASSERT_TRUE(is_enabled());
    const auto is_left = [this](const auto& entry) { return may_have_expired(get(entry.first)); };
    for (int round = 0; round < 1000; ++round) {
      ++seconds_;
      move_clock();
      node_->start(sweep(*sweepers_[0]));
      node_->settle();
      if (std::none_of(may_be_.begin(), may_be_.end(), is_left)) break;
    }
    EXPECT_TRUE(std::none_of(may_be_.begin(), may_be_.end(), is_left));
    EXPECT_GT(deleted_, 0u);  // or nothing was tried
    IndexCheck(*node_, engine_, table()).check();
  }
  bool is_enabled() {
    const auto& index = table()->schema.expiry_index;
    return index && index->status == IndexStatus::kActive;
  }

  ModelEngine engine_;
  table::CatalogOptions options_;
  RandomValues& random_;
  std::unique_ptr<Node> node_;
  std::vector<std::unique_ptr<Sweeper>> sweepers_;
  int64_t start_ = 0;    // of a node's clock
  int64_t seconds_ = 0;  // that have passed since
  size_t deleted_ = 0;
  // What the item is, unless it has expired: several where it is not known which write was made.
  std::map<int, std::set<std::optional<Bytes>>> may_be_;
};

TEST(SweeperRandom, OnACalmEngineWhatHasExpiredGoesAndNothingElse) {
  RandomValues random;
  for (const size_t partitions : {1u, 4u}) {
    ModelOptions options;
    options.delay_turns = 4;
    Trial(options, partitions, random).run(60);
  }
}

TEST(SweeperRandom, OnAStrictEngineWhatHasExpiredGoesAndNothingElse) {
  RandomValues random;
  for (const size_t partitions : {1u, 4u})
    Trial(strict_model(random.up_to(UINT32_MAX)), partitions, random).run(60);
}

}  // namespace
}  // namespace jedlik::ttl
