#include <gtest/gtest.h>
#include <sys/wait.h>

#include <random>

#include "engine/rocksdb/rocksdb_engine.h"
#include "tests/engine/child.h"
#include "tests/engine/conformance.h"
#include "tests/engine/crash_load.h"
#include "tests/engine/run.h"
#include "tests/engine/temporary_folder.h"

namespace jedlik::engine {
namespace {

std::unique_ptr<RocksdbEngine> open(const std::string& path) {
  RocksdbOptions options;
  options.path = path;
  auto opened = RocksdbEngine::open(options);
  if (!opened) throw std::runtime_error(opened.error());
  return std::move(*opened);
}

TEST(Crash, WhatIsAcknowledgedOutlivesTheProcess) {
  constexpr int kRounds = 12;
  const uint64_t seed = conformance::test_seed();
  std::mt19937_64 random(seed);
  const TemporaryFolder folder;
  std::vector<std::string> said;
  for (int round = 0; round < kRounds; ++round) {
    Child child({"commit", folder.path(), std::to_string(round)});
    std::string line;
    for (uint64_t lines = random() % 1500; lines > 0 && child.read_line(line); --lines)
      said.push_back(line);
    child.kill_hard();
    while (child.read_line(line))
      said.push_back(line);
    const int status = child.wait();
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself";
    const auto engine = open(folder.path());
    ASSERT_EQ(crash_load::check(*engine, said), std::vector<std::string>{})
        << "JEDLIK_SEED=" << seed << " round " << round;
  }
  EXPECT_GT(said.size(), 100U);
}

// The check itself: it sees what is missing.
TEST(Crash, TheCheckFindsWhatIsLost) {
  const TemporaryFolder folder;
  const auto engine = open(folder.path());
  EXPECT_EQ(crash_load::check(*engine, {"row 0 0 0"}).size(), 1U);
}

TEST(Crash, AFailedWriteIsUnknownAndTheNextOnesAreRefused) {
  const TemporaryFolder folder;
  Child child({"fill", folder.path(), "3000000"});
  std::vector<std::string> lines;
  for (std::string line; child.read_line(line);)
    lines.push_back(line);
  EXPECT_EQ(child.wait(), 0);
  ASSERT_GT(lines.size(), 5U);
  EXPECT_EQ(lines.back(), "readable");
  lines.pop_back();

  const auto starts_with = [](const std::string& line, Committed::Kind kind) {
    return line.rfind(std::to_string(static_cast<int>(kind)) + " ", 0) == 0;
  };
  const size_t done = lines.size() - 3;
  const auto engine = open(folder.path());
  for (size_t i = 0; i < done; ++i) {
    EXPECT_TRUE(starts_with(lines[i], Committed::Kind::kDone)) << lines[i];
    char key[24];
    std::snprintf(key, sizeof key, "%04zu", i);
    const std::vector<KeyView> keys{{Space::kItems, key}};
    const auto fetched = run(engine->fetch(crash_load::kPartition, keys, Consistency::kStrong));
    ASSERT_TRUE(fetched);
    EXPECT_EQ(fetched->values[0], Bytes(100'000, 'v')) << "acknowledged and lost: " << key;
  }
  EXPECT_TRUE(starts_with(lines[done], Committed::Kind::kUnknown)) << lines[done];
  EXPECT_TRUE(starts_with(lines[done + 1], Committed::Kind::kRefused)) << lines[done + 1];
  EXPECT_TRUE(starts_with(lines[done + 2], Committed::Kind::kRefused)) << lines[done + 2];
}

}  // namespace
}  // namespace jedlik::engine
