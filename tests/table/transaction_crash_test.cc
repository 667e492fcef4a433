#include <gtest/gtest.h>

#include <iostream>

#include "table/page_reader.h"
#include "table/two_phase.h"
#include "tests/table/index_world.h"
#include "tests/table/transaction_world.h"

// The coordinator of a transaction in two phases dies at each of its calls of the engine: before
// the call, or after it but before the answer. Another process finishes or undoes what it finds.
namespace jedlik::table {
namespace {

using engine::Consistency;
using engine::Direction;
using engine::ModelEngine;
using engine::PartitionId;
using engine::Space;
using Call = ModelEngine::Call;
using Fault = ModelEngine::Fault;

// What becomes of the commit that is under way when the process dies.
constexpr Fault kLastCommits[] = {Fault::kUnknownNotApplied, Fault::kUnknownApplied,
                                  Fault::kUnknownAppliedLater};
constexpr size_t kPartitions = 4;

std::vector<Bytes> keys_in(Node& node, ModelEngine& engine, PartitionId partition, Space space,
                           BytesView prefix) {
  const engine::Range everything{prefix, {}};
  const auto page = node.run(engine.scan(partition, space, everything, Direction::kForward,
                                         {10'000, 1 << 30}, Consistency::kStrong));
  std::vector<Bytes> keys;
  for (size_t i = 0; i < page->size(); ++i)
    if ((*page)[i].key.substr(0, prefix.size()) == prefix) keys.emplace_back((*page)[i].key);
  return keys;
}

class Death {
 public:
  Death(size_t at, Fault last_commit) : at_(at), last_commit_(last_commit) {
    node_ = Node::open(engine_, Node::options(kPartitions));
    make_table(*node_, schema_named("Accounts"));
    make_table(*node_, schema_named("Others"));
    node_->run(write_transaction(node_->items(),
                                 Actions()
                                     .put(accounts(), "a", 100)
                                     .put(accounts(), "c", 1)
                                     .put(others(), "b", 100)
                                     .put(others(), "gone", 1)
                                     .list(),
                                 std::nullopt));
  }

  // Whether it came to the death.
  bool transfer_and_die() {
    size_t calls = 0;
    engine_.set_hook([&](Call call, PartitionId) -> std::optional<Fault> {
      const size_t number = calls++;
      if (number < at_) return std::nullopt;
      if (call != Call::kCommit) return Fault::kUnavailable;
      return number == at_ ? last_commit_ : Fault::kRefused;
    });
    acknowledged_ =
        node_->run(write_transaction(node_->items(), transfer().list(), token_)).has_value();
    node_.reset();
    engine_.set_hook(nullptr);
    return calls > at_;
  }

  // A new process, later.
  void reopen(std::chrono::seconds later) {
    node_ = Node::open(engine_, Node::options(kPartitions), 2);
    node_->clock().advance(later);
  }

  void expect_all_or_nothing() {
    is_done_ = balance(others(), "b") == 103;
    EXPECT_EQ(balance(accounts(), "a"), is_done_ ? 97 : 100);
    EXPECT_EQ(balance(others(), "b"), is_done_ ? 103 : 100);
    EXPECT_EQ(balance(accounts(), "new"), is_done_ ? 7 : 0);
    EXPECT_EQ(balance(others(), "gone"), is_done_ ? 0 : 1);
    EXPECT_TRUE(is_done_ || !acknowledged_);
    const auto items = node_->run(node_->catalog().size_of(*accounts()));
    EXPECT_EQ(items->item_count, is_done_ ? 3 : 2);
  }

  // Writes that meet what the dead one left, each at another item.
  void write_each() {
    for (const auto& [table, name, amount] :
         {std::tuple(accounts(), "a", 1), {accounts(), "c", 1}, {others(), "b", 1}}) {
      for (const int64_t change : {amount, -amount}) {
        const AddToBalance add(name, change);
        const auto written = node_->run(node_->items().write(*table, account_key(name), add));
        EXPECT_TRUE(written) << name << ": " << message_of(written);
      }
    }
  }

  void read_all() {
    const std::vector<TransactionItem> items{{accounts(), account_key("a")},
                                             {others(), account_key("b")},
                                             {accounts(), account_key("new")},
                                             {others(), account_key("gone")}};
    const auto found = node_->run(read_transaction(node_->items(), items));
    ASSERT_TRUE(found) << message_of(found);
    const int64_t a = balance_of((*found)[0]);
    EXPECT_EQ(balance_of((*found)[1]), 200 - a);
    EXPECT_EQ(balance_of((*found)[2]), a == 97 ? 7 : 0);
    EXPECT_EQ(balance_of((*found)[3]), a == 97 ? 0 : 1);
  }

  void finish() {
    const FindTable find = [this](std::string_view name) { return node_->catalog().find(name); };
    const Status finished = node_->run(finish_abandoned(node_->items(), find));
    EXPECT_TRUE(finished) << message_of(finished);
  }

  void expect_nothing_left() {
    for (const TablePtr& table : {accounts(), others()})
      for (const PartitionRange& range : table->schema.partitions)
        EXPECT_TRUE(keys_in(*node_, engine_, range.id, Space::kLocalIndex, "").empty());
    EXPECT_TRUE(
        keys_in(*node_, engine_, kTransactionPartition, Space::kMetadata, "transaction/").empty());
  }

  // The client sends it again.
  void expect_done_once() {
    const auto again = node_->run(write_transaction(node_->items(), transfer().list(), token_));
    ASSERT_TRUE(again) << message_of(again);
    EXPECT_EQ(again->is_repeated, is_done_);
    expect_all_or_nothing();
    EXPECT_TRUE(is_done_);
  }

  void expect_sent_again_it_is_done() {
    const auto again = node_->run(write_transaction(node_->items(), transfer().list(), token_));
    ASSERT_TRUE(again) << message_of(again);
    expect_all_or_nothing();
    EXPECT_TRUE(is_done_);
  }

  bool is_done() const { return is_done_; }

 private:
  TablePtr accounts() { return node_->catalog().find("Accounts"); }
  TablePtr others() { return node_->catalog().find("Others"); }
  Actions transfer() {
    return Actions()
        .add_to(accounts(), "a", -3)
        .check(accounts(), "c")
        .put(accounts(), "new", 7)
        .add_to(others(), "b", 3)
        .remove(others(), "gone");
  }
  int64_t balance(const TablePtr& table, const std::string& name) {
    return balance_of(
        *node_->run(node_->items().get(*table, account_key(name), Consistency::kStrong)));
  }

  ModelEngine engine_;
  const size_t at_;
  const Fault last_commit_;
  const std::optional<RequestToken> token_ = RequestToken{"token", "transfer"};
  std::unique_ptr<Node> node_;
  bool acknowledged_ = false;
  bool is_done_ = false;
};

// Lets the coordinator die at each call, whatever becomes of its last commit, and then another
// process do `rest`, half a minute later.
template <class Rest>
void die_everywhere(Rest rest) {
  for (const Fault fault : kLastCommits) {
    for (size_t at = 0;; ++at) {
      SCOPED_TRACE("dies at call " + std::to_string(at));
      Death death(at, fault);
      if (!death.transfer_and_die()) break;
      death.reopen(std::chrono::seconds(30));
      rest(death);
      if (::testing::Test::HasFailure()) return;
    }
  }
}

TEST(TransactionCrash, WhoeverMeetsALockEndsIt) {
  size_t deaths = 0;
  size_t done = 0;
  die_everywhere([&](Death& death) {
    death.write_each();
    death.finish();
    death.expect_all_or_nothing();
    death.expect_nothing_left();
    ++deaths;
    done += death.is_done() ? 1 : 0;
    death.expect_done_once();
  });
  std::cout << deaths << " deaths, " << done << " transactions were done\n";
  EXPECT_GT(done, 10u);
  EXPECT_GT(deaths - done, 10u);
}

TEST(TransactionCrash, ReadersEndLocksToo) {
  die_everywhere([](Death& death) {
    death.read_all();
    death.finish();
    death.expect_all_or_nothing();
    death.expect_nothing_left();
  });
}

TEST(TransactionCrash, WhoSendsItAgainFindsItDone) {
  die_everywhere([](Death& death) {
    death.expect_sent_again_it_is_done();
    death.finish();
    death.expect_nothing_left();
  });
}

TEST(TransactionCrash, WhatIsAbandonedIsFinishedWithoutBeingMet) {
  die_everywhere([](Death& death) {
    death.finish();
    death.expect_all_or_nothing();
    death.expect_nothing_left();
    death.expect_done_once();
  });
}

// Locks lie among the rows of local indexes.
TEST(TransactionCrash, WalksOfLocalIndexesGoPastLocks) {
  ModelEngine engine;
  const auto node = Node::open(engine);
  TableSchema schema = schema_named("Indexed");
  schema.attribute_definitions.push_back(kA);
  schema.local_indexes = {index_named<LocalIndex>("local", {kPk}, {kA})};
  const TablePtr table = make_table(*node, schema);
  const auto item = [](const std::string& partition_key, int64_t sort_key) {
    return std::make_shared<Put>(
        stored({{"pk", text(partition_key)}, {"sk", number(sort_key)}, {"a", number(sort_key)}}));
  };
  Actions first;
  Actions second;
  for (int64_t sort_key = 0; sort_key < 20; ++sort_key) {
    for (const std::string partition_key : {"p", "q"}) {
      first.add(table, key_of(partition_key, sort_key), item(partition_key, sort_key));
      second.add(table, key_of(partition_key, sort_key), item(partition_key, sort_key));
    }
  }
  ASSERT_TRUE(node->run(write_transaction(node->items(), first.list(), std::nullopt)));
  // The coordinator dies before it decides.
  size_t commits = 0;
  engine.set_hook([&commits](Call call, PartitionId) -> std::optional<Fault> {
    if (call == Call::kCommit) ++commits;
    return commits > 3
               ? std::optional(call == Call::kCommit ? Fault::kRefused : Fault::kUnavailable)
               : std::nullopt;
  });
  const std::optional<RequestToken> token = RequestToken{"token", ""};
  EXPECT_FALSE(node->run(write_transaction(node->items(), second.list(), token)));
  engine.set_hook(nullptr);
  const PartitionId partition = table->schema.partitions[0].id;
  ASSERT_EQ(keys_in(*node, engine, partition, Space::kLocalIndex, "").size(), 2u + 40u + 40u)
      << "sizes of collections, rows, locks";

  struct Counter final : ItemVisitor {
    Status visit(const value::ItemView&) override {
      ++items;
      return {};
    }
    size_t items = 0;
  } counter;
  const PageSource source(*table, table->schema.local_indexes[0]);
  PageRequest request;
  request.limit = 1;
  for (int page = 0; page < 1000; ++page) {
    PageRequest next = request;
    const auto end = node->run(read_page(engine, source, std::move(next), counter));
    ASSERT_TRUE(end) << message_of(end);
    request.start_after = end->last_key;
    if (!end->last_key) break;
  }
  EXPECT_EQ(request.start_after, std::nullopt);
  EXPECT_EQ(counter.items, 40u);
}

}  // namespace
}  // namespace jedlik::table
