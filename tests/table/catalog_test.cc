#include "table/catalog.h"

#include <gtest/gtest.h>

#include <set>

#include "base/limits.h"
#include "tests/table/world.h"

// Tables on a calm engine: states, names, refusals. What happens when the engine fails or a process
// dies is in catalog_faults_test.cc and catalog_crash_test.cc.
namespace jedlik::table {
namespace {

using engine::Failure;
using engine::ModelEngine;
using engine::PartitionId;
using Call = ModelEngine::Call;
using Fault = ModelEngine::Fault;

Status change_nothing(TableSchema& /*schema*/) {
  return {};
}

Catalog::Change add_tag(std::string key) {
  auto add = [key = std::move(key)](TableSchema& schema) -> Status {
    schema.tags.emplace_back(key, "");
    return {};
  };
  return add;
}

// UpdateTable as its operation does it.
Status start_update(TableSchema& schema) {
  schema.status = TableStatus::kUpdating;
  schema.next_settings = schema.settings;
  schema.next_settings->throughput = {7, 8};
  return {};
}

// Each rule holds for tables of one partition and of several.
class CatalogTest : public ::testing::TestWithParam<size_t> {
 protected:
  bool is_there(PartitionId partition) {
    const auto state = node_->run(engine_.describe(partition));
    if (state) return true;
    EXPECT_EQ(state.error().kind, Failure::Kind::kNoSuchPartition);
    return false;
  }
  void reopen() { node_ = Node::open(engine_, Node::options(GetParam()), ++seed_); }
  Catalog& catalog() { return node_->catalog(); }
  Result<TablePtr> create(std::string name) {
    TableSchema schema = schema_named(std::move(name));
    return node_->run(catalog().create(std::move(schema)));
  }
  Result<TablePtr> drop(std::string name) { return node_->run(catalog().drop(std::move(name))); }
  Result<TablePtr> update(std::string name, Catalog::Change change) {
    return node_->run(catalog().update(std::move(name), std::move(change)));
  }
  // From here on the engine's calls of this kind fail, so that no step which needs one ends.
  void break_engine(Call broken) {
    engine_.set_hook([broken](ModelEngine::Call call, PartitionId) -> std::optional<Fault> {
      if (call != broken) return std::nullopt;
      return call == Call::kCommit ? Fault::kRefused : Fault::kUnavailable;
    });
  }
  void repair_engine() { engine_.set_hook(nullptr); }

