#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <random>

#include "table/two_phase.h"
#include "tests/table/history.h"
#include "tests/table/transaction_world.h"
#include "tests/value/random_values.h"

// Random transactions, single writes and reads at once, on engines that fail and nodes that die:
// every history must be serializable (history.h). On one thread; what runs next is drawn.
namespace jedlik::table {
namespace {

using engine::Consistency;
using engine::Direction;
using engine::ModelEngine;
using engine::ModelOptions;
using engine::PartitionId;
using engine::Space;
using value::RandomValues;
using Call = ModelEngine::Call;
using Fault = ModelEngine::Fault;
using Outcome = Transaction::Outcome;

constexpr int kKeys = 5;
constexpr int kWorkersOfANode = 3;
constexpr int kSteps = 8;  // of a worker

// What a change saw of its item, each time that it was asked.
class AppendAndSee final : public ItemChange {
 public:
  explicit AppendAndSee(int64_t token) : append_(token) {}
  Result<std::optional<Bytes>> apply(std::optional<value::ItemView> old) const override {
    seen = old ? tokens_of(Bytes(old->bytes())) : std::vector<int64_t>();
    return append_.apply(old);
  }
  mutable std::vector<int64_t> seen;

 private:
  AddToken append_;
};

class See final : public ItemChange {
 public:
  Result<std::optional<Bytes>> apply(std::optional<value::ItemView> old) const override {
    seen = old ? tokens_of(Bytes(old->bytes())) : std::vector<int64_t>();
    return std::optional<Bytes>();
  }
  mutable std::vector<int64_t> seen;
};

struct Setting {
  std::string name;
  bool commits_across_partitions;
  size_t nodes;
  double faults;  // the probability of one at each call
  bool nodes_die;
  RealTime real_time;
};

struct Figures {
  size_t histories = 0;
  size_t transactions = 0;
  size_t committed = 0;
  size_t unknown = 0;
  size_t deaths = 0;
  std::map<Fault, size_t> faults;
  size_t all_faults() const {
    size_t all = 0;
    for (const auto& [fault, count] : faults)
      all += count;
    return all;
  }
};

std::string name_of_key(size_t key) {
  return "k" + std::to_string(key);
}

Bytes encoded(const std::string& name) {
  return key_of(name, 0);
}

// One history in the making.
class Trial {
 public:
  Trial(const Setting& setting, uint64_t seed, Figures& figures)
      : setting_(setting), random_(seed), figures_(figures), engine_(options(setting, seed)) {
    nodes_.push_back(open());
    make_table(*nodes_[0], schema_named("Lists"));
    while (nodes_.size() < setting.nodes)
      nodes_.push_back(open());
    engine_.set_hook([this](Call call, PartitionId) { return fault_of(call); });
  }

  History run() {
    failing_ = true;
    for (size_t n = 0; n < nodes_.size(); ++n)
      start_workers(n);
    while (working_ > 0)
      step();
    failing_ = false;
    rest();
    return std::move(history_);
  }

 private:
  static ModelOptions options(const Setting& setting, uint64_t seed) {
    ModelOptions options;
    options.seed = seed;
    options.commits_across_partitions = setting.commits_across_partitions;
    options.earlier_version = 0.2;
    options.idle_more = 0.5;
    options.delay_turns = 3;
    return options;
  }

  size_t up_to(size_t most) { return std::uniform_int_distribution<size_t>(0, most)(random_); }
  bool chance(double probability) {
    return std::uniform_real_distribution<double>(0, 1)(random_) < probability;
  }

  std::unique_ptr<Node> open() {
    const bool failing = std::exchange(failing_, false);
    auto node = Node::open(engine_, Node::options(3), random_());
    node->clock().advance(std::chrono::milliseconds(now_ms_));
    failing_ = failing;
    return node;
  }

  std::optional<Fault> fault_of(Call call) {
    if (!failing_ || !chance(setting_.faults)) return std::nullopt;
    constexpr Fault kOfCommits[] = {Fault::kConflict,       Fault::kConflict,
                                    Fault::kRefused,        Fault::kUnknownNotApplied,
                                    Fault::kUnknownApplied, Fault::kUnknownAppliedLater};
    const Fault fault =
        call == Call::kCommit ? kOfCommits[up_to(std::size(kOfCommits) - 1)] : Fault::kUnavailable;
    ++figures_.faults[fault];
    return fault;
  }

  void start_workers(size_t n) {
    for (int worker = 0; worker < kWorkersOfANode; ++worker) {
      ++working_;
      ++working_at_[n];
      nodes_[n]->start(work(n));
    }
  }

