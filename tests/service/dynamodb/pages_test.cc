#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>

#include "tests/service/dynamodb/server.h"
#include "tests/value/random_values.h"

// Query and Scan against a list of items that is looked through.
namespace jedlik::service::dynamodb {
namespace {

using engine::ModelEngine;
using engine::ModelOptions;
using value::RandomValues;

struct Row {
  std::string pk;
  int64_t sk = 0;
  int64_t n = 0;

  Attributes attributes() const { return {{"pk", text(pk)}, {"sk", number(sk)}, {"n", number(n)}}; }
};

ModelOptions never_sure() {
  ModelOptions options;
  options.idle_more = 1;
  return options;
}

class Pages : public ::testing::TestWithParam<size_t> {
 protected:
  void SetUp() override {
    make_table(server_, "Items");
    for (int64_t i = 0; i < 150; ++i) {
      Row row{"p" + std::to_string(random_.up_to(6)), static_cast<int64_t>(random_.up_to(60)) - 30,
              static_cast<int64_t>(random_.up_to(9))};
      rows_[{row.pk, row.sk}] = row;
      ASSERT_TRUE(server_.run<PutItem>(put_request("Items", row.attributes())));
    }
  }

  // All pages; `pages` counts them.
  template <class Operation>
  std::vector<Bytes> all_pages(typename Operation::Request request, int64_t& scanned) {
    std::vector<Bytes> found;
    scanned = 0;
    while (true) {
      const auto page = server_.run<Operation>(request);
      EXPECT_TRUE(page) << message_of(page);
      if (!page) return found;
      EXPECT_EQ(page->count, static_cast<int64_t>(page->items->size()));
      EXPECT_LE(page->count, page->scanned_count);
      if (request.limit) {
        EXPECT_LE(page->scanned_count, *request.limit);
      }
      scanned += page->scanned_count;
      for (const ItemOutput& item : *page->items)
        found.push_back(item.stored);
      if (!page->last_evaluated_key) return found;
      ItemInput start;
      start.stored = page->last_evaluated_key->stored;
      request.exclusive_start_key = std::move(start);
    }
  }

  std::vector<Bytes> expected(const std::function<bool(const Row&)>& wanted) const {
    std::vector<Bytes> items;
    for (const auto& [key, row] : rows_) {
      if (wanted(row)) items.push_back(stored(row.attributes()));
    }
    return items;
  }

