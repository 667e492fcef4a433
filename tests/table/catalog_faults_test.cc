#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "tests/table/world.h"
#include "tests/value/random_values.h"

// The catalog when another node was there first, when a commit ends as unknown, and when the engine
// does everything bad that it may.
namespace jedlik::table {
namespace {

using engine::Batch;
using engine::ModelEngine;
using engine::PartitionId;
using engine::strict_model;
using value::RandomValues;
using Call = ModelEngine::Call;
using Fault = ModelEngine::Fault;

constexpr Fault kUnknown[] = {Fault::kUnknownNotApplied, Fault::kUnknownApplied,
                              Fault::kUnknownAppliedLater};

Catalog::Change add_tag(std::string key) {
  auto add = [key = std::move(key)](TableSchema& schema) -> Status {
    schema.tags.emplace_back(key, "");
    return {};
  };
  return add;
}

bool has_tag(const TablePtr& table, std::string_view key) {
  const Tags& tags = table->schema.tags;
  return std::count_if(tags.begin(), tags.end(),
                       [key](const auto& tag) { return tag.first == key; }) == 1;
}

// To the settings that `units` name.
Catalog::Change start_update(int64_t units) {
  auto start = [units](TableSchema& schema) -> Status {
    schema.status = TableStatus::kUpdating;
    schema.next_settings = schema.settings;
    schema.next_settings->throughput = {units, units};
    return {};
  };
  return start;
}

Result<TablePtr> create(Node& node, std::string name) {
  TableSchema schema = schema_named(std::move(name));
  return node.run(node.catalog().create(std::move(schema)));
}

Result<TablePtr> update(Node& node, std::string name, Catalog::Change change) {
  return node.run(node.catalog().update(std::move(name), std::move(change)));
}

// What a node that is opened now shows of the table.
TablePtr seen_by_a_new_node(ModelEngine& engine, const std::string& name) {
  const auto node = Node::open(engine, Node::options(), 99);
  node->settle();
  return node->catalog().find(name);
}

TEST(CatalogOfTwoNodes, ATableThatAnotherNodeMadeIsNotMadeAgain) {
  ModelEngine engine;
  const auto first = Node::open(engine, Node::options(2), 1);
  const auto second = Node::open(engine, Node::options(2), 2);
  const TablePtr made = make_table(*first, schema_named("Music"));
  EXPECT_EQ(message_of(create(*second, "Music")),
            "ResourceInUseException: Table already exists: Music");
  EXPECT_EQ(second->catalog().find("Music")->schema.id, made->schema.id);
  EXPECT_EQ(seen_by_a_new_node(engine, "Music")->schema.id, made->schema.id);
}

TEST(CatalogOfTwoNodes, TablesOfBothAreThereAndShareNoPartition) {
  ModelEngine engine;
  const auto first = Node::open(engine, Node::options(3), 1);
  const auto second = Node::open(engine, Node::options(2), 2);
  std::set<PartitionId> partitions;
  size_t count = 0;
  for (int i = 0; i < 5; ++i) {
    for (Node* node : {first.get(), second.get()}) {
      const std::string name = (node == first.get() ? "first" : "second") + std::to_string(i);
      const TablePtr table = make_table(*node, schema_named(name));
      for (const PartitionRange& range : table->schema.partitions) {
        partitions.insert(range.id);
        ++count;
      }
    }
  }
  EXPECT_EQ(partitions.size(), count);
  const auto third = Node::open(engine, Node::options(), 3);
  EXPECT_EQ(third->catalog().size(), 10u);
}

TEST(CatalogOfTwoNodes, AnUpdateStandsOnWhatTheOtherNodeChanged) {
  ModelEngine engine;
  const auto first = Node::open(engine, Node::options(), 1);
  make_table(*first, schema_named("Music"));
  const auto second = Node::open(engine, Node::options(), 2);
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(update(*first, "Music", add_tag("first" + std::to_string(i))));
    EXPECT_TRUE(update(*second, "Music", add_tag("second" + std::to_string(i))));
  }
  const TablePtr table = seen_by_a_new_node(engine, "Music");
  EXPECT_EQ(table->schema.tags.size(), 8u);
}

TEST(CatalogOfTwoNodes, AnUpdateOfATableThatTheOtherDroppedIsRefused) {
  ModelEngine engine;
  const auto first = Node::open(engine, Node::options(), 1);
  make_table(*first, schema_named("Music"));
  const auto second = Node::open(engine, Node::options(), 2);
  EXPECT_TRUE(first->run(first->catalog().drop("Music")));
  first->settle();
  EXPECT_EQ(message_of(update(*second, "Music", add_tag("x"))),
            "ResourceNotFoundException: Requested resource not found: Table: Music not found");
  EXPECT_EQ(second->catalog().find("Music"), nullptr);
}

// The other node dies with the table half made; this one only hears of it.
TEST(CatalogOfTwoNodes, WhatADeadNodeBeganTheOtherFinishes) {
  ModelEngine engine;
  const auto second = Node::open(engine, Node::options(), 2);
  {
    CatalogOptions options;
    options.partitions_of_a_table = 2;
    const auto first = Node::open(engine, options, 1);
    engine.fail_next(Call::kCreate, Fault::kUnavailable);
    ASSERT_TRUE(create(*first, "Music"));
    first->run_what_can();
  }
  make_table(*second, schema_named("Films"));
  second->settle();
  EXPECT_EQ(second->catalog().find("Music")->schema.status, TableStatus::kActive);
  EXPECT_TRUE(second->run(second->catalog().find_for_items("Music")));
}

Task<void> log_when_found(Catalog& catalog, std::string name, std::vector<std::string>& log) {
  const auto table = co_await catalog.find_for_items(name);
  log.push_back(table ? "found" : message_of(table));
}

// A coroutine that waits for a table to leave CREATING hears of it when another node has dropped
// it.
TEST(CatalogOfTwoNodes, NobodyWaitsForATableThatIsGone) {
  ModelEngine engine;
  const auto first = Node::open(engine, Node::options(), 1);
  // What the first node makes it cannot finish, and the second can.
  bool first_is_cut_off = true;
  engine.set_hook([&first_is_cut_off](Call call, PartitionId) -> std::optional<Fault> {
    if (!first_is_cut_off) return std::nullopt;
    return call == Call::kCreate ? std::optional(Fault::kUnavailable) : std::nullopt;
  });
  ASSERT_TRUE(create(*first, "Music"));
  std::vector<std::string> log;
  first->start(log_when_found(first->catalog(), "Music", log));
  for (int turn = 0; turn < 10; ++turn)
    first->io().run_one();

  first_is_cut_off = false;
  const auto second = Node::open(engine, Node::options(), 2);
  second->settle();
  ASSERT_TRUE(second->run(second->catalog().drop("Music")));
  second->settle();
  EXPECT_TRUE(log.empty());
  first->settle();
  EXPECT_EQ(log,
            (std::vector<std::string>{"ResourceNotFoundException: Requested resource not found"}));
  EXPECT_EQ(first->catalog().find("Music"), nullptr);
}

TEST(CatalogFaults, AConflictAtAnyCommitIsGoneThrough) {
  for (int conflicts = 1; conflicts < 5; ++conflicts) {
    ModelEngine engine;
    const auto node = Node::open(engine);
    engine.fail_next(Call::kCommit, Fault::kConflict, static_cast<size_t>(conflicts));
    const TablePtr table = make_table(*node, schema_named("Music"));
    EXPECT_EQ(table->schema.status, TableStatus::kActive);
    engine.fail_next(Call::kCommit, Fault::kConflict, static_cast<size_t>(conflicts));
    EXPECT_TRUE(update(*node, "Music", add_tag("x")));
    EXPECT_TRUE(has_tag(seen_by_a_new_node(engine, "Music"), "x"));
    engine.fail_next(Call::kCommit, Fault::kConflict, static_cast<size_t>(conflicts));
    EXPECT_TRUE(node->run(node->catalog().drop("Music")));
    node->settle();
    EXPECT_EQ(seen_by_a_new_node(engine, "Music"), nullptr);
  }
}

// Whether an unknown commit was made is found out: the answer is the right one, and it is made
// once.
TEST(CatalogFaults, AnUnknownOutcomeOfAnyCommitIsFoundOut) {
  for (const Fault fault : kUnknown) {
    // Which commit, counted from the creation; those of the fences are among them.
    for (size_t at = 0; at < 12; ++at) {
      SCOPED_TRACE(at);
      ModelEngine engine;
      const auto node = Node::open(engine, Node::options(2));
      size_t commits = 0;
      engine.set_hook([&](Call call, PartitionId) -> std::optional<Fault> {
        if (call != Call::kCommit) return std::nullopt;
        return commits++ == at ? std::optional(fault) : std::nullopt;
      });
      const auto created = create(*node, "Music");
      ASSERT_TRUE(created) << message_of(created);
      node->settle();
      const TablePtr table = node->catalog().find("Music");
      EXPECT_EQ(table->schema.status, TableStatus::kActive);
      EXPECT_EQ(table->schema.id, (*created)->schema.id);

      ASSERT_TRUE(update(*node, "Music", add_tag("x")));
      EXPECT_TRUE(has_tag(node->catalog().find("Music"), "x"));
      ASSERT_TRUE(update(*node, "Music", start_update(5)));
      node->settle();
      EXPECT_EQ(node->catalog().find("Music")->schema.settings.throughput, (Throughput{5, 5}));

      const TablePtr seen = seen_by_a_new_node(engine, "Music");
      EXPECT_EQ(to_hex(store_schema(seen->schema)),
                to_hex(store_schema(node->catalog().find("Music")->schema)));
      ASSERT_TRUE(node->run(node->catalog().drop("Music")));
      node->settle();
      EXPECT_EQ(node->catalog().find("Music"), nullptr);
      EXPECT_EQ(seen_by_a_new_node(engine, "Music"), nullptr);
      EXPECT_GT(commits, 6u);
    }
  }
}

TEST(CatalogFaults, ARefusedCommitChangesNothing) {
  ModelEngine engine;
  const auto node = Node::open(engine);
  engine.fail_next(Call::kCommit, Fault::kRefused);
  EXPECT_EQ(message_of(create(*node, "Music")), "InternalServerError: Internal server error");
  EXPECT_EQ(node->catalog().find("Music"), nullptr);
  make_table(*node, schema_named("Music"));
  engine.fail_next(Call::kCommit, Fault::kRefused);
  EXPECT_EQ(message_of(update(*node, "Music", add_tag("x"))),
            "InternalServerError: Internal server error");
  EXPECT_TRUE(node->catalog().find("Music")->schema.tags.empty());
  EXPECT_TRUE(seen_by_a_new_node(engine, "Music")->schema.tags.empty());
}

// The engine fails again while it is asked what became of the commit. The client is told that it is
// not known; the table must not stay half made for that.
TEST(CatalogFaults, AnOutcomeThatCannotBeFoundOutLeavesNothingHalfMade) {
  for (const Fault fault : kUnknown) {
    ModelEngine engine;
    const auto node = Node::open(engine);
    engine.fail_next(Call::kCommit, fault);
    engine.fail_next(Call::kDescribe, Fault::kUnavailable);
    EXPECT_EQ(message_of(create(*node, "Music")), "InternalServerError: Internal server error");
    node->settle();
    // The next change of the catalog finds out.
    make_table(*node, schema_named("Films"));
    node->settle();
    const TablePtr table = node->catalog().find("Music");
    EXPECT_EQ(table != nullptr, fault != Fault::kUnknownNotApplied);
    if (table == nullptr) continue;
    EXPECT_EQ(table->schema.status, TableStatus::kActive);
    EXPECT_TRUE(node->run(node->catalog().find_for_items("Music")));
    EXPECT_TRUE(node->run(node->catalog().drop("Music")));
    node->settle();
    EXPECT_EQ(node->catalog().find("Music"), nullptr);
  }
}

Task<void> update_and_log(Catalog& catalog, std::string name, Catalog::Change change,
                          std::vector<std::string>& log) {
  log.push_back(message_of(co_await catalog.update(std::move(name), std::move(change))));
}

// The step that finishes an update loses sight of its commit; by the time that it tries again a
// second update is under way, which must not be undone.
TEST(CatalogFaults, AStepThatWasOvertakenDoesNotUndoALaterUpdate) {
  for (const Fault fault : kUnknown) {
    ModelEngine engine;
    const auto node = Node::open(engine);
    make_table(*node, schema_named("Music"));
    make_table(*node, schema_named("Films"));
    std::vector<std::string> log;
    size_t commits = 0;
    engine.set_hook([&](Call call, PartitionId) -> std::optional<Fault> {
      // The first commit is that of the update, the second that of its step.
      if (call == Call::kDescribe && commits == 2) return Fault::kUnavailable;
      if (call != Call::kCommit || ++commits != 2) return std::nullopt;
      // A change of another table, from which the catalog learns what became of the step.
      node->start(update_and_log(node->catalog(), "Films", add_tag("x"), log));
      node->start(update_and_log(node->catalog(), "Music", start_update(2), log));
      return fault;
    });
    ASSERT_TRUE(update(*node, "Music", start_update(1)));
    node->settle();
    const bool applied = fault != Fault::kUnknownNotApplied;
    ASSERT_EQ(log.size(), 2u);
    EXPECT_EQ(log[0], "no refusal");
    EXPECT_EQ(log[1] == "no refusal", applied) << log[1];
    const TablePtr table = node->catalog().find("Music");
    EXPECT_EQ(table->schema.status, TableStatus::kActive);
    EXPECT_EQ(table->schema.settings.throughput, (applied ? Throughput{2, 2} : Throughput{1, 1}));
  }
}

// Random changes of few tables by several coroutines on two nodes, over an engine that does
// everything bad that it may.
class Storm {
 public:
  explicit Storm(uint64_t seed) : engine_(strict_model(seed)) {
    for (uint64_t i = 0; i < nodes_.size(); ++i)
      nodes_[i] = Node::open(engine_, Node::options(i + 1), seed + i);
  }