  // Runs a handler of one of the nodes, or lets time pass, or a node die.
  void step() {
    const size_t n = up_to(nodes_.size() - 1);
    boost::asio::io_context& io = nodes_[n]->io();
    io.restart();
    io.poll_one();
    if (chance(0.002)) advance(chance(0.2) ? 6000 : 100);
    if (setting_.nodes_die && deaths_left_ > 0 && chance(0.001)) {
      --deaths_left_;
      ++figures_.deaths;
      nodes_[n].reset();
      nodes_[n] = open();
      working_ -= working_at_[n];
      working_at_[n] = 0;
      start_workers(n);
    }
  }

  void advance(int64_t ms) {
    now_ms_ += ms;
    for (const auto& node : nodes_)
      node->clock().advance(std::chrono::milliseconds(ms));
  }

  Task<void> work(size_t n) {
    Node& node = *nodes_[n];
    const TablePtr table = node.catalog().find("Lists");
    for (int i = 0; i < kSteps; ++i) {
      const size_t what = up_to(9);
      if (what < 5) {
        co_await write_several(node, table);
      } else if (what < 7) {
        co_await write_one(node, table);
      } else if (what < 9) {
        co_await read_several(node, table);
      } else {
        co_await read_one(node, table);
      }
    }
    --working_;
    --working_at_[n];
  }

  // A transaction that is about to begin; what it appends is told at once, because it may be done
  // although nobody lives to tell.
  size_t begin(std::vector<Transaction::Append> appends) {
    const size_t id = history_.transactions.size();
    Transaction& transaction = history_.transactions.emplace_back();
    transaction.name = "T" + std::to_string(id);
    transaction.appends = std::move(appends);
    transaction.begun = ++moment_;
    ++figures_.transactions;
    return id;
  }
  Transaction& ended(size_t id, Outcome outcome) {
    Transaction& transaction = history_.transactions[id];
    transaction.outcome = outcome;
    // One that nobody knows of may be done at any later moment.
    if (outcome != Outcome::kUnknown) transaction.ended = ++moment_;
    figures_.committed += outcome == Outcome::kCommitted ? 1 : 0;
    figures_.unknown += outcome == Outcome::kUnknown ? 1 : 0;
    return transaction;
  }
  static Outcome outcome_of(const ApiError& error) {
    if (error.type == &error_types::kInternalServerError) return Outcome::kUnknown;
    EXPECT_TRUE(error.type == &error_types::kTransactionCanceled ||
                error.type == &error_types::kTransactionConflict)
        << message_of(error);
    return Outcome::kNot;
  }

  // Some keys, none twice.
  std::vector<std::string> draw_keys(size_t least, size_t most) {
    std::vector<size_t> all(kKeys);
    for (size_t i = 0; i < all.size(); ++i)
      all[i] = i;
    std::shuffle(all.begin(), all.end(), random_);
    std::vector<std::string> keys;
    const size_t count = least + up_to(most - least);
    for (size_t i = 0; i < count; ++i)
      keys.push_back(name_of_key(all[i]));
    return keys;
  }

  Task<void> write_several(Node& node, TablePtr table) {
    const std::vector<std::string> keys = draw_keys(1, 4);
    std::vector<std::shared_ptr<AppendAndSee>> appends;
    std::vector<std::shared_ptr<See>> checks;
    std::vector<Transaction::Append> told;
    Actions actions;
    for (const std::string& key : keys) {
      if (!told.empty() && up_to(2) == 0) {
        checks.push_back(std::make_shared<See>());
        actions.add(table, encoded(key), checks.back(), TransactionAction::Kind::kCheck);
        appends.push_back(nullptr);
      } else {
        told.push_back({key, ++token_});
        appends.push_back(std::make_shared<AppendAndSee>(token_));
        actions.add(table, encoded(key), appends.back());
        checks.push_back(nullptr);
      }
    }
    const size_t id = begin(told);
    std::optional<RequestToken> token;
    if (up_to(1) == 0) token = RequestToken{std::to_string(id), ""};
    auto outcome = co_await write_transaction(node.items(), actions.list(), token);
    // A client that was not told the outcome sends it again.
    for (int again = 0; token && again < 3 && !outcome; ++again) {
      if (outcome_of(outcome.error()) != Outcome::kUnknown) break;
      outcome = co_await write_transaction(node.items(), actions.list(), token);
    }
    if (!outcome) {
      ended(id, outcome_of(outcome.error()));
      co_return;
    }
    Transaction& transaction = ended(id, Outcome::kCommitted);
    if (outcome->is_repeated) co_return;
    for (size_t i = 0; i < keys.size(); ++i)
      transaction.reads.push_back({keys[i], appends[i] ? appends[i]->seen : checks[i]->seen});
  }

