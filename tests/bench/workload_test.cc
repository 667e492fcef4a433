#include "bench/workload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "bench/mixes.h"

namespace jedlik::bench {
namespace {

using Begun = OperationSource::Begun;
using Outcome = OperationSource::Outcome;
using testing::HasSubstr;

Settings settings_of(std::string_view name) {
  Settings settings;
  settings.mix = *find_mix(name);
  settings.distribution = settings.mix.distribution;
  settings.items.table = "table";
  settings.item_count = 100;
  if (settings.mix.needs_sort_key) settings.items.items_per_key = 10;
  return settings;
}

const Answer kFound{200, R"({"Item":{"id":{"S":"a"}}})"};
const Answer kEmpty{200, "{}"};
const Answer kThrottled{
    400, R"({"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"Slow"})"};

TEST(Mixes, AreThoseOfYcsbAndOneForEachOperation) {
  const std::map<std::string, std::map<Operation, double>> expected{
      {"a", {{Operation::kGet, 0.5}, {Operation::kUpdate, 0.5}}},
      {"b", {{Operation::kGet, 0.95}, {Operation::kUpdate, 0.05}}},
      {"c", {{Operation::kGet, 1}}},
      {"d", {{Operation::kGet, 0.95}, {Operation::kInsert, 0.05}}},
      {"e", {{Operation::kScan, 0.95}, {Operation::kInsert, 0.05}}},
      {"f", {{Operation::kGet, 0.5}, {Operation::kReadModifyWrite, 0.5}}},
      {"conditional-update", {{Operation::kConditionalUpdate, 1}}},
      {"transact-write", {{Operation::kTransactWrite, 1}}},
  };
  for (const auto& [name, shares] : expected) {
    const Settings settings = settings_of(name);
    InsertCounter inserts(settings.item_count);
    Workload workload(settings, inserts, 3);
    std::map<Operation, int> counts;
    Exchange exchange;
    for (int i = 0; i < 20'000; ++i) {
      ASSERT_EQ(workload.begin(exchange), Begun::kYes);
      ++counts[exchange.operation];
    }
    EXPECT_EQ(counts.size(), shares.size()) << name;
    for (const auto& [operation, share] : shares)
      EXPECT_NEAR(counts[operation] / 20'000.0, share, 0.02) << name;
  }
  EXPECT_FALSE(find_mix("g"));
  EXPECT_FALSE(find_mix("insert"));
  EXPECT_FALSE(find_mix("read-modify-write"));
  EXPECT_EQ(mix_names(),
            "a, b, c, d, e, f, get, put, update, conditional-update, query, scan, batch-get, "
            "batch-write, transact-get or transact-write");
}

TEST(Workload, AReadModifyWriteIsTwoRequestsForOneItem) {
  const Settings settings = settings_of("f");
  InsertCounter inserts(settings.item_count);
  Workload workload(settings, inserts, 3);
  Exchange exchange;
  do {
    ASSERT_EQ(workload.begin(exchange), Begun::kYes);
  } while (exchange.operation != Operation::kReadModifyWrite);
  EXPECT_EQ(exchange.request, Request::kGetItem);
  const std::string key = exchange.body.substr(exchange.body.find("\"Key\""));
  Failure failure;
  ASSERT_EQ(workload.answered(exchange, kFound, failure), Outcome::kGoesOn);
  EXPECT_EQ(exchange.request, Request::kUpdateItem);
  EXPECT_THAT(exchange.body, HasSubstr(key.substr(0, key.find('}'))));
  EXPECT_EQ(workload.answered(exchange, kEmpty, failure), Outcome::kDone);
}

TEST(Workload, TakesRefusalsAndEmptyAnswersForErrors) {
  const Settings settings = settings_of("get");
  InsertCounter inserts(settings.item_count);
  Workload workload(settings, inserts, 3);
  Exchange exchange;
  workload.begin(exchange);
  Failure failure;
  EXPECT_EQ(workload.answered(exchange, kFound, failure), Outcome::kDone);
  EXPECT_EQ(workload.answered(exchange, kThrottled, failure), Outcome::kFailed);
  EXPECT_EQ(failure.type, "ThrottlingException");
  EXPECT_EQ(failure.message, "Slow");
  EXPECT_EQ(workload.answered(exchange, kEmpty, failure), Outcome::kFailed);
  EXPECT_EQ(failure.type, "ItemNotFound");
  EXPECT_EQ(workload.answered(exchange, {502, "<html>"}, failure), Outcome::kFailed);
  EXPECT_EQ(failure.type, "HTTP 502");
}

TEST(Workload, TakesWhatIsLeftUndoneForAnError) {
  struct Case {
    const char* workload;
    const char* body;
    const char* type;  // empty: done
  };
  for (const Case& each : {
           Case{"batch-write", R"({"UnprocessedItems":{}})", ""},
           Case{"batch-write", R"({"UnprocessedItems":{"table":[{"PutRequest":{"Item":{}}}]}})",
                "UnprocessedItems"},
           Case{"batch-get", R"({"Responses":{"table":[]},"UnprocessedKeys":{}})", ""},
           Case{"batch-get", R"({"Responses":{"table":[]},"UnprocessedKeys": {}})", ""},
           Case{"batch-get", R"({"UnprocessedKeys":{"table":{"Keys":[{}]}}})", "UnprocessedKeys"},
           Case{"query", R"({"Count":0,"Items":[],"ScannedCount":0})", "ItemNotFound"},
           Case{"query", R"({"Count":1,"Items":[{}],"ScannedCount":1})", ""},
           Case{"scan", R"({"Count":0,"Items":[],"ScannedCount":0})", ""},
           Case{"put", "{}", ""},
       }) {
    const Settings settings = settings_of(each.workload);
    InsertCounter inserts(settings.item_count);
    Workload workload(settings, inserts, 3);
    Exchange exchange;
    workload.begin(exchange);
    Failure failure;
    const Outcome outcome = workload.answered(exchange, {200, each.body}, failure);
    EXPECT_EQ(outcome == Outcome::kDone, *each.type == '\0') << each.body;
    EXPECT_EQ(failure.type, each.type);
  }
}

TEST(Workload, BatchesHaveDifferentItemsHoweverFewThereAre) {
  Settings settings = settings_of("batch-write");
  settings.distribution = Distribution::kZipfian;
  settings.item_count = 12;
  settings.batch_items = 12;
  InsertCounter inserts(settings.item_count);
  Workload workload(settings, inserts, 3);
  Exchange exchange;
  for (int i = 0; i < 100; ++i) {
    workload.begin(exchange);
    EXPECT_EQ(std::set<uint64_t>(exchange.items.begin(), exchange.items.end()).size(), 12U);
  }
}

TEST(Workload, AnItemThatCouldNotBeAddedIsAddedLater) {
  Settings settings = settings_of("d");
  settings.mix.shares = {{Operation::kInsert, 1}};
  InsertCounter inserts(settings.item_count);
  Workload workload(settings, inserts, 3);
  Exchange first;
  Exchange second;
  Exchange third;
  workload.begin(first);
  workload.begin(second);
  EXPECT_EQ(first.item, 100U);
  EXPECT_EQ(second.item, 101U);
  Failure failure;
  EXPECT_EQ(workload.answered(first, kThrottled, failure), Outcome::kFailed);
  EXPECT_EQ(workload.answered(second, kEmpty, failure), Outcome::kDone);
  EXPECT_EQ(inserts.end(), 100U);
  workload.begin(third);
  EXPECT_EQ(third.item, 100U);
  workload.lost(third);
  workload.begin(third);
  EXPECT_EQ(third.item, 100U);
  EXPECT_EQ(workload.answered(third, kEmpty, failure), Outcome::kDone);
  EXPECT_EQ(inserts.end(), 102U);
}

TEST(Workload, RepeatsItselfForTheSameSeed) {
  const Settings settings = settings_of("a");
  InsertCounter inserts(settings.item_count);
  Workload first(settings, inserts, 3);
  Workload second(settings, inserts, 3);
  Exchange one;
  Exchange other;
  for (int i = 0; i < 100; ++i) {
    first.begin(one);
    second.begin(other);
    ASSERT_EQ(one.body, other.body);
  }
}

}  // namespace
}  // namespace jedlik::bench
