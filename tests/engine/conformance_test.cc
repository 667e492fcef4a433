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
  std::function<std::unique_ptr<Subject>(uint64_t seed)> make;
};

const std::vector<Engines>& engines() {
  static const std::vector<Engines> all{
      {"CalmModel",
       [](uint64_t seed) {
         ModelOptions options;
         options.seed = seed;
         options.delay_turns = 3;
         return std::make_unique<ModelSubject>(options, false);
       }},
      {"StrictModel",
       [](uint64_t seed) { return std::make_unique<ModelSubject>(strict_model(seed), true); }},
      {"StrictModelAcrossPartitions",
       [](uint64_t seed) { return std::make_unique<ModelSubject>(strict_across(seed), true); }},
      {"RocksdbDurable",
       [](uint64_t) { return std::make_unique<RocksdbSubject>(RocksdbOptions::Keep::kDurably); }},
      {"RocksdbEphemeral",
       [](uint64_t) { return std::make_unique<RocksdbSubject>(RocksdbOptions::Keep::kNothing); }},
  };
  return all;
}

using Case = std::tuple<size_t, size_t>;  // engine, rule

class Conformance : public testing::TestWithParam<Case> {};

TEST_P(Conformance, Holds) {
  const auto& [engine, rule] = GetParam();
  const uint64_t seed = test_seed();
  const auto subject = engines()[engine].make(seed);
  if (subject->faulty() && rules()[rule].needs_calm) GTEST_SKIP() << "exact rule";
  Report report;
  Client client(*subject, report, seed);
  rules()[rule].check(client);
  EXPECT_TRUE(report.clean()) << "JEDLIK_SEED=" << seed << "\n" << report.text();
}

std::string name_of(const testing::TestParamInfo<Case>& test) {
  const auto& [engine, rule] = test.param;
  return std::string(engines()[engine].name) + "_" + rules()[rule].name;
}

INSTANTIATE_TEST_SUITE_P(Engines, Conformance,
                         testing::Combine(testing::Range(size_t{0}, engines().size()),
                                          testing::Range(size_t{0}, rules().size())),
                         name_of);

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
  if (GetParam() == 0) {
    EXPECT_EQ(found, std::vector<std::string>{}) << "JEDLIK_SEED=" << seed;
  } else {
    EXPECT_FALSE(found.empty()) << "JEDLIK_SEED=" << seed;
  }
  std::string names;
  for (const std::string& name : found)
    names += (names.empty() ? "" : ", ") + name;
  RecordProperty("found_by", names);
}

INSTANTIATE_TEST_SUITE_P(Model, PlantedBugs,
                         testing::Range(0, static_cast<int>(PlantedBug::kLast) + 1));

}  // namespace
}  // namespace jedlik::engine::conformance