  void blow(RandomValues& random, int rounds) {
    for (const auto& node : nodes_) {
      for (int task = 0; task < 4; ++task)
        node->start(work(node->catalog(), random, rounds));
    }
    // Turn by turn, so that the nodes overtake one another.
    bool any = true;
    while (any) {
      any = false;
      for (const auto& node : nodes_) {
        for (size_t turns = random.up_to(20); turns > 0; --turns) {
          node->io().restart();
          any = node->io().poll_one() > 0 || any;
        }
      }
    }
    for (const auto& node : nodes_)
      node->settle();
  }

  void check() {
    const auto node = Node::open(engine_, Node::options(), 99);
    node->settle();
    std::set<PartitionId> partitions = {kCatalogPartition};
    for (const std::string& name : node->catalog().names("", 100)) {
      const TablePtr table = node->catalog().find(name);
      EXPECT_EQ(table->schema.status, TableStatus::kActive) << name;
      for (const PartitionRange& range : table->schema.partitions)
        EXPECT_TRUE(partitions.insert(range.id).second) << "two tables share a partition";
      for (const std::string& tag : acknowledged_[table->schema.id])
        EXPECT_TRUE(has_tag(table, tag)) << "a lost update";
    }
    for (uint64_t id = 1; id < 2000; ++id) {
      while (true) {
        const auto state = node->run(engine_.describe(PartitionId{id}));
        if (!state && state.error().kind == engine::Failure::Kind::kUnavailable) continue;
        EXPECT_EQ(state.has_value(), partitions.count(PartitionId{id}) > 0) << id;
        break;
      }
    }
    for (const std::string& id : dropped_) {
      for (const std::string& name : node->catalog().names("", 100))
        EXPECT_NE(node->catalog().find(name)->schema.id, id) << "a dropped table is there";
    }
    EXPECT_GT(dropped_.size(), 0u);
    EXPECT_GT(acknowledged_.size(), 0u);
  }

