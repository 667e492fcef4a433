#include "table/latches.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include "tests/engine/run.h"
#include "tests/value/random_values.h"

namespace jedlik::table {
namespace {

// Lets whatever else is ready run first.
Task<void> yield() {
  auto next_turn = [](Resume<bool> resume) { resume(true); };
  co_await suspend<bool>(next_turn);
}

Task<void> hold_and_log(Latches& latches, uint64_t key, char name, std::string& log) {
  const auto held = co_await latches.lock(key);
  log += name;
  co_await yield();
  log += name;
}

TEST(Latches, WhoComesFirstIsServedFirst) {
  Latches latches;
  std::string log;
  std::vector<Task<void>> tasks;
  for (const char name : {'a', 'b', 'c', 'd'})
    tasks.push_back(hold_and_log(latches, 7, name, log));
  run_all(std::move(tasks));
  EXPECT_EQ(log, "aabbccdd");
}

TEST(Latches, DifferentKeysDoNotWaitForEachOther) {
  Latches latches;
  std::string log;
  std::vector<Task<void>> tasks;
  // 7 and 71 are in one shard.
  tasks.push_back(hold_and_log(latches, 7, 'a', log));
  tasks.push_back(hold_and_log(latches, 71, 'b', log));
  tasks.push_back(hold_and_log(latches, 8, 'c', log));
  run_all(std::move(tasks));
  EXPECT_EQ(log, "abcabc");
}

TEST(Latches, AReleasedLatchGoesToTheOneThatWaitsNotToANewcomer) {
  Latches latches;
  std::string log;
  boost::asio::io_context io;
  auto first = [](Latches& on, boost::asio::io_context& in, std::string& out) -> Task<void> {
    {
      const auto held = co_await on.lock(1);
      boost::asio::co_spawn(in, hold_and_log(on, 1, 'w', out), boost::asio::detached);
      co_await yield();
    }
    // The one that waited has not run yet.
    EXPECT_EQ(out, "");
    const auto again = co_await on.lock(1);
    out += 'n';
  };
  boost::asio::co_spawn(io, first(latches, io, log), boost::asio::detached);
  io.run();
  EXPECT_EQ(log, "wwn");
}

TEST(Latches, ALatchIsHeldUntilTheLastOwnerIsDestroyed) {
  Latches latches;
  std::string log;
  auto mover = [](Latches& on, std::string& out) -> Task<void> {
    auto first = co_await on.lock(1);
    auto second = std::make_unique<Latches::Held>(std::move(first));
    co_await yield();
    out += '1';
    second.reset();
    co_await yield();
    out += '2';
  };
  std::vector<Task<void>> tasks;
  tasks.push_back(mover(latches, log));
  tasks.push_back(hold_and_log(latches, 1, 'w', log));
  run_all(std::move(tasks));
  EXPECT_EQ(log.front(), '1');
  EXPECT_NE(log.find("w"), std::string::npos);
}

TEST(Latches, AKeyThatIsNamedTwiceIsLockedOnce) {
  Latches latches;
  std::string log;
  auto twice = [](Latches& on, std::string& out) -> Task<void> {
    {
      std::vector<uint64_t> keys = {3, 2, 3, 2};
      const auto held = co_await on.lock_all(std::move(keys));
      EXPECT_EQ(held.size(), 2u);
      out += 't';
      co_await yield();
    }
    out += 'r';
  };
  std::vector<Task<void>> tasks;
  tasks.push_back(twice(latches, log));
  tasks.push_back(hold_and_log(latches, 3, 'w', log));
  run_all(std::move(tasks));
  EXPECT_EQ(log, "trww");
}

// What is not locked by anything else but the latch: a data race is an error of the latches.
struct Guarded {
  int64_t value = 0;
};

Task<void> add_slowly(Latches& latches, std::vector<Guarded>& all, uint64_t key, int rounds) {
  for (int i = 0; i < rounds; ++i) {
    const auto held = co_await latches.lock(key);
    const int64_t before = all[key].value;
    if (i % 3 == 0) co_await yield();
    all[key].value = before + 1;
  }
}

TEST(Latches, OneAtATimeAcrossThreads) {
  Latches latches;
  std::vector<Guarded> all(3);
  std::vector<Task<void>> tasks;
  for (uint64_t task = 0; task < 60; ++task)
    tasks.push_back(add_slowly(latches, all, task % all.size(), 200));
  run_all(std::move(tasks), 4);
  for (const Guarded& guarded : all)
    EXPECT_EQ(guarded.value, 20 * 200);
}

Task<void> add_to_several(Latches& latches, std::vector<Guarded>& all, uint64_t seed, int rounds,
                          std::vector<int64_t>& expected) {
  std::mt19937_64 generator(seed);
  for (int i = 0; i < rounds; ++i) {
    std::vector<uint64_t> keys;
    for (uint64_t count = 1 + generator() % 5; count > 0; --count)
      keys.push_back(generator() % all.size());
    std::vector<uint64_t> locked = keys;
    const auto held = co_await latches.lock_all(std::move(locked));
    for (const uint64_t key : keys) {
      const int64_t before = all[key].value;
      if (generator() % 2 == 0) co_await yield();
      all[key].value = before + 1;
      ++expected[key];
    }
  }
}

// The keys come in any order, so two tasks want each other's all the time.
TEST(Latches, LockAllNeverDeadlocksWhateverTheOrder) {
  constexpr int kTasks = 24;
  value::RandomValues random;
  Latches latches;
  std::vector<Guarded> all(6);
  std::vector<std::vector<int64_t>> expected(kTasks, std::vector<int64_t>(all.size()));
  std::vector<Task<void>> tasks;
  for (std::vector<int64_t>& sums : expected)
    tasks.push_back(add_to_several(latches, all, random.up_to(UINT32_MAX), 150, sums));
  run_all(std::move(tasks), 4);
  for (size_t key = 0; key < all.size(); ++key) {
    int64_t sum = 0;
    for (const auto& sums : expected)
      sum += sums[key];
    EXPECT_EQ(all[key].value, sum);
  }
}

struct Named final : Latches::Errand {
  explicit Named(char its_name) : name(its_name) {}
  char name;
};

// Writes down, for those that did not get the latch, that their errand was done.
Task<void> leave_errand(Latches& latches, char name, std::string& log) {
  Named errand(name);
  const auto held = co_await latches.lock(1, errand);
  log += name;
  if (!held) log += '+';
}

TEST(Latches, TheHolderTakesErrandsUpToTheFirstThatItDoesNotWant) {
  struct Case {
    const char* waiting;  // those in capitals leave no errand
    size_t most;
    const char* expected;
  };
  const Case cases[] = {{"abc", 9, "a+b+c+"}, {"abc", 2, "a+b+c"}, {"abxc", 9, "a+b+xc"},
                        {"aXb", 9, "a+XXb"},  {"xa", 9, "xa"},     {"", 9, ""}};
  for (const Case& each : cases) {
    Latches latches;
    std::string log;
    boost::asio::io_context io;
    auto holder = [](Latches& on, boost::asio::io_context& in, const Case& of,
                     std::string& out) -> Task<void> {
      Named own('o');
      std::optional<Latches::Held> held = co_await on.lock(1, own);
      for (const char name : std::string_view(of.waiting)) {
        auto waiting = name == 'X' ? hold_and_log(on, 1, name, out) : leave_errand(on, name, out);
        boost::asio::co_spawn(in, std::move(waiting), boost::asio::detached);
      }
      co_await yield();
      Latches::Errands errands = held->take_errands(of.most, [](const Latches::Errand& errand) {
        return static_cast<const Named&>(errand).name != 'x';
      });
      errands.all_done();
      held.reset();
    };
    boost::asio::co_spawn(io, holder(latches, io, each, log), boost::asio::detached);
    io.run();
    EXPECT_EQ(log, each.expected) << each.waiting;
  }
}

// Every coroutine of an executor that goes away is destroyed, and no latch stays locked for those
// of other executors.
TEST(Latches, ACoroutineThatIsDestroyedWithALatchPassesItOn) {
  Latches latches;
  std::string log;
  boost::asio::io_context lasting;
  auto short_lived = std::make_unique<boost::asio::io_context>();
  auto hold = [](Latches& on, std::optional<Latches::Held>& out) -> Task<void> {
    out.emplace(co_await on.lock(1));
  };
  std::optional<Latches::Held> held;
  boost::asio::co_spawn(lasting, hold(latches, held), boost::asio::detached);
  lasting.run();
  ASSERT_TRUE(held);
  boost::asio::co_spawn(*short_lived, hold_and_log(latches, 1, 'x', log), boost::asio::detached);
  boost::asio::co_spawn(*short_lived, hold_and_log(latches, 1, 'y', log), boost::asio::detached);
  short_lived->poll();
  boost::asio::co_spawn(lasting, hold_and_log(latches, 1, 'z', log), boost::asio::detached);
  lasting.restart();
  lasting.poll();
  held.reset();  // to x, who never runs
  short_lived.reset();
  lasting.restart();
  lasting.run();
  EXPECT_EQ(log, "zz");
}

}  // namespace
}  // namespace jedlik::table
