#include <gtest/gtest.h>

#include "tests/table/index_world.h"
#include "tests/table/transaction_world.h"

// What a transaction promises, on every kind of engine.
namespace jedlik::table {
namespace {

using engine::Consistency;
using engine::ModelEngine;
using engine::ModelOptions;
using engine::PartitionId;
using engine::Space;
using ::testing::Test;
using Call = ModelEngine::Call;
using Codes = std::vector<std::string>;
using Fault = ModelEngine::Fault;

struct Kind {
  std::string name;
  bool commits_across_partitions;
  size_t partitions_of_a_table;
  bool strict = false;  // whether the engine fails, as the contract allows
};

const Kind kKinds[] = {{"OnePartition", true, 1},       {"Across", true, 4},
                       {"AcrossStrict", true, 4, true}, {"TwoPhaseOne", false, 1},
                       {"TwoPhase", false, 4},          {"TwoPhaseStrict", false, 4, true}};

std::string name_of(const ::testing::TestParamInfo<Kind>& kind) {
  return kind.param.name;
}

class Transaction : public ::testing::TestWithParam<Kind> {
 protected:
  static ModelOptions model_options() {
    ModelOptions options = GetParam().strict ? engine::strict_model(1) : ModelOptions();
    options.commits_across_partitions = GetParam().commits_across_partitions;
    return options;
  }

  // Asks until the engine lets it be known.
  template <class Ask>
  auto certain(Ask ask) {
    auto result = node_->run(ask());
    for (int again = 0; again < 1000 && !result; ++again) {
      if (result.error().type != &error_types::kInternalServerError) break;
      result = node_->run(ask());
    }
    return result;
  }
  // What becomes of it, however often it must be asked for.
  Result<TransactionOutcome> write(const Actions& actions,
                                   std::optional<RequestToken> token = std::nullopt) {
    if (GetParam().strict && !token)
      token = RequestToken{"own token " + std::to_string(own_tokens_++), ""};
    return certain([&] { return write_transaction(node_->items(), actions.list(), token); });
  }
  // Not done by a request before this; a strict engine may hide which it was.
  static void expect_done_now(const Result<TransactionOutcome>& outcome) {
    ASSERT_TRUE(outcome) << message_of(outcome);
    EXPECT_TRUE(!outcome->is_repeated || GetParam().strict);
  }
  std::optional<Bytes> item(const TablePtr& table, const Bytes& key) {
    return *certain([&] { return node_->items().get(*table, key, Consistency::kStrong); });
  }
  int64_t balance(const TablePtr& table, const std::string& name) {
    return balance_of(item(table, account_key(name)));
  }
  int64_t items_in(const TablePtr& table) {
    return certain([&] { return node_->catalog().size_of(*table); })->item_count;
  }
  int64_t balance(const std::string& name) { return balance(table_, name); }

  // A new process, in place of the old one.
  void reopen() {
    const auto now = node_->clock().now();
    node_.reset();
    node_ = Node::open(engine_, Node::options(GetParam().partitions_of_a_table), 2);
    node_->clock().advance(std::chrono::milliseconds(now.ms - node_->clock().now().ms));
    table_ = node_->catalog().find("Accounts");
    other_ = node_->catalog().find("Others");
  }

  size_t rows_of_tokens() {
    const engine::Range everything{};
    while (true) {
      const auto page = node_->run(engine_.scan(kTransactionPartition, Space::kMetadata, everything,
                                                engine::Direction::kForward, {1'000'000, 1 << 30},
                                                Consistency::kStrong));
      if (page) return page->size();
    }
  }