 private:
  Task<void> work(Catalog& catalog, RandomValues& random, int rounds) {
    for (int round = 0; round < rounds; ++round) {
      const std::string name = "table" + std::to_string(random.up_to(2));
      const size_t what = random.up_to(9);
      if (what < 3) {
        TableSchema schema = schema_named(name);
        const auto created = co_await catalog.create(std::move(schema));
        if (created) expect_new((*created)->schema.id);
      } else if (what < 5) {
        const auto dropped = co_await catalog.drop(name);
        if (dropped) dropped_.insert((*dropped)->schema.id);
      } else if (what < 6) {
        Catalog::Change change = start_update(static_cast<int64_t>(random.up_to(100)));
        co_await catalog.update(name, std::move(change));
      } else if (what < 8) {
        const std::string tag = std::to_string(next_tag_++);
        Catalog::Change change = add_tag(tag);
        const auto updated = co_await catalog.update(name, std::move(change));
        if (updated) acknowledged_[(*updated)->schema.id].push_back(tag);
      } else {
        co_await catalog.find_for_items(name);
      }
    }
  }

  void expect_new(const std::string& id) { EXPECT_TRUE(ids_.insert(id).second); }

  ModelEngine engine_;
  std::array<std::unique_ptr<Node>, 2> nodes_;
  int next_tag_ = 0;
  std::set<std::string> ids_;
  std::set<std::string> dropped_;
  std::map<std::string, std::vector<std::string>> acknowledged_;
};

TEST(CatalogFaults, NoChangeIsLostOrHalfMadeOnAStrictEngine) {
  RandomValues random;
  for (int round = 0; round < 8 && !::testing::Test::HasFailure(); ++round) {
    Storm storm(random.up_to(UINT32_MAX));
    storm.blow(random, 40);
    storm.check();
  }
}

}  // namespace
}  // namespace jedlik::table
