#include "engine/rocksdb/row_cache.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace jedlik::engine::rocks {
namespace {

constexpr size_t kMiB = size_t{1} << 20;

TEST(RowCache, FindsWhatWasKept) {
  RowCache cache(kMiB);
  EXPECT_FALSE(cache.find("a"));
  const auto noted = cache.note("a");
  cache.keep(noted, "a", "one");
  EXPECT_EQ(cache.find("a"), "one");
  EXPECT_FALSE(cache.find("b"));
}

TEST(RowCache, AWriteTakesOutWhatWasKept) {
  RowCache cache(kMiB);
  cache.keep(cache.note("a"), "a", "one");
  EXPECT_TRUE(cache.begin_write("a"));
  EXPECT_FALSE(cache.find("a"));
  cache.end_write("a", "two");
  EXPECT_EQ(cache.find("a"), "two");
  EXPECT_TRUE(cache.begin_write("a"));
  cache.end_write("a", std::nullopt);
  EXPECT_FALSE(cache.find("a"));
  EXPECT_FALSE(cache.begin_write("a"));
  cache.end_write("a", std::nullopt);
}

TEST(RowCache, WhatWasReadBeforeOrDuringAWriteIsNotKept) {
  RowCache cache(kMiB);
  const auto before = cache.note("a");
  cache.begin_write("a");
  const auto during = cache.note("a");
  cache.keep(before, "a", "old");
  cache.keep(during, "a", "old");
  EXPECT_FALSE(cache.find("a"));
  cache.end_write("a", std::nullopt);
  cache.keep(before, "a", "old");
  cache.keep(during, "a", "old");
  EXPECT_FALSE(cache.find("a"));
  cache.keep(cache.note("a"), "a", "new");
  EXPECT_EQ(cache.find("a"), "new");
}

TEST(RowCache, OfTwoWritesAtOnceNeitherIsKept) {
  RowCache cache(kMiB);
  cache.keep(cache.note("a"), "a", "zero");
  cache.begin_write("a");
  cache.begin_write("a");
  cache.end_write("a", "one");
  EXPECT_FALSE(cache.find("a"));
  cache.end_write("a", std::nullopt);
  EXPECT_FALSE(cache.find("a"));
}

TEST(RowCache, KeepsToItsCapacity) {
  RowCache cache(kMiB);
  const Bytes value(1000, 'x');
  constexpr int kRows = 10'000;
  int found = 0;
  for (int i = 0; i < kRows; ++i) {
    const std::string key = "key-" + std::to_string(i);
    cache.keep(cache.note(key), key, value);
  }
  for (int i = 0; i < kRows; ++i)
    found += cache.find("key-" + std::to_string(i)) ? 1 : 0;
  EXPECT_GT(found, 100);
  EXPECT_LT(found, 1100);
  const Bytes large(kMiB / 2, 'x');
  cache.keep(cache.note("large"), "large", large);
  EXPECT_FALSE(cache.find("large"));
}

TEST(RowCache, WithoutCapacityKeepsNothing) {
  RowCache cache(0);
  cache.keep(cache.note("a"), "a", "one");
  EXPECT_FALSE(cache.find("a"));
  EXPECT_FALSE(cache.begin_write("a"));
  cache.end_write("a", "two");
  EXPECT_FALSE(cache.find("a"));
}

// Readers never see a number go back, and always one that is at least the last written.
TEST(RowCache, NobodyFindsWhatIsOlderThanTheLastWrite) {
  RowCache cache(kMiB);
  std::atomic<int> stored = 0;   // the store behind the cache
  std::atomic<int> written = 0;  // acknowledged
  std::atomic<bool> done = false;
  const auto read = [&] {
    if (const auto found = cache.find("n")) return std::stoi(*found);
    const auto noted = cache.note("n");
    const int value = stored;
    cache.keep(noted, "n", std::to_string(value));
    return value;
  };
  std::atomic<int> wrong = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      int last = 0;
      while (!done) {
        const int least = written;
        const int value = read();
        if (value < least || value < last) ++wrong;
        last = value;
      }
    });
  }
  for (int n = 1; n <= 20'000; ++n) {
    const bool was_cached = cache.begin_write("n");
    stored = n;
    const std::string text = std::to_string(n);
    cache.end_write("n", was_cached ? std::optional<BytesView>(text) : std::nullopt);
    written = n;
  }
  done = true;
  for (std::thread& reader : readers)
    reader.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace jedlik::engine::rocks
