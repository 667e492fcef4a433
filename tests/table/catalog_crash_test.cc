#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "tests/table/world.h"

// A process dies at each moment of each change of a table: before a call of the engine, or after it
// but before the answer. The next process finds the table as it was before or as it was meant to
// be, and never anything in between.
namespace jedlik::table {
namespace {

using engine::ModelEngine;
using engine::PartitionId;
using Call = ModelEngine::Call;
using Fault = ModelEngine::Fault;

// What becomes of the commit that is under way when the process dies. (Other calls may have been
// done as well; the model throws a coin.)
constexpr Fault kLastCommits[] = {Fault::kUnknownNotApplied, Fault::kUnknownApplied,
                                  Fault::kUnknownAppliedLater};

struct CatalogChange {
  std::string name;
  // The tables that there are before.
  std::function<void(Node&)> prepare;
  std::function<bool(Node&)> make;
  // Whether the table is as it was meant to be.
  std::function<bool(const TablePtr&)> is_made;
  // Whether it is as it was.
  std::function<bool(const TablePtr&)> is_as_before;
};

bool is_gone(const TablePtr& table) {
  return table == nullptr;
}

bool has_throughput(const TablePtr& table, Throughput throughput) {
  return table != nullptr && table->schema.status == TableStatus::kActive &&
         table->schema.settings.throughput == throughput && !table->schema.next_settings;
}

Status start_update(TableSchema& schema) {
  schema.status = TableStatus::kUpdating;
  schema.next_settings = schema.settings;
  schema.next_settings->throughput = {7, 8};
  return {};
}

std::vector<CatalogChange> changes() {
  const auto no_table = [](Node&) {};
  const auto one_table = [](Node& node) { make_table(node, schema_named("Music")); };
  const auto with_no_throughput = [](const TablePtr& table) {
    return has_throughput(table, {0, 0});
  };
  const auto with_throughput = [](const TablePtr& table) { return has_throughput(table, {7, 8}); };
  const auto create = [](Node& node) {
    TableSchema schema = schema_named("Music");
    return node.run(node.catalog().create(std::move(schema))).has_value();
  };
  const auto update = [](Node& node) {
    return node.run(node.catalog().update("Music", start_update)).has_value();
  };
  const auto drop = [](Node& node) { return node.run(node.catalog().drop("Music")).has_value(); };
  return {{"create", no_table, create, with_no_throughput, is_gone},
          {"update", one_table, update, with_throughput, with_no_throughput},
          {"drop", one_table, drop, is_gone, with_no_throughput}};
}

// The partitions of the tables are there, and no others of those that there may ever have been.
void expect_partitions_match(Node& node, ModelEngine& engine) {
  std::set<PartitionId> expected;
  for (const std::string& name : node.catalog().names("", 100)) {
    for (const PartitionRange& range : node.catalog().find(name)->schema.partitions)
      expected.insert(range.id);
  }
  for (uint64_t id = static_cast<uint64_t>(kCatalogPartition) + 1; id < 50; ++id) {
    const bool is_there = node.run(engine.describe(PartitionId{id})).has_value();
    EXPECT_EQ(is_there, expected.count(PartitionId{id}) > 0) << id;
  }
}

// Lets the process die at its call number `at` (from 0), counted from the beginning of the change.
// Whether it came to that.
bool die_at(const CatalogChange& change, size_t at, Fault last_commit, size_t partitions) {
  SCOPED_TRACE(change.name + " dies at call " + std::to_string(at));
  CatalogOptions options;  // with a delay: what fails is not tried again before the end
  options.partitions_of_a_table = partitions;
  ModelEngine engine;
  auto node = Node::open(engine, options);
  change.prepare(*node);

  size_t calls = 0;
  engine.set_hook([&](Call call, PartitionId) -> std::optional<Fault> {
    const size_t number = calls++;
    if (number < at) return std::nullopt;
    if (call != Call::kCommit) return Fault::kUnavailable;
    return number == at ? last_commit : Fault::kRefused;
  });
  const bool acknowledged = change.make(*node);
  node->run_what_can();
  node.reset();
  engine.set_hook(nullptr);

  node = Node::open(engine, options, 2);
  node->settle();
  const TablePtr table = node->catalog().find("Music");
  EXPECT_TRUE(change.is_made(table) || (!acknowledged && change.is_as_before(table)));
  expect_partitions_match(*node, engine);

  // It serves, and nothing of the past comes back.
  if (table == nullptr) make_table(*node, schema_named("Music"));
  EXPECT_TRUE(node->run(node->catalog().find_for_items("Music")));
  EXPECT_TRUE(node->run(node->catalog().drop("Music")));
  node->settle();
  EXPECT_EQ(node->catalog().find("Music"), nullptr);
  expect_partitions_match(*node, engine);
  return calls > at;
}

TEST(CatalogCrash, AChangeIsWhollyThereOrNotAtAllWheneverTheProcessDies) {
  for (const size_t partitions : {1u, 3u}) {
    for (const CatalogChange& change : changes()) {
      for (const Fault last_commit : kLastCommits) {
        size_t at = 0;
        while (die_at(change, at, last_commit, partitions) && !::testing::Test::HasFailure())
          ++at;
        // Two commits at least, and a call for each partition where they come or go.
        EXPECT_GE(at, change.name == "update" ? 2 : 2 + partitions);
      }
    }
  }
}

// Each process dies at its first call after the catalog was opened.
TEST(CatalogCrash, StepsAreTakenUpAgainHoweverOftenTheProcessDies) {
  CatalogOptions options;
  options.partitions_of_a_table = 4;
  ModelEngine engine;
  engine.set_hook([](Call call, PartitionId partition) -> std::optional<Fault> {
    if (call == Call::kCreate && partition > kCatalogPartition) return Fault::kUnavailable;
    return std::nullopt;
  });
  auto node = Node::open(engine, options);
  TableSchema schema = schema_named("Music");
  ASSERT_TRUE(node->run(node->catalog().create(std::move(schema))));
  for (uint64_t seed = 2; seed < 6; ++seed) {
    node->run_what_can();
    node = Node::open(engine, options, seed);
    EXPECT_EQ(node->catalog().find("Music")->schema.status, TableStatus::kCreating);
  }
  engine.set_hook(nullptr);
  node = Node::open(engine, options, 7);
  node->settle();
  EXPECT_EQ(node->catalog().find("Music")->schema.status, TableStatus::kActive);
}

}  // namespace
}  // namespace jedlik::table
