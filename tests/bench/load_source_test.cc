#include "bench/load_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "base/clock.h"

namespace jedlik::bench {
namespace {

using Begun = OperationSource::Begun;
using Outcome = OperationSource::Outcome;
using std::chrono::milliseconds;
using testing::HasSubstr;

class LoadSourceTest : public testing::Test {
 protected:
  void begin(Begun expected) { ASSERT_EQ(source_.begin(exchange_), expected); }
  Outcome answer(int status, std::string_view body) {
    return source_.answered(exchange_, {status, body}, failure_);
  }

  ManualClock clock_{Timestamp{1'000'000}};
  Settings settings_ = [] {
    Settings settings;
    settings.items.table = "table";
    return settings;
  }();
  LoadState state_{60};
  LoadSource source_{settings_, state_, clock_, 1};
  Exchange exchange_;
  Failure failure_;
  const char* const done_ = R"({"UnprocessedItems":{}})";
  const char* const throttled_ = R"({"__type":"x#ThrottlingException","message":"Slow down."})";
};

TEST_F(LoadSourceTest, WritesEveryItemOnceInBatches) {
  for (const size_t expected : {25U, 25U, 10U}) {
    begin(Begun::kYes);
    EXPECT_EQ(exchange_.request, Request::kBatchWriteItem);
    EXPECT_EQ(exchange_.items.size(), expected);
    EXPECT_EQ(answer(200, done_), Outcome::kDone);
  }
  EXPECT_EQ(exchange_.items.back(), 59U);
  begin(Begun::kOver);
  EXPECT_EQ(state_.written(), 60U);
  EXPECT_FALSE(state_.failure());
}

TEST_F(LoadSourceTest, SendsAgainWhatWasLeftUndone) {
  begin(Begun::kYes);
  const std::string left = R"({"table":[{"PutRequest":{"Item":{"id":{"S":"a"}}}}]})";
  EXPECT_EQ(answer(200, R"({"UnprocessedItems":)" + left + "}"), Outcome::kFailed);
  EXPECT_EQ(state_.written(), 24U);
  begin(Begun::kNotYet);
  clock_.advance(milliseconds(50));
  begin(Begun::kYes);
  EXPECT_EQ(exchange_.body, R"({"RequestItems":)" + left + "}");
  EXPECT_EQ(answer(200, done_), Outcome::kDone);
  EXPECT_EQ(state_.written(), 25U);
}

TEST_F(LoadSourceTest, WaitsLongerAndLongerWhileItIsThrottled) {
  begin(Begun::kYes);
  const std::string body = exchange_.body;
  int64_t waited_ms = 0;
  for (int i = 0; i < 8; ++i) {
    ASSERT_EQ(answer(400, throttled_), Outcome::kFailed);
    while (source_.begin(exchange_) == Begun::kNotYet) {
      clock_.advance(milliseconds(10));
      waited_ms += 10;
    }
    ASSERT_EQ(exchange_.body, body);
  }
  EXPECT_EQ(waited_ms, 50 + 100 + 200 + 400 + 800 + 1600 + 3200 + 5000);
  EXPECT_EQ(answer(200, done_), Outcome::kDone);
  EXPECT_EQ(state_.written(), 25U);
}

TEST_F(LoadSourceTest, SendsAgainWhatWasLostOrFailedInTheServer) {
  begin(Begun::kYes);
  const std::string body = exchange_.body;
  source_.lost(exchange_);
  clock_.advance(milliseconds(50));
  begin(Begun::kYes);
  EXPECT_EQ(exchange_.body, body);
  EXPECT_EQ(answer(500, "{}"), Outcome::kFailed);
  clock_.advance(milliseconds(100));
  begin(Begun::kYes);
  EXPECT_EQ(exchange_.body, body);
  EXPECT_FALSE(state_.has_failed());
}

TEST_F(LoadSourceTest, IsNotOverWhileAnAnswerIsAwaited) {
  std::array<Exchange, 3> exchanges;
  for (Exchange& exchange : exchanges)
    ASSERT_EQ(source_.begin(exchange), Begun::kYes);
  begin(Begun::kNotYet);
  for (Exchange& exchange : exchanges)
    source_.answered(exchange, {200, done_}, failure_);
  begin(Begun::kOver);
}

TEST_F(LoadSourceTest, EndsWithARefusalThatWillNotChange) {
  begin(Begun::kYes);
  EXPECT_EQ(answer(400, R"({"__type":"x#ValidationException","message":"No."})"), Outcome::kFailed);
  begin(Begun::kOver);
  ASSERT_TRUE(state_.failure());
  EXPECT_EQ(state_.failure()->type, "ValidationException");
}

TEST_F(LoadSourceTest, GivesUpWhenNothingIsWrittenForLong) {
  begin(Begun::kYes);
  clock_.advance(std::chrono::minutes(11));
  answer(400, throttled_);
  begin(Begun::kOver);
  ASSERT_TRUE(state_.failure());
  EXPECT_THAT(state_.failure()->message, HasSubstr("Slow"));
}

}  // namespace
}  // namespace jedlik::bench
