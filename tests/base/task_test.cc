#include "base/task.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <optional>
#include <thread>

namespace jedlik {
namespace {

TEST(Suspend, GoesOnWithTheValueOnItsOwnExecutor) {
  boost::asio::io_context context;
  std::optional<Resume<std::string>> waiting;
  std::string seen;
  boost::asio::co_spawn(
      context,
      [&]() -> Task<void> {
        auto keep = [&waiting](Resume<std::string> resume) { waiting.emplace(std::move(resume)); };
        seen = co_await suspend<std::string>(keep);
      },
      boost::asio::detached);
  context.poll();
  ASSERT_TRUE(waiting.has_value());
  (*waiting)("hello");
  EXPECT_EQ(seen, "") << "the coroutine must not run inside the call that wakes it";
  context.run();
  EXPECT_EQ(seen, "hello");
}

TEST(Suspend, KeepsTheContextRunningWhileACoroutineWaits) {
  boost::asio::io_context context;
  std::optional<Resume<int>> waiting;
  int seen = 0;
  boost::asio::co_spawn(
      context,
      [&]() -> Task<void> {
        auto keep = [&waiting](Resume<int> resume) { waiting.emplace(std::move(resume)); };
        seen = co_await suspend<int>(keep);
      },
      boost::asio::detached);
  context.poll();
  std::jthread other([&] { (*waiting)(7); });
  context.run();
  EXPECT_EQ(seen, 7);
}

TEST(RunOn, WorksOnThePoolAndComesBack) {
  boost::asio::io_context context;
  boost::asio::thread_pool pool(1);
  std::thread::id worked_on;
  std::thread::id came_back_on;
  boost::asio::co_spawn(
      context,
      [&]() -> Task<void> {
        auto work = [] { return std::this_thread::get_id(); };
        worked_on = co_await run_on(pool.get_executor(), work);
        came_back_on = std::this_thread::get_id();
      },
      boost::asio::detached);
  context.run();
  pool.join();
  EXPECT_NE(worked_on, std::this_thread::get_id());
  EXPECT_EQ(came_back_on, std::this_thread::get_id());
}

TEST(Suspend, DroppingTheWakerDestroysTheCoroutine) {
  auto alive = std::make_shared<int>(1);
  const std::weak_ptr<int> watch = alive;
  boost::asio::io_context context;
  boost::asio::co_spawn(
      context,
      [](std::shared_ptr<int> held) -> Task<void> {
        auto drop = [](Resume<int>) {};
        co_await suspend<int>(drop);
        ADD_FAILURE() << *held;
      }(std::move(alive)),
      boost::asio::detached);
  context.run();
  EXPECT_TRUE(watch.expired());
}

}  // namespace
}  // namespace jedlik