  ModelEngine engine_{model_options()};
  std::unique_ptr<Node> node_ =
      Node::open(engine_, Node::options(GetParam().partitions_of_a_table));
  TablePtr table_ = make_table(*node_, schema_named("Accounts"));
  TablePtr other_ = make_table(*node_, schema_named("Others"));
  int own_tokens_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Engines, Transaction, ::testing::ValuesIn(kKinds), name_of);

TEST_P(Transaction, AllWritesAreDone) {
  ASSERT_TRUE(write(Actions().put(table_, "a", 10).put(table_, "b", 20).put(other_, "a", 30)));
  const auto outcome = write(Actions()
                                 .add_to(table_, "a", -3)
                                 .add_to(other_, "a", 3)
                                 .remove(table_, "b")
                                 .put(table_, "c", 1)
                                 .check(table_, "a2-or-not"));
  ASSERT_FALSE(outcome);
  EXPECT_EQ(balance("b"), 20);
  const auto done = write(Actions()
                              .add_to(table_, "a", -3)
                              .add_to(other_, "a", 3)
                              .remove(table_, "b")
                              .put(table_, "c", 1));
  expect_done_now(done);
  EXPECT_EQ(balance("a"), 7);
  EXPECT_EQ(balance(other_, "a"), 33);
  EXPECT_EQ(balance("b"), 0);
  EXPECT_EQ(balance("c"), 1);
  EXPECT_EQ(items_in(table_), 2);
  if (done->is_repeated) return;
  EXPECT_EQ(balance_of(done->actions[1].old_item), 30);
  EXPECT_EQ(balance_of(done->actions[1].new_item), 33);
}

TEST_P(Transaction, OneRefusalAndNothingIsDone) {
  ASSERT_TRUE(write(Actions().put(table_, "a", 10).put(other_, "a", 5)));
  const auto refused =
      write(Actions().add_to(other_, "a", 11).add_to(table_, "a", -11).put(table_, "new", 1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, &error_types::kTransactionCanceled);
  EXPECT_EQ(refused.error().message,
            "Transaction cancelled, please refer cancellation reasons for specific reasons "
            "[None, ConditionalCheckFailed, None]");
  const auto& reasons = refused.error().cancellation_reasons;
  ASSERT_EQ(reasons.size(), 3u);
  EXPECT_EQ(reasons[0].code, "None");
  EXPECT_EQ(reasons[0].message, std::nullopt);
  EXPECT_EQ(reasons[1].message, "The conditional request failed");
  EXPECT_EQ(balance_of(reasons[1].item), 10);
  EXPECT_EQ(balance(other_, "a"), 5);
  EXPECT_EQ(balance("a"), 10);
  EXPECT_EQ(balance("new"), 0);
}

TEST_P(Transaction, AllReasonsAreTold) {
  ASSERT_TRUE(write(Actions().put(table_, "a", 10)));
  const auto refused = write(Actions()
                                 .add_to(table_, "a", -11)
                                 .check(table_, "nobody")
                                 .put(other_, "x", 1)
                                 .check(other_, "nobody"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(codes_of(refused.error()), (Codes{"ConditionalCheckFailed", "ConditionalCheckFailed",
                                              "None", "ConditionalCheckFailed"}));
}

TEST_P(Transaction, ACheckChangesNothing) {
  ASSERT_TRUE(write(Actions().put(table_, "a", 10)));
  const auto done = write(Actions().check(table_, "a").put(other_, "b", 1));
  ASSERT_TRUE(done) << message_of(done);
  EXPECT_EQ(done->actions[0].old_bytes, size_of_item(account("a", 10)));
  EXPECT_EQ(balance("a"), 10);
  ASSERT_TRUE(write(Actions().check(table_, "a").check(other_, "b")));
  EXPECT_FALSE(write(Actions().check(table_, "a").check(other_, "nobody")));
}

TEST_P(Transaction, ARepeatedRequestIsDoneOnce) {
  const RequestToken token{"token", "add one"};
  const auto add_one = [&] { return Actions().add_to(table_, "a", 1).add_to(other_, "a", 1); };
  const auto first = write(add_one(), token);
  expect_done_now(first);
  node_->clock().advance(std::chrono::minutes(9));
  const auto second = write(add_one(), token);
  ASSERT_TRUE(second) << message_of(second);
  EXPECT_TRUE(second->is_repeated);
  EXPECT_EQ(second->actions[0].old_bytes, size_of_item(account("a", 1)));
  reopen();
  EXPECT_TRUE(write(add_one(), token)->is_repeated);
  EXPECT_EQ(balance("a"), 1);
  EXPECT_EQ(balance(other_, "a"), 1);

  const auto other = write(add_one(), RequestToken{"token", "add two"});
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().type, &error_types::kIdempotentParameterMismatch);

  node_->clock().advance(std::chrono::minutes(2));
  expect_done_now(write(add_one(), RequestToken{"token", "add two"}));
  EXPECT_EQ(balance("a"), 2);
}

TEST_P(Transaction, ACancelledRequestMayBeTriedAgainWithItsToken) {
  const RequestToken token{"token", "take one"};
  const auto take_one = [&] { return Actions().add_to(table_, "a", -1).add_to(other_, "a", 1); };
  ASSERT_FALSE(write(take_one(), token));
  ASSERT_TRUE(write(Actions().put(table_, "a", 1)));
  expect_done_now(write(take_one(), token));
  EXPECT_EQ(balance("a"), 0);
}

TEST_P(Transaction, TokensAreForgotten) {
  for (int i = 0; i < 4000; ++i) {
    ASSERT_TRUE(write(Actions().put(table_, "a", i), RequestToken{std::to_string(i), ""}));
    node_->clock().advance(std::chrono::seconds(1));
  }
  // Two rows for each token of the last 600 seconds, and what the next cleaning will find.
  EXPECT_GE(rows_of_tokens(), 1200u);
  EXPECT_LT(rows_of_tokens(), 2000u);
}

TEST_P(Transaction, OneThatIsTooLargeIsRefused) {
  Actions actions;
  for (int64_t i = 0; i < 11; ++i)
    actions.add(table_, key_of("large", i),
                std::make_unique<Put>(item_of("large", i, std::string(390'000, 'x'))));
  const auto refused = write(actions);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, &error_types::kValidation);
  EXPECT_EQ(item(table_, key_of("large", 1)), std::nullopt);
}

TEST_P(Transaction, ReadsGiveItemsInTheirOrder) {
  ASSERT_TRUE(write(Actions().put(table_, "a", 10).put(table_, "b", 20).put(other_, "a", 30)));
  const std::vector<TransactionItem> items{{other_, account_key("a")},
                                           {table_, account_key("nobody")},
                                           {table_, account_key("b")},
                                           {table_, account_key("a")}};
  const auto found = certain([&] { return read_transaction(node_->items(), items); });
  ASSERT_TRUE(found) << message_of(found);
  EXPECT_EQ(balance_of((*found)[0]), 30);
  EXPECT_EQ((*found)[1], std::nullopt);
  EXPECT_EQ(balance_of((*found)[2]), 20);
  EXPECT_EQ(balance_of((*found)[3]), 10);
}

TEST_P(Transaction, AConflictIsGoneThrough) {
  ASSERT_TRUE(write(Actions().put(table_, "a", 10)));
  engine_.fail_next(Call::kCommit, Fault::kConflict, 3);
  ASSERT_TRUE(write(Actions().add_to(table_, "a", 1).add_to(other_, "b", 1)));
  EXPECT_EQ(balance("a"), 11);
  EXPECT_EQ(balance(other_, "b"), 1);
}

TEST_P(Transaction, OnADroppedTableItIsNotFound) {
  ASSERT_TRUE(certain([&] { return node_->catalog().drop("Others"); }));
  node_->settle();
  const auto refused = write(Actions().put(table_, "a", 1).put(other_, "a", 1));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, &error_types::kResourceNotFound);
  EXPECT_EQ(balance("a"), 0);
}

// Whatever becomes of the commits, with its token the client finds out, and it is done once.
TEST_P(Transaction, WithATokenAnUnknownOutcomeIsFoundOut) {
  for (const Fault fault :
       {Fault::kUnknownNotApplied, Fault::kUnknownApplied, Fault::kUnknownAppliedLater}) {
    SCOPED_TRACE(static_cast<int>(fault));
    const RequestToken token{"token" + std::to_string(static_cast<int>(fault)), ""};
    const int64_t before = balance("a");
    engine_.fail_next(Call::kCommit, fault);
    const auto outcome = write(Actions().add_to(table_, "a", 1).add_to(other_, "a", 1), token);
    ASSERT_TRUE(outcome) << message_of(outcome);
    EXPECT_EQ(balance("a"), before + 1);
    EXPECT_EQ(balance(other_, "a"), before + 1);
  }
}

// Transfers and readers, all at once.
class Transfers : public Transaction {
 protected:
  static constexpr int kAccounts = 10;
  static constexpr int64_t kBalance = 100;

  const TablePtr& table_of(int i) const { return i % 2 == 0 ? table_ : other_; }

  Task<void> transfer(int from, int to) {
    const auto [a, b] = std::pair("acc" + std::to_string(from), "acc" + std::to_string(to));
    Actions actions;
    actions.add_to(table_of(from), a, -7).add_to(table_of(to), b, 7);
    const std::optional<RequestToken> token =
        RequestToken{std::to_string(token_++), a + " to " + b};
    const auto outcome = co_await write_transaction(node_->items(), actions.list(), token);
    done_ += outcome ? 1 : 0;
    if (!outcome) expect_may_be(outcome.error());
  }
  Task<void> read() {
    std::vector<TransactionItem> items;
    for (int i = 0; i < kAccounts; ++i)
      items.push_back({table_of(i), account_key("acc" + std::to_string(i))});
    const auto found = co_await read_transaction(node_->items(), items);
    if (!found) {
      expect_may_be(found.error());
      co_return;
    }
    int64_t total = 0;
    for (const auto& item : *found)
      total += balance_of(item);
    EXPECT_EQ(total, kAccounts * kBalance);
    ++reads_;
  }

  static void expect_may_be(const ApiError& error) {
    const bool is_unknown = error.type == &error_types::kInternalServerError;
    EXPECT_TRUE(error.type == &error_types::kTransactionCanceled ||
                (is_unknown && GetParam().strict))
        << message_of(error);
  }

  int token_ = 0;
  int done_ = 0;
  int reads_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Engines, Transfers, ::testing::ValuesIn(kKinds), name_of);

TEST_P(Transfers, KeepTheTotal) {
  value::RandomValues random;
  for (int i = 0; i < kAccounts; ++i)
    ASSERT_TRUE(write(Actions().put(table_of(i), "acc" + std::to_string(i), kBalance)));
  for (int round = 0; round < 30; ++round) {
    for (int i = 0; i < 20; ++i) {
      const int from = random.between(0, kAccounts - 1);
      const int to = (from + random.between(1, kAccounts - 1)) % kAccounts;
      node_->start(transfer(from, to));
      node_->start(read());
    }
    node_->settle();
  }
  EXPECT_GT(done_, 100);
  EXPECT_GT(reads_, 30);
}

// Those that begin after a split have the tables from before it.
TEST_P(Transfers, KeepTheTotalWhileTheirTablesAreSplit) {
  value::RandomValues random;
  for (int i = 0; i < kAccounts; ++i)
    ASSERT_TRUE(write(Actions().put(table_of(i), "acc" + std::to_string(i), kBalance)));
  for (int round = 0; round < 30; ++round) {
    for (const TablePtr& table : {table_, other_}) {
      const Bytes at = account_key("acc" + std::to_string(random.up_to(kAccounts - 1)));
      const PartitionId partition = table->schema.partitions[table->schema.partition_of(at)].id;
      node_->run(node_->catalog().split(table->schema.name, partition, at));
    }
    for (int i = 0; i < 20; ++i) {
      const int from = random.between(0, kAccounts - 1);
      const int to = (from + random.between(1, kAccounts - 1)) % kAccounts;
      node_->start(transfer(from, to));
      node_->start(read());
    }
    node_->run_what_can();
    // A partition is dropped only when nobody uses a version of the table from before its split.
    table_.reset();
    other_.reset();
    node_->settle();
    table_ = node_->catalog().find("Accounts");
    other_ = node_->catalog().find("Others");
  }
  EXPECT_GT(table_->schema.partitions.size(), 4u);
  EXPECT_GT(done_, 100);
  if (!GetParam().strict) {
    EXPECT_GT(reads_, 600 - 30) << "no reader noticed";
  }
}

// Local indexes, whose collections have a limit, and global ones follow the items.
TEST(TransactionOfIndexedItems, ReasonsNameTheCollectionThatIsTooLarge) {
  ModelOptions model;
  model.commits_across_partitions = true;
  ModelEngine engine(model);
  const auto node = Node::open(engine, Node::options(2));
  const TablePtr table = make_table(*node, indexed_schema("Indexed"));
  ItemStoreOptions options;
  options.collection_limit = 1000;
  ItemStore items(engine, node->clock(), options);
  const auto put = [&](const std::string& partition_key, int64_t sort_key, size_t bytes) {
    return std::make_unique<Put>(item_of(partition_key, sort_key, std::string(bytes, 'x')));
  };
  Actions small;
  small.add(table, key_of("p", 1), put("p", 1, 400)).add(table, key_of("q", 1), put("q", 1, 400));
  const auto done = node->run(write_transaction(items, small.list(), std::nullopt));
  ASSERT_TRUE(done) << message_of(done);
  EXPECT_TRUE(done->actions[0].collection);

  Actions large;
  large.add(table, key_of("q", 2), put("q", 2, 400))
      .add(table, key_of("p", 2), put("p", 2, 900))
      .add(table, key_of("r", 2), put("r", 2, 400));
  const auto refused = node->run(write_transaction(items, large.list(), std::nullopt));
  ASSERT_FALSE(refused);
  EXPECT_EQ(codes_of(refused.error()), (Codes{"None", "ItemCollectionSizeLimitExceeded", "None"}));
  EXPECT_EQ(node->run(node->catalog().size_of(*table))->item_count, 2);
}

TEST(TransactionOfIndexedItems, RowsOfGlobalIndexesAreInTheCommit) {
  ModelOptions model;
  model.commits_across_partitions = true;
  ModelEngine engine(model);
  const auto node = Node::open(engine, Node::options(2));
  const TablePtr table = make_table(*node, indexed_schema("Indexed"));
  const auto item = [](const std::string& partition_key, int64_t a) {
    return stored({{"pk", text(partition_key)}, {"sk", number(1)}, {"a", number(a)}});
  };
  Actions actions;
  actions.add(table, key_of("p", 1), std::make_unique<Put>(item("p", 1)))
      .add(table, key_of("q", 1), std::make_unique<Put>(item("q", 2)));
  const auto done = node->run(write_transaction(node->items(), actions.list(), std::nullopt));
  ASSERT_TRUE(done) << message_of(done);
  EXPECT_EQ(done->actions[0].indexes.size(), 2u) << "local-a and global-a";
  const auto size = node->run(node->catalog().size_of(*table));
  EXPECT_EQ(size->local_indexes[0].item_count, 2);
  EXPECT_EQ(size->global_indexes[0].item_count, 2);
}

}  // namespace
}  // namespace jedlik::table
