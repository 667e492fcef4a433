#include "bench/dispatcher.h"

#include <gtest/gtest.h>

#include <array>

#include "base/clock.h"

namespace jedlik::bench {
namespace {

using std::chrono::milliseconds;

// Gives gets, or nothing, and takes every answer of 200.
class FakeSource final : public OperationSource {
 public:
  Begun begin(Exchange& exchange) override {
    exchange.operation = Operation::kGet;
    return begun;
  }
  Outcome answered(Exchange& /*exchange*/, const Answer& answer, Failure& failure) override {
    if (steps_left > 0) {
      --steps_left;
      return Outcome::kGoesOn;
    }
    failure = {"Refused", "No."};
    return answer.status == 200 ? Outcome::kDone : Outcome::kFailed;
  }
  void lost(Exchange& /*exchange*/) override { ++lost_count; }

  Begun begun = Begun::kYes;
  int steps_left = 0;
  int lost_count = 0;
};

class DispatcherTest : public testing::Test {
 protected:
  TimePoint now() const { return clock_.steady_now(); }
  TimePoint after(int ms) const { return start_ + milliseconds(ms); }

  Dispatcher make(Schedule schedule, int from_ms, int end_ms) {
    return Dispatcher(source_, schedule, {after(from_ms), after(end_ms)}, results_);
  }
  const Histogram& latencies() { return results_.of(Operation::kGet).latencies; }

