#include "tests/engine/conformance.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>

#include "engine/model/model_engine.h"
#include "engine/rocksdb/rocksdb_engine.h"
#include "tests/engine/temporary_folder.h"

// The conformance suite over the engines.
namespace jedlik::engine::conformance {
namespace {

class ModelSubject final : public Subject {
 public:
  ModelSubject(const ModelOptions& options, bool is_faulty)
      : engine_(options), faulty_(is_faulty) {}
  Engine& engine() override { return engine_; }
  bool faulty() const override { return faulty_; }

 private:
  ModelEngine engine_;
  bool faulty_;
};

class RocksdbSubject final : public Subject {
 public:
  explicit RocksdbSubject(RocksdbOptions::Keep keep) {
    options_.keep = keep;
    options_.path = folder_.path();
    open();
  }
  Engine& engine() override { return *engine_; }
  bool reopen() override {
    if (options_.keep == RocksdbOptions::Keep::kNothing) return false;
    engine_.reset();
    open();
    return true;
  }
  int threads() const override { return 2; }

 private:
  void open() {
    auto opened = RocksdbEngine::open(options_);
    ENSURE(opened.has_value(), opened.error());
    engine_ = std::move(*opened);
  }

  TemporaryFolder folder_;
  RocksdbOptions options_;
  std::unique_ptr<RocksdbEngine> engine_;
};

ModelOptions strict_across(uint64_t seed) {
  ModelOptions options = strict_model(seed);
  options.commits_across_partitions = true;
  return options;
}

struct Engines {
  const char* name;
  bool is_faulty;
  std::function<std::unique_ptr<Subject>(uint64_t seed)> make;
};

const std::vector<Engines>& engines() {
  static const std::vector<Engines> all{
      {"CalmModel", false,
       [](uint64_t seed) {
         ModelOptions options;
         options.seed = seed;
         options.delay_turns = 3;
         return std::make_unique<ModelSubject>(options, false);
       }},
      {"StrictModel", true,
       [](uint64_t seed) { return std::make_unique<ModelSubject>(strict_model(seed), true); }},
      {"StrictModelAcrossPartitions", true,
       [](uint64_t seed) { return std::make_unique<ModelSubject>(strict_across(seed), true); }},
      {"RocksdbDurable", false,
       [](uint64_t) { return std::make_unique<RocksdbSubject>(RocksdbOptions::Keep::kDurably); }},
      {"RocksdbEphemeral", false,
       [](uint64_t) { return std::make_unique<RocksdbSubject>(RocksdbOptions::Keep::kNothing); }},
  };
  return all;
}

struct Case {
  const Engines* engine;
  const Rule* rule;
};

// Printed by GoogleTest when a test fails.
void PrintTo(const Case& tested, std::ostream* to) {
  *to << tested.rule->name << " on " << tested.engine->name;
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const Engines& engine : engines())
    for (const Rule& rule : rules())
      if (!engine.is_faulty || !rule.needs_calm) all.push_back({&engine, &rule});
  return all;
}

class Conformance : public testing::TestWithParam<Case> {};

TEST_P(Conformance, Holds) {
  const auto& [engine, rule] = GetParam();
  const uint64_t seed = test_seed();
  const auto subject = engine->make(seed);
  Report report;
  Client client(*subject, report, seed);
  rule->check(client);
  EXPECT_TRUE(report.clean()) << "JEDLIK_SEED=" << seed << "\n" << report.text();
}

std::string name_of(const testing::TestParamInfo<Case>& test) {
  return std::string(test.param.engine->name) + "_" + test.param.rule->name;
}

INSTANTIATE_TEST_SUITE_P(Engines, Conformance, testing::ValuesIn(cases()), name_of);

// The names of the rules that complain about a model with this bug.
std::vector<std::string> rules_that_find(PlantedBug bug, uint64_t seed) {
  std::vector<std::string> found;
  for (const bool strict : {false, true}) {
    for (const Rule& rule : rules()) {
      if (strict && rule.needs_calm) continue;
      ModelOptions options = strict ? strict_model(seed) : ModelOptions();
      options.seed = seed;
      options.bug = bug;
      ModelSubject subject(options, strict);
      Report report;
      Client client(subject, report, seed);
      try {
        rule.check(client);
      } catch (const std::exception& thrown) {
        report.expect(false, thrown.what());
      }
      if (!report.clean()) found.emplace_back(std::string(strict ? "strict " : "") + rule.name);
    }
  }
  return found;
}

class PlantedBugs : public testing::TestWithParam<int> {};

TEST_P(PlantedBugs, AreFound) {
  const uint64_t seed = test_seed();
  const auto found = rules_that_find(PlantedBug{static_cast<uint8_t>(GetParam())}, seed);
  EXPECT_FALSE(found.empty()) << "JEDLIK_SEED=" << seed;
  std::string names;
  for (const std::string& name : found)
    names += (names.empty() ? "" : ", ") + name;
  RecordProperty("found_by", names);
}

// In the order of PlantedBug.
constexpr const char* kBugNames[] = {
    "LostWrite",        "HalfBatch",           "HalfUnknown",       "AppliedConflict",
    "AppliedRefusal",   "StaleStrongRead",     "TornRead",          "ShuffledFetch",
    "WrongOrder",       "ForwardWhenBackward", "MissedKeyConflict", "MissedVersionConflict",
    "ForgottenRemoval", "PageLosesRow",        "PageRepeatsRow",    "PageTooLong",
    "EarlyEnd",         "InclusiveEnd",        "VersionStands",     "WrongTally",
    "LostJournal",      "EarlyJournal",        "CreateEmpties",     "LiveAfterDrop",
    "UnsealedParent",   "LostAtSplit",         "TwiceAtSplit",      "UnweighedSplit"};
static_assert(std::size(kBugNames) == static_cast<size_t>(PlantedBug::kLast));

INSTANTIATE_TEST_SUITE_P(Model, PlantedBugs,
                         testing::Range(1, static_cast<int>(PlantedBug::kLast) + 1),
                         [](const testing::TestParamInfo<int>& test) {
                           return kBugNames[test.param - 1];
                         });

TEST(PlantedBug, NoneIsFoundWhereNoneIsPlanted) {
  const uint64_t seed = test_seed();
  EXPECT_EQ(rules_that_find(PlantedBug::kNone, seed), std::vector<std::string>{})
      << "JEDLIK_SEED=" << seed;
}

}  // namespace
}  // namespace jedlik::engine::conformance