  Task<void> write_one(Node& node, TablePtr table) {
    const std::string key = name_of_key(up_to(kKeys - 1));
    const AppendAndSee append(++token_);
    const size_t id = begin({{key, token_}});
    const auto written = co_await node.items().write(*table, encoded(key), append);
    if (!written) {
      ended(id, outcome_of(written.error()));
      co_return;
    }
    ended(id, Outcome::kCommitted).reads = {{key, append.seen}};
  }

  Task<void> read_several(Node& node, TablePtr table) {
    const std::vector<std::string> keys = draw_keys(2, kKeys);
    std::vector<TransactionItem> items;
    for (const std::string& key : keys)
      items.push_back({table, encoded(key)});
    const size_t id = begin({});
    const auto found = co_await read_transaction(node.items(), items);
    if (!found) {
      ended(id, outcome_of(found.error()));
      co_return;
    }
    Transaction& transaction = ended(id, Outcome::kCommitted);
    for (size_t i = 0; i < keys.size(); ++i)
      transaction.reads.push_back({keys[i], tokens_of((*found)[i])});
  }

  Task<void> read_one(Node& node, TablePtr table) {
    const std::string key = name_of_key(up_to(kKeys - 1));
    const size_t id = begin({});
    const auto found = co_await node.items().get(*table, encoded(key), Consistency::kStrong);
    if (!found) {
      ended(id, Outcome::kNot);
      co_return;
    }
    ended(id, Outcome::kCommitted).reads = {{key, tokens_of(*found)}};
  }

  // Ends what is left, and takes the lists as they are then.
  void rest() {
    for (const auto& node : nodes_)
      node->settle();
    advance(60'000);
    Node& node = *nodes_[0];
    const FindTable find = [&node](std::string_view name) { return node.catalog().find(name); };
    const Status finished = node.run(finish_abandoned(node.items(), find));
    EXPECT_TRUE(finished) << message_of(finished);
    const TablePtr table = node.catalog().find("Lists");
    for (const PartitionRange& range : table->schema.partitions) {
      const engine::Range everything{};
      const auto left = node.run(engine_.scan(range.id, Space::kLocalIndex, everything,
                                              Direction::kForward, {1, 1}, Consistency::kStrong));
      EXPECT_EQ(left->size(), 0u) << "a lock is left";
    }
    for (size_t key = 0; key < kKeys; ++key) {
      const std::string name = name_of_key(key);
      const auto item = node.run(node.items().get(*table, encoded(name), Consistency::kStrong));
      history_.lists[name] = tokens_of(*item);
    }
  }

  const Setting& setting_;
  std::mt19937_64 random_;
  Figures& figures_;
  ModelEngine engine_;
  bool failing_ = false;
  int deaths_left_ = 2;
  int64_t now_ms_ = 0;
  uint64_t moment_ = 0;
  int64_t token_ = 0;
  int working_ = 0;
  std::map<size_t, int> working_at_;
  History history_;
  std::vector<std::unique_ptr<Node>> nodes_;
};

class TransactionHistories : public ::testing::TestWithParam<Setting> {};

INSTANTIATE_TEST_SUITE_P(
    Engines, TransactionHistories,
    ::testing::Values(Setting{"AcrossCalm", true, 1, 0, false, RealTime::kMatters},
                      Setting{"AcrossFailing", true, 1, 0.05, false, RealTime::kMatters},
                      Setting{"TwoPhaseCalm", false, 3, 0, false, RealTime::kDoesNotMatter},
                      Setting{"TwoPhaseFailing", false, 3, 0.05, false, RealTime::kDoesNotMatter},
                      Setting{"TwoPhaseDying", false, 3, 0.02, true, RealTime::kDoesNotMatter}),
    [](const auto& setting) { return setting.param.name; });

// JEDLIK_HISTORIES: how many of each setting.
uint64_t histories_to_try() {
  const char* told = std::getenv("JEDLIK_HISTORIES");
  return told == nullptr ? 40 : std::strtoull(told, nullptr, 10);
}

TEST_P(TransactionHistories, AreSerializable) {
  const Setting& setting = GetParam();
  const uint64_t histories = histories_to_try();
  RandomValues random;
  const uint64_t seed = random.up_to(UINT32_MAX);
  Figures figures;
  for (uint64_t i = 0; i < histories && !HasFailure(); ++i) {
    Trial trial(setting, seed + i, figures);
    const History history = trial.run();
    ++figures.histories;
    for (const std::string& anomaly : find_anomalies(history, setting.real_time))
      ADD_FAILURE() << "seed " << seed + i << ": " << anomaly;
  }
  std::cout << figures.histories << " histories, " << figures.transactions << " transactions, "
            << figures.committed << " committed, " << figures.unknown << " unknown; "
            << figures.all_faults() << " faults injected, " << figures.deaths << " nodes died\n";
  EXPECT_GT(figures.committed, figures.transactions / 4);
}

}  // namespace
}  // namespace jedlik::table
