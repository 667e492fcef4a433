#include "base/together.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <optional>
#include <stdexcept>

namespace jedlik {
namespace {

// What runs `tasks` to their end: whether they all did, or what was thrown.
std::optional<std::string> outcome_of(std::vector<Task<void>> tasks) {
  boost::asio::io_context io;
  std::optional<std::string> outcome;
  boost::asio::co_spawn(io, together(std::move(tasks)), [&outcome](std::exception_ptr thrown) {
    try {
      if (thrown) std::rethrow_exception(thrown);
      outcome = "done";
    } catch (const std::runtime_error& error) {
      outcome = error.what();
    }
  });
  io.run();
  return outcome;
}

// Goes on when so many have come here.
class Meeting {
 public:
  explicit Meeting(size_t expected) : expected_(expected) {}
  Task<void> come() {
    auto join = [this](Resume<bool> resume) {
      come_.push_back(std::move(resume));
      if (come_.size() < expected_) return;
      for (Resume<bool>& each : come_)
        each(true);
    };
    co_await suspend<bool>(join);
    ++gone_on_;
  }
  size_t gone_on() const { return gone_on_; }

 private:
  const size_t expected_;
  size_t gone_on_ = 0;
  std::vector<Resume<bool>> come_;
};

Task<void> fail(std::string why) {
  throw std::runtime_error(why);
  co_return;
}

TEST(Together, NothingIsDoneAtOnce) {
  EXPECT_EQ(outcome_of({}), "done");
}

TEST(Together, TasksRunSideBySide) {
  Meeting meeting(3);
  std::vector<Task<void>> tasks;
  for (int i = 0; i < 3; ++i)
    tasks.push_back(meeting.come());
  EXPECT_EQ(outcome_of(std::move(tasks)), "done") << "each waits for the others";
  EXPECT_EQ(meeting.gone_on(), 3u);
}

TEST(Together, TheFirstExceptionIsThrownWhenAllHaveEnded) {
  Meeting meeting(2);
  std::vector<Task<void>> tasks;
  tasks.push_back(fail("first"));
  tasks.push_back(fail("second"));
  tasks.push_back(meeting.come());
  tasks.push_back(meeting.come());
  EXPECT_EQ(outcome_of(std::move(tasks)), "first");
  EXPECT_EQ(meeting.gone_on(), 2u);
}

}  // namespace
}  // namespace jedlik