  ModelEngine engine_;
  uint64_t seed_ = 1;
  std::unique_ptr<Node> node_ = Node::open(engine_, Node::options(GetParam()));
};

INSTANTIATE_TEST_SUITE_P(Partitions, CatalogTest, ::testing::Values(1, 5));

TEST_P(CatalogTest, ATableIsCreatingAndThenActive) {
  const auto created = create("Music");
  ASSERT_TRUE(created) << message_of(created);
  EXPECT_EQ((*created)->schema.status, TableStatus::kCreating);
  EXPECT_EQ((*created)->schema.partitions.size(), GetParam());
  node_->settle();
  const TablePtr table = catalog().find("Music");
  ASSERT_NE(table, nullptr);
  EXPECT_EQ(table->schema.status, TableStatus::kActive);
  EXPECT_EQ(table->schema.id, (*created)->schema.id);
  EXPECT_EQ(table->schema.created_at, node_->clock().now());
  for (const PartitionRange& range : table->schema.partitions)
    EXPECT_TRUE(is_there(range.id));
}

TEST_P(CatalogTest, ItsPartitionsDivideTheHashesEvenly) {
  const TablePtr table = make_table(*node_, schema_named("Music"));
  uint64_t before = 0;
  const uint64_t width = UINT64_MAX / GetParam();
  for (const PartitionRange& range : table->schema.partitions) {
    if (&range == &table->schema.partitions.front()) {
      EXPECT_EQ(range.begin, "");
      continue;
    }
    const uint64_t begin = read_big_endian(range.begin);
    EXPECT_LE(begin - before, width + 1);
    EXPECT_GE(begin - before, width);
    before = begin;
  }
  EXPECT_GE(UINT64_MAX - before, width - GetParam());
}

TEST_P(CatalogTest, ATableIsDeletingAndThenGone) {
  const TablePtr table = make_table(*node_, schema_named("Music"));
  break_engine(Call::kDrop);
  const auto dropped = drop("Music");
  ASSERT_TRUE(dropped) << message_of(dropped);
  EXPECT_EQ((*dropped)->schema.status, TableStatus::kDeleting);
  EXPECT_EQ(catalog().find("Music")->schema.status, TableStatus::kDeleting);
  repair_engine();
  node_->settle();
  EXPECT_EQ(catalog().find("Music"), nullptr);
  for (const PartitionRange& range : table->schema.partitions)
    EXPECT_FALSE(is_there(range.id));
}

TEST_P(CatalogTest, AnUpdateIsShownAsSuchUntilItIsDone) {
  make_table(*node_, schema_named("Music"));
  const auto updated = update("Music", start_update);
  ASSERT_TRUE(updated) << message_of(updated);
  EXPECT_EQ((*updated)->schema.status, TableStatus::kUpdating);
  EXPECT_EQ((*updated)->schema.settings.throughput, Throughput{});
  node_->settle();
  const TablePtr table = catalog().find("Music");
  EXPECT_EQ(table->schema.status, TableStatus::kActive);
  EXPECT_EQ(table->schema.settings.throughput, (Throughput{7, 8}));
  EXPECT_EQ(table->schema.next_settings, std::nullopt);
}

TEST_P(CatalogTest, WhatIsInTheCatalogIsThereAfterReopening) {
  make_table(*node_, schema_named("Music"));
  make_table(*node_, schema_named("Films"));
  ASSERT_TRUE(update("Music", add_tag("t")));
  const Bytes music = store_schema(catalog().find("Music")->schema);
  const Bytes films = store_schema(catalog().find("Films")->schema);
  reopen();
  EXPECT_EQ(catalog().size(), 2u);
  EXPECT_EQ(to_hex(store_schema(catalog().find("Music")->schema)), to_hex(music));
  EXPECT_EQ(to_hex(store_schema(catalog().find("Films")->schema)), to_hex(films));
}

TEST_P(CatalogTest, NamesComeInOrderInPages) {
  for (const char* name : {"bbb", "Aaa", "ccc", "aaa", "b-b", "a.a"})
    make_table(*node_, schema_named(name));
  using Names = std::vector<std::string>;
  EXPECT_EQ(catalog().names("", 100), (Names{"Aaa", "a.a", "aaa", "b-b", "bbb", "ccc"}));
  EXPECT_EQ(catalog().names("", 2), (Names{"Aaa", "a.a"}));
  EXPECT_EQ(catalog().names("a.a", 2), (Names{"aaa", "b-b"}));
  EXPECT_EQ(catalog().names("b", 1), (Names{"b-b"}));  // no such table: what follows it
  EXPECT_EQ(catalog().names("bbb", 9), (Names{"ccc"}));
  EXPECT_EQ(catalog().names("ccc", 9), Names{});
  EXPECT_EQ(catalog().size(), 6u);
}

TEST_P(CatalogTest, ANameIsTakenWhateverTheStateOfItsTable) {
  const std::string exists = "ResourceInUseException: Table already exists: Music";
  break_engine(Call::kCreate);
  ASSERT_TRUE(create("Music"));
  EXPECT_EQ(message_of(create("Music")), exists);
  repair_engine();
  node_->settle();
  EXPECT_EQ(message_of(create("Music")), exists);
  break_engine(Call::kDrop);
  ASSERT_TRUE(drop("Music"));
  EXPECT_EQ(message_of(create("Music")), exists);
  repair_engine();
  node_->settle();
  EXPECT_TRUE(create("Music"));
  node_->settle();
}

TEST_P(CatalogTest, OnlyAnActiveTableCanBeChanged) {
  const auto in_use = [](const char* doing) {
    return std::string(
               "ResourceInUseException: Attempt to change a resource which is still in use: Table "
               "is being ") +
           doing + ": Music";
  };
  break_engine(Call::kCreate);
  ASSERT_TRUE(create("Music"));
  EXPECT_EQ(message_of(update("Music", change_nothing)), in_use("created"));
  EXPECT_EQ(message_of(drop("Music")), in_use("created"));
  repair_engine();
  node_->settle();

  size_t commits = 0;
  engine_.set_hook([&commits](Call call, PartitionId) {
    const bool fails = call == Call::kCommit && ++commits > 1;
    return fails ? std::optional(Fault::kRefused) : std::nullopt;
  });
  ASSERT_TRUE(update("Music", start_update));
  EXPECT_EQ(message_of(update("Music", change_nothing)), in_use("updated"));
  EXPECT_EQ(message_of(drop("Music")), in_use("updated"));
  repair_engine();
  node_->settle();

  break_engine(Call::kDrop);
  ASSERT_TRUE(drop("Music"));
  EXPECT_EQ(message_of(update("Music", change_nothing)), in_use("deleted"));
  EXPECT_EQ(message_of(drop("Music")), in_use("deleted"));
  repair_engine();
  node_->settle();

  const std::string not_found =
      "ResourceNotFoundException: Requested resource not found: Table: Music not found";
  EXPECT_EQ(message_of(update("Music", change_nothing)), not_found);
  EXPECT_EQ(message_of(drop("Music")), not_found);
}

TEST_P(CatalogTest, AChangeThatRefusesChangesNothing) {
  const TablePtr before = make_table(*node_, schema_named("Music"));
  auto refuse_it = [](TableSchema& schema) -> Status {
    schema.tags.emplace_back("half", "done");
    return refuse(validation("no"));
  };
  EXPECT_EQ(message_of(update("Music", refuse_it)), "ValidationException: no");
  EXPECT_EQ(catalog().find("Music"), before);
  reopen();
  EXPECT_TRUE(catalog().find("Music")->schema.tags.empty());
}

TEST_P(CatalogTest, AProtectedTableIsNotDropped) {
  TableSchema schema = schema_named("Music");
  schema.settings.deletion_protection = DeletionProtection::kEnabled;
  make_table(*node_, schema);
  EXPECT_EQ(message_of(drop("Music")),
            "ValidationException: Resource cannot be deleted as it is currently protected against "
            "deletion. Disable deletion protection first.");
  node_->settle();
  EXPECT_EQ(catalog().find("Music")->schema.status, TableStatus::kActive);
  auto unprotect = [](TableSchema& changed) -> Status {
    changed.settings.deletion_protection = DeletionProtection::kDisabled;
    return {};
  };
  ASSERT_TRUE(update("Music", unprotect));
  EXPECT_TRUE(drop("Music"));
  node_->settle();
  EXPECT_EQ(catalog().find("Music"), nullptr);
}

TEST_P(CatalogTest, IdsAreNeverUsedAgain) {
  std::set<std::string> table_ids;
  std::set<PartitionId> partition_ids = {kCatalogPartition};
  for (int round = 0; round < 12; ++round) {
    const auto created = create("Music");
    ASSERT_TRUE(created) << message_of(created);
    EXPECT_TRUE(table_ids.insert((*created)->schema.id).second);
    for (const PartitionRange& range : (*created)->schema.partitions)
      EXPECT_TRUE(partition_ids.insert(range.id).second);
    node_->settle();
    ASSERT_TRUE(drop("Music"));
    node_->settle();
    if (round % 3 == 2) reopen();
  }
}

Task<void> log_when_found(Catalog& catalog, std::string name, std::vector<std::string>& log) {
  const auto table = co_await catalog.find_for_items(name);
  log.push_back(table ? (*table)->schema.name + " is there" : message_of(table));
}

TEST_P(CatalogTest, ItemsOfATableThatIsBeingMadeAreWaitedFor) {
  std::vector<std::string> log;
  break_engine(Call::kCreate);
  ASSERT_TRUE(create("Music"));
  node_->start(log_when_found(catalog(), "Music", log));
  node_->start(log_when_found(catalog(), "Music", log));
  for (int turn = 0; turn < 20; ++turn)
    node_->io().run_one();
  EXPECT_TRUE(log.empty());
  repair_engine();
  node_->settle();
  EXPECT_EQ(log, (std::vector<std::string>{"Music is there", "Music is there"}));
}

TEST_P(CatalogTest, ItemsOfNoTableOrOneBeingDeletedAreNotFound) {
  std::vector<std::string> log;
  const std::string not_found = "ResourceNotFoundException: Requested resource not found";
  make_table(*node_, schema_named("Music"));
  node_->start(log_when_found(catalog(), "Films", log));
  node_->settle();
  break_engine(Call::kDrop);
  ASSERT_TRUE(drop("Music"));
  node_->start(log_when_found(catalog(), "Music", log));
  for (int turn = 0; turn < 20; ++turn)
    node_->io().run_one();
  EXPECT_EQ(log, (std::vector<std::string>{not_found, not_found}));
  repair_engine();
  node_->settle();
}

TEST_P(CatalogTest, ItemsAreServedWhileATableIsUpdated) {
  make_table(*node_, schema_named("Music"));
  ASSERT_TRUE(update("Music", start_update));
  EXPECT_TRUE(node_->run(catalog().find_for_items("Music")));
  node_->settle();
}

TEST_P(CatalogTest, ThereIsALimitToHowManyTablesThereAre) {
  for (size_t i = 0; i < limits::kTablesPerAccount; ++i)
    ASSERT_TRUE(create("table" + std::to_string(i)));
  EXPECT_EQ(message_of(create("one_more")),
            "LimitExceededException: Subscriber limit exceeded: there is a limit of 2500 tables "
            "per subscriber");
  node_->settle();
  // The rows take several pages to read.
  reopen();
  EXPECT_EQ(catalog().size(), limits::kTablesPerAccount);
  ASSERT_TRUE(drop("table7"));
  node_->settle();
  EXPECT_TRUE(create("one_more"));
  node_->settle();
}

TEST(CatalogOpening, ACatalogThatCannotBeReadIsNotOpened) {
  ModelEngine engine;
  {
    const auto node = Node::open(engine);
    make_table(*node, schema_named("Music"));
  }
  for (const Call call : {Call::kCreate, Call::kScan, Call::kFetch}) {
    engine.fail_next(call, Fault::kUnavailable);
    Node node(engine);
    EXPECT_FALSE(node.run(node.catalog().load()));
  }
}

TEST(CatalogOpening, ADamagedRowIsToldByItsName) {
  ModelEngine engine;
  {
    const auto node = Node::open(engine);
    make_table(*node, schema_named("Music"));
    engine::Batch damage;
    damage.mutations.push_back({engine::Space::kMetadata, "table/Music", "damage"});
    node->run(engine.commit(kCatalogPartition, std::move(damage)));
  }
  Node node(engine);
  const auto loaded = node.run(node.catalog().load());
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error(), "The catalog's row \"table/Music\" cannot be read.");
}

}  // namespace
}  // namespace jedlik::table