  RandomValues random_;
  ModelEngine engine_{never_sure()};
  TestServer server_{engine_, GetParam()};
  std::map<std::pair<std::string, int64_t>, Row> rows_;
};

INSTANTIATE_TEST_SUITE_P(Partitions, Pages, ::testing::Values(1, 5));

TEST_P(Pages, QueryGivesTheItemsOfACollectionInOrder) {
  struct Case {
    std::string condition;
    std::function<bool(int64_t sk, int64_t a, int64_t b)> holds;
  };
  const std::vector<Case> cases = {
      {"", [](int64_t, int64_t, int64_t) { return true; }},
      {" AND sk = :a", [](int64_t sk, int64_t a, int64_t) { return sk == a; }},
      {" AND sk < :a", [](int64_t sk, int64_t a, int64_t) { return sk < a; }},
      {" AND sk <= :a", [](int64_t sk, int64_t a, int64_t) { return sk <= a; }},
      {" AND sk > :a", [](int64_t sk, int64_t a, int64_t) { return sk > a; }},
      {" AND sk >= :a", [](int64_t sk, int64_t a, int64_t) { return sk >= a; }},
      {" AND sk BETWEEN :a AND :b",
       [](int64_t sk, int64_t a, int64_t b) { return sk >= a && sk <= b; }},
  };
  for (int round = 0; round < 60; ++round) {
    const Case& each = cases[random_.up_to(cases.size() - 1)];
    const std::string pk = "p" + std::to_string(random_.up_to(7));
    const int64_t a = static_cast<int64_t>(random_.up_to(64)) - 32;
    const int64_t b = a + static_cast<int64_t>(random_.up_to(20));
    const bool forward = random_.one_in(2);
    const bool filtered = random_.one_in(3);

    Query::Request request;
    request.table_name = "Items";
    request.consistent_read = true;
    request.key_condition_expression = "pk = :pk" + each.condition;
    Attributes operands = {{":pk", text(pk)}};
    if (each.condition.find(":a") != std::string::npos) operands.emplace_back(":a", number(a));
    if (each.condition.find(":b") != std::string::npos) operands.emplace_back(":b", number(b));
    if (filtered) {
      request.filter_expression = "n > :n";
      operands.emplace_back(":n", number(4));
    }
    request.expression_attribute_values = values(operands);
    if (!forward) request.scan_index_forward = false;
    if (random_.one_in(2)) request.limit = 1 + static_cast<int32_t>(random_.up_to(5));

    const auto in_range = [&](const Row& row) { return row.pk == pk && each.holds(row.sk, a, b); };
    std::vector<Bytes> wanted =
        expected([&](const Row& row) { return in_range(row) && (!filtered || row.n > 4); });
    if (!forward) std::reverse(wanted.begin(), wanted.end());
    int64_t scanned = 0;
    ASSERT_EQ(all_pages<Query>(std::move(request), scanned), wanted)
        << *request.key_condition_expression;
    ASSERT_EQ(scanned, static_cast<int64_t>(expected(in_range).size()));
  }
}

TEST_P(Pages, ScanGivesEveryItemOnce) {
  for (const int32_t limit : {0, 1, 7, 1000}) {
    Scan::Request request;
    request.table_name = "Items";
    request.consistent_read = true;
    if (limit > 0) request.limit = limit;
    int64_t scanned = 0;
    std::vector<Bytes> found = all_pages<Scan>(std::move(request), scanned);
    std::vector<Bytes> wanted = expected([](const Row&) { return true; });
    std::sort(found.begin(), found.end());
    std::sort(wanted.begin(), wanted.end());
    EXPECT_EQ(found, wanted);
  }
}

TEST_P(Pages, SegmentsTogetherHoldEveryItemOnce) {
  for (const int32_t total : {1, 2, 5, 100}) {
    std::vector<Bytes> found;
    for (int32_t segment = 0; segment < total; ++segment) {
      Scan::Request request;
      request.table_name = "Items";
      request.consistent_read = true;
      request.segment = segment;
      request.total_segments = total;
      request.limit = 3;
      int64_t scanned = 0;
      const std::vector<Bytes> part = all_pages<Scan>(std::move(request), scanned);
      found.insert(found.end(), part.begin(), part.end());
    }
    std::vector<Bytes> wanted = expected([](const Row&) { return true; });
    std::sort(found.begin(), found.end());
    std::sort(wanted.begin(), wanted.end());
    EXPECT_EQ(found, wanted) << total;
  }
}

TEST_P(Pages, ACountHasNoItems) {
  Scan::Request request;
  request.table_name = "Items";
  request.consistent_read = true;
  request.select = "COUNT";
  request.filter_expression = "n = :n";
  request.expression_attribute_values = values({{":n", number(3)}});
  const auto page = server_.run<Scan>(std::move(request));
  ASSERT_TRUE(page) << message_of(page);
  EXPECT_EQ(page->items, std::nullopt);
  EXPECT_EQ(page->count,
            static_cast<int64_t>(expected([](const Row& row) { return row.n == 3; }).size()));
  EXPECT_EQ(page->scanned_count, static_cast<int64_t>(rows_.size()));
}

TEST_P(Pages, APageIsChargedForWhatItReadNotForWhatItGives) {
  Scan::Request request;
  request.table_name = "Items";
  request.consistent_read = true;
  request.return_consumed_capacity = "TOTAL";
  size_t bytes = 0;
  for (const auto& [key, row] : rows_)
    bytes += input(row.attributes()).size_bytes;
  const double units = static_cast<double>((bytes + 4095) / 4096);
  EXPECT_EQ(server_.run<Scan>(request)->consumed_capacity->capacity_units, units);
  request.filter_expression = "n = :n";
  request.expression_attribute_values = values({{":n", number(-1)}});
  const auto nothing = server_.run<Scan>(request);
  EXPECT_EQ(nothing->count, 0);
  EXPECT_EQ(nothing->consumed_capacity->capacity_units, units);
}

TEST_P(Pages, AStartKeyOfAnotherCollectionIsRefused) {
  Query::Request request;
  request.table_name = "Items";
  request.key_condition_expression = "pk = :pk AND sk > :a";
  request.expression_attribute_values = values({{":pk", text("p1")}, {":a", number(0)}});
  request.exclusive_start_key = input({{"pk", text("p2")}, {"sk", number(1)}});
  EXPECT_EQ(message_of(server_.run<Query>(request)),
            "ValidationException: The provided starting key is outside query boundaries based on "
            "provided conditions");
  request.exclusive_start_key = input({{"pk", text("p1")}, {"sk", number(-1)}});
  EXPECT_EQ(message_of(server_.run<Query>(request)),
            "ValidationException: The provided starting key does not match the range key "
            "predicate");
  request.exclusive_start_key = input({{"pk", text("p1")}});
  EXPECT_EQ(message_of(server_.run<Query>(request)),
            "ValidationException: The provided starting key is invalid");
}

TEST_P(Pages, AReadThatFailsIsAnErrorOfTheServer) {
  engine_.fail_next(ModelEngine::Call::kScan, ModelEngine::Fault::kUnavailable);
  Scan::Request request;
  request.table_name = "Items";
  EXPECT_EQ(message_of(server_.run<Scan>(std::move(request))),
            "InternalServerError: Internal server error");
}

}  // namespace
}  // namespace jedlik::service::dynamodb