  ManualClock clock_{Timestamp{1'000'000}};
  TimePoint start_ = clock_.steady_now();
  FakeSource source_;
  Results results_;
  Exchange exchange_;
  const Answer good_{200, "{}"};
  const Answer bad_{400, "{}"};
};

TEST_F(DispatcherTest, AnOpenLoopMeasuresFromTheIntendedStart) {
  // 100 a second over one connection; each answer takes 1 ms, but for one of 500 ms.
  Dispatcher dispatcher = make(Schedule(start_, 100), 0, 1000);
  for (int i = 0; !dispatcher.is_over(now());) {
    if (!dispatcher.begin(exchange_, now())) {
      const auto next = dispatcher.next_begin(now());
      ASSERT_TRUE(next);
      ASSERT_GT(*next, now());
      clock_.advance(std::chrono::ceil<milliseconds>(*next - now()));
      continue;
    }
    clock_.advance(milliseconds(i++ == 10 ? 500 : 1));
    ASSERT_FALSE(dispatcher.answered(exchange_, good_, now()));
  }
  dispatcher.finish();
  EXPECT_EQ(latencies().count(), 100U);
  EXPECT_EQ(results_.never_begun, 0U);
  EXPECT_EQ(latencies().max(), milliseconds(500));
  // 49 came due in the stall, and each waited until it and those before it were done: the longest
  // nearly as long as the stall. Measured from when it was sent, only one would have been slow.
  EXPECT_GT(latencies().percentile(90), milliseconds(380));
  EXPECT_GT(latencies().percentile(60), milliseconds(50));
  EXPECT_LT(latencies().percentile(40), milliseconds(2));
}

TEST_F(DispatcherTest, AnOpenLoopCountsWhatItNeverBegan) {
  Dispatcher dispatcher = make(Schedule(start_, 100), 200, 1000);
  while (dispatcher.begin(exchange_, now())) {
    clock_.advance(milliseconds(100));
    dispatcher.answered(exchange_, good_, now());
  }
  EXPECT_TRUE(dispatcher.is_over(now()));
  EXPECT_FALSE(dispatcher.next_begin(now()));
  dispatcher.finish();
  // Ten of a hundred were begun, all of them due while it was warming up.
  EXPECT_EQ(latencies().count(), 0U);
  EXPECT_EQ(results_.never_begun, 80U);
}

TEST_F(DispatcherTest, AClosedLoopMeasuresFromWhenItBegins) {
  Dispatcher dispatcher = make(Schedule(), 0, 1000);
  for (int i = 0; dispatcher.begin(exchange_, now()); ++i) {
    clock_.advance(milliseconds(i == 10 ? 500 : 10));
    dispatcher.answered(exchange_, good_, now());
  }
  dispatcher.finish();
  EXPECT_EQ(latencies().count(), 51U);
  EXPECT_EQ(latencies().max(), milliseconds(500));
  EXPECT_LT(latencies().percentile(95), milliseconds(11));
  EXPECT_EQ(results_.never_begun, 0U);
}

TEST_F(DispatcherTest, TheWarmUpIsNotMeasuredAndTheLastAnswersAre) {
  Dispatcher dispatcher = make(Schedule(), 100, 200);
  ASSERT_TRUE(dispatcher.begin(exchange_, now()));
  clock_.advance(milliseconds(150));
  dispatcher.answered(exchange_, good_, now());
  EXPECT_EQ(latencies().count(), 0U) << "it began before the window";
  ASSERT_TRUE(dispatcher.begin(exchange_, now()));
  clock_.advance(milliseconds(3000));
  dispatcher.answered(exchange_, good_, now());
  EXPECT_EQ(latencies().max(), milliseconds(3000)) << "it began in the window";
  EXPECT_FALSE(dispatcher.begin(exchange_, now()));
}

TEST_F(DispatcherTest, AnOperationOfSeveralRequestsIsMeasuredAsOne) {
  Dispatcher dispatcher = make(Schedule(), 0, 1000);
  source_.steps_left = 1;
  ASSERT_TRUE(dispatcher.begin(exchange_, now()));
  clock_.advance(milliseconds(5));
  EXPECT_TRUE(dispatcher.answered(exchange_, good_, now()));
  clock_.advance(milliseconds(7));
  EXPECT_FALSE(dispatcher.answered(exchange_, good_, now()));
  EXPECT_EQ(latencies().count(), 1U);
  EXPECT_EQ(latencies().max(), milliseconds(12));
}

TEST_F(DispatcherTest, ErrorsAreCountedByTypeAndNotTimed) {
  Dispatcher dispatcher = make(Schedule(), 100, 1000);
  ASSERT_TRUE(dispatcher.begin(exchange_, now()));
  dispatcher.lost(exchange_, {"Lost", "while it warms up"});
  dispatcher.connection_failed({"ConnectionFailed", "while it warms up"}, now());
  EXPECT_TRUE(results_.errors.empty());
  clock_.advance(milliseconds(100));
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(dispatcher.begin(exchange_, now()));
    dispatcher.answered(exchange_, bad_, now());
  }
  ASSERT_TRUE(dispatcher.begin(exchange_, now()));
  dispatcher.lost(exchange_, {"Lost", "Gone."});
  dispatcher.connection_failed({"ConnectionFailed", "Refused."}, now());
  EXPECT_EQ(results_.of(Operation::kGet).errors, 4U);
  EXPECT_EQ(results_.failed(), 5U);
  EXPECT_EQ(results_.succeeded(), 0U);
  EXPECT_EQ(results_.errors.at("Refused").count, 3U);
  EXPECT_EQ(results_.errors.at("Refused").first_message, "No.");
  EXPECT_EQ(results_.errors.at("Lost").first_message, "Gone.");
  EXPECT_EQ(source_.lost_count, 2);
}

TEST_F(DispatcherTest, ASourceMayHaveNothingForNowOrForGood) {
  Dispatcher dispatcher = make(Schedule(), 0, 1000);
  source_.begun = OperationSource::Begun::kNotYet;
  EXPECT_FALSE(dispatcher.begin(exchange_, now()));
  ASSERT_TRUE(dispatcher.next_begin(now()));
  EXPECT_GT(*dispatcher.next_begin(now()), now());
  source_.begun = OperationSource::Begun::kYes;
  EXPECT_TRUE(dispatcher.begin(exchange_, now()));
  source_.begun = OperationSource::Begun::kOver;
  EXPECT_FALSE(dispatcher.begin(exchange_, now()));
  EXPECT_TRUE(dispatcher.is_over(now()));
}

TEST_F(DispatcherTest, StoppedEarlyNothingBeginsAndNothingIsMissed) {
  Dispatcher dispatcher = make(Schedule(start_, 100), 0, 10'000);
  ASSERT_TRUE(dispatcher.begin(exchange_, now()));
  clock_.advance(milliseconds(95));
  dispatcher.stop(now());
  EXPECT_FALSE(dispatcher.begin(exchange_, now()));
  dispatcher.finish();
  EXPECT_EQ(results_.never_begun, 9U) << "at 10 to 90 ms";
}

TEST(Schedule, KeepsItsRateOverALongTime) {
  const TimePoint start;
  Schedule schedule(start, 3);
  const TimePoint end = start + std::chrono::hours(10);
  uint64_t count = 0;
  while (schedule.take(end))
    ++count;
  EXPECT_EQ(count, 3U * 36'000 + 1);
  EXPECT_EQ(Schedule(start, 3).missed(start + std::chrono::seconds(1), end), 3U * 35'999);
}

}  // namespace
}  // namespace jedlik::bench
