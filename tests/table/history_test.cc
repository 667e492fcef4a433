#include "tests/table/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// The checker of histories must be able to fail: anomalies are planted here.
namespace jedlik::table {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using Outcome = Transaction::Outcome;

Transaction committed(std::string name, std::vector<Transaction::Read> reads,
                      std::vector<Transaction::Append> appends) {
  Transaction transaction;
  transaction.name = std::move(name);
  transaction.outcome = Outcome::kCommitted;
  transaction.reads = std::move(reads);
  transaction.appends = std::move(appends);
  return transaction;
}

std::vector<std::string> anomalies(const History& history,
                                   RealTime real_time = RealTime::kDoesNotMatter) {
  return find_anomalies(history, real_time);
}

TEST(Histories, OneAfterTheOtherIsFine) {
  History history;
  history.transactions = {committed("T1", {{"x", {}}, {"y", {}}}, {{"x", 1}, {"y", 2}}),
                          committed("T2", {{"x", {1}}, {"y", {2}}}, {{"x", 3}}),
                          committed("T3", {{"y", {2}}, {"x", {1, 3}}}, {}),
                          committed("T4", {{"x", {1}}, {"y", {2}}}, {})};
  history.lists = {{"x", {1, 3}}, {"y", {2}}};
  EXPECT_THAT(anomalies(history), IsEmpty());
}

TEST(Histories, ALostUpdateIsFound) {
  History history;
  history.transactions = {committed("T1", {{"x", {}}}, {{"x", 1}}),
                          committed("T2", {{"x", {}}}, {{"x", 2}})};
  history.lists = {{"x", {2}}};
  EXPECT_THAT(anomalies(history), ElementsAre("a lost update: T1"));
  // The same with both there: T2 did not see what came before it.
  history.lists = {{"x", {1, 2}}};
  EXPECT_THAT(anomalies(history), ElementsAre(StartsWith("G-single: ")));
}

TEST(Histories, WriteSkewIsFound) {
  History history;
  history.transactions = {committed("T1", {{"x", {}}, {"y", {}}}, {{"x", 1}}),
                          committed("T2", {{"x", {}}, {"y", {}}}, {{"y", 2}})};
  history.lists = {{"x", {1}}, {"y", {2}}};
  EXPECT_THAT(anomalies(history), ElementsAre(StartsWith("G2: ")));
}

TEST(Histories, AFracturedReadIsFound) {
  History history;
  history.transactions = {committed("T1", {}, {{"x", 1}, {"y", 2}}),
                          committed("R", {{"x", {1}}, {"y", {}}}, {})};
  history.lists = {{"x", {1}}, {"y", {2}}};
  EXPECT_THAT(anomalies(history), ElementsAre(HasSubstr("R -rw-> T1")));
}

TEST(Histories, ACircleOfWritesIsFound) {
  History history;
  history.transactions = {committed("T1", {}, {{"x", 1}, {"y", 2}}),
                          committed("T2", {}, {{"x", 3}, {"y", 4}})};
  history.lists = {{"x", {1, 3}}, {"y", {4, 2}}};
  EXPECT_THAT(anomalies(history), ElementsAre(StartsWith("G1c: ")));
}

TEST(Histories, WhatWasNotCommittedIsNotRead) {
  History history;
  Transaction cancelled = committed("T1", {}, {{"x", 1}});
  cancelled.outcome = Outcome::kNot;
  history.transactions = {cancelled, committed("R", {{"x", {1}}}, {})};
  EXPECT_THAT(anomalies(history), ElementsAre(HasSubstr("R read [1] of x")));
  history.lists = {{"x", {1}}};
  EXPECT_THAT(anomalies(history), Contains(HasSubstr("not committed: T1")));
}

TEST(Histories, HalfATransactionIsFound) {
  History history;
  Transaction unknown = committed("T1", {}, {{"x", 1}, {"y", 2}});
  unknown.outcome = Outcome::kUnknown;
  history.transactions = {unknown};
  history.lists = {{"x", {1}}};
  EXPECT_THAT(anomalies(history), ElementsAre("half a transaction: T1"));
  history.lists = {{"x", {1}}, {"y", {2}}};
  EXPECT_THAT(anomalies(history), IsEmpty());
  history.lists.clear();
  EXPECT_THAT(anomalies(history), IsEmpty());
}

TEST(Histories, ATokenTwiceIsFound) {
  History history;
  history.transactions = {committed("T1", {}, {{"x", 1}})};
  history.lists = {{"x", {1, 1}}};
  EXPECT_THAT(anomalies(history), ElementsAre(HasSubstr("a token twice")));
}

TEST(Histories, RealTimeMayMatter) {
  History history;
  Transaction write = committed("W", {}, {{"x", 1}});
  write.begun = 1;
  write.ended = 2;
  Transaction read = committed("R", {{"x", {}}}, {});
  read.begun = 3;
  read.ended = 4;
  history.transactions = {write, read};
  history.lists = {{"x", {1}}};
  EXPECT_THAT(anomalies(history), IsEmpty());
  EXPECT_THAT(anomalies(history, RealTime::kMatters), ElementsAre(HasSubstr("W -rt-> R")));
}

}  // namespace
}  // namespace jedlik::table
