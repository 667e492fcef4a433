#include "engine/model/model_engine.h"

#include <gtest/gtest.h>

#include "tests/engine/run.h"

// What the model engine does beyond the contract: the faults that a test asks it for.
namespace jedlik::engine {
namespace {

using Call = ModelEngine::Call;
using Fault = ModelEngine::Fault;

constexpr PartitionId kPartition{7};

Batch put(Bytes key, Bytes value) {
  Batch batch;
  batch.mutations.push_back({Space::kItems, std::move(key), std::move(value)});
  return batch;
}

std::optional<Bytes> read(ModelEngine& engine, BytesView key,
                          Consistency consistency = Consistency::kStrong) {
  const std::vector<KeyView> keys{{Space::kItems, key}};
  auto fetched = run(engine.fetch(kPartition, keys, consistency));
  EXPECT_TRUE(fetched.has_value());
  return fetched->values.at(0);
}

TEST(ModelEngine, AFailureOnDemandHappensAsOftenAsAskedFor) {
  ModelEngine engine;
  EXPECT_TRUE(run(engine.create(kPartition)));
  engine.fail_next(Call::kDescribe, Fault::kUnavailable, 2);
  EXPECT_EQ(run(engine.describe(kPartition)).error().kind, Failure::Kind::kUnavailable);
  EXPECT_EQ(run(engine.describe(kPartition)).error().kind, Failure::Kind::kUnavailable);
  EXPECT_TRUE(run(engine.describe(kPartition)));
}

TEST(ModelEngine, AConflictOnDemandRaisesTheVersion) {
  ModelEngine engine;
  run(engine.create(kPartition));
  engine.fail_next(Call::kCommit, Fault::kConflict);
  Batch batch = put("a", "1");
  batch.guard = Batch::Guard::kPartition;
  EXPECT_EQ(run(engine.commit(kPartition, batch)).kind, Committed::Kind::kConflict);
  EXPECT_EQ(run(engine.describe(kPartition))->version, Version{1});
  EXPECT_EQ(run(engine.commit(kPartition, batch)).kind, Committed::Kind::kConflict);
  batch.read_at = Version{1};
  EXPECT_EQ(run(engine.commit(kPartition, batch)).kind, Committed::Kind::kDone);
}

TEST(ModelEngine, ALateCommitIsAppliedBeforeTheNext) {
  ModelEngine engine;
  run(engine.create(kPartition));
  engine.fail_next(Call::kCommit, Fault::kUnknownAppliedLater);
  EXPECT_EQ(run(engine.commit(kPartition, put("a", "late"))).kind, Committed::Kind::kUnknown);
  const Committed next = run(engine.commit(kPartition, put("b", "next")));
  EXPECT_EQ(next.versions.at(0), Version{2});
  EXPECT_EQ(read(engine, "a"), "late");
}

TEST(ModelEngine, AHookSeesEachCallAndMayFailIt) {
  ModelEngine engine;
  int commits = 0;
  engine.set_hook([&](Call call, PartitionId partition) -> std::optional<Fault> {
    EXPECT_EQ(partition, kPartition);
    if (call != Call::kCommit) return std::nullopt;
    return ++commits == 2 ? std::optional<Fault>(Fault::kRefused) : std::nullopt;
  });
  run(engine.create(kPartition));
  EXPECT_EQ(run(engine.commit(kPartition, put("a", "1"))).kind, Committed::Kind::kDone);
  EXPECT_EQ(run(engine.commit(kPartition, put("a", "2"))).kind, Committed::Kind::kRefused);
  EXPECT_EQ(read(engine, "a"), "1");
}

TEST(ModelEngine, EventualReadsMayBeOld) {
  ModelOptions options;
  options.stale = 1;
  options.history = 4;
  ModelEngine engine(options);
  run(engine.create(kPartition));
  for (int i = 1; i <= 20; ++i)
    run(engine.commit(kPartition, put("a", std::to_string(i))));
  std::set<std::optional<Bytes>> seen;
  for (int i = 0; i < 200; ++i)
    seen.insert(read(engine, "a", Consistency::kEventual));
  EXPECT_EQ(seen, (std::set<std::optional<Bytes>>{"16", "17", "18", "19", "20"}));
  EXPECT_EQ(read(engine, "a"), "20");
}

TEST(ModelEngine, ABatchThatWritesAKeyTwiceIsRefused) {
  ModelEngine engine;
  run(engine.create(kPartition));
  Batch batch = put("a", "1");
  batch.mutations.push_back({Space::kItems, "a", std::nullopt});
  EXPECT_EQ(run(engine.commit(kPartition, batch)).kind, Committed::Kind::kRefused);
}

// Everything that a strict model does follows from its seed.
TEST(ModelEngine, TheSameSeedGivesTheSameRun) {
  const auto history = [](uint64_t seed) {
    ModelEngine engine(strict_model(seed));
    std::string log;
    while (!run(engine.create(kPartition)))
      log += "c";
    std::vector<Task<void>> tasks;
    for (int i = 0; i < 8; ++i)
      tasks.push_back([](ModelEngine& on, int id, std::string& out) -> Task<void> {
        for (int turn = 0; turn < 10; ++turn) {
          Batch batch = put(std::to_string(id), std::to_string(turn));
          const Committed committed = co_await on.commit(kPartition, std::move(batch));
          out += std::to_string(id) + "=" + std::to_string(static_cast<int>(committed.kind)) + " ";
        }
      }(engine, i, log));
    run_all(std::move(tasks));
    return log;
  };
  EXPECT_EQ(history(1), history(1));
  EXPECT_NE(history(1), history(2));
}

}  // namespace
}  // namespace jedlik::engine
