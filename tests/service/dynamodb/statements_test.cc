#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/base64.h"
#include "tests/service/dynamodb/server.h"
#include "tests/value/random_values.h"

// SELECT in pages over several partitions, and NextTokens that no server gave.
namespace jedlik::service::dynamodb {
namespace {

using engine::ModelEngine;
using value::RandomValues;

constexpr int kCollections = 7;
constexpr int kItemsOfEach = 9;

class Statements : public ::testing::TestWithParam<size_t> {
 protected:
  void SetUp() override {
    make_table(server_, "Items");
    for (int p = 0; p < kCollections; ++p)
      for (int s = 0; s < kItemsOfEach; ++s)
        put(p, s);
  }

  static Attributes row(int p, int s) {
    return {{"pk", text("p" + std::to_string(p))}, {"sk", number(s)}, {"n", number(s % 3)}};
  }
  void put(int p, int s) { ASSERT_TRUE(server_.run<PutItem>(put_request("Items", row(p, s)))); }

  static ExecuteStatement::Request request_of(std::string statement, std::optional<int32_t> limit) {
    ExecuteStatement::Request request;
    request.statement = std::move(statement);
    request.limit = limit;
    request.consistent_read = true;
    return request;
  }

  // Items of all pages, none of which has more than `most` items.
  std::vector<Bytes> all_pages(ExecuteStatement::Request request, size_t most) {
    std::vector<Bytes> found;
    for (int pages = 0; pages < 1000; ++pages) {
      auto page = server_.run<ExecuteStatement>(request);
      EXPECT_TRUE(page) << message_of(page);
      if (!page) return found;
      EXPECT_LE(page->items.size(), most);
      for (const ItemOutput& item : page->items)
        found.push_back(item.stored);
      if (!page->next_token) return found;
      request.next_token = page->next_token;
    }
    ADD_FAILURE() << "pages without end";
    return found;
  }

  RandomValues random_;
  ModelEngine engine_;
  TestServer server_{engine_, GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Partitions, Statements, ::testing::Values(1, 5));

TEST_P(Statements, CollectionsAreReadOneAfterTheOtherInPages) {
  for (int round = 0; round < 60; ++round) {
    std::vector<int> wanted;
    std::string list;
    for (int p = 0; p < kCollections; ++p) {
      if (random_.one_in(3)) continue;
      wanted.push_back(p);
      list.append(list.empty() ? "'p" : ", 'p").append(std::to_string(p)).append("'");
    }
    if (wanted.empty()) continue;
    const bool is_backward = random_.one_in(2);
    const bool is_filtered = random_.one_in(2);
    const int from = static_cast<int>(random_.up_to(5));
    const std::string statement =
        "SELECT * FROM \"Items\" WHERE pk IN [" + list + "] AND sk >= " + std::to_string(from) +
        (is_filtered ? " AND n = 1" : "") + " ORDER BY pk, sk " + (is_backward ? "DESC" : "ASC");
    std::optional<int32_t> limit;
    if (random_.one_in(2)) limit = static_cast<int32_t>(1 + random_.up_to(15));

    std::vector<Bytes> expected;
    for (const int p : wanted) {
      std::vector<Bytes> collection;
      for (int s = from; s < kItemsOfEach; ++s)
        if (!is_filtered || s % 3 == 1) collection.push_back(stored(row(p, s)));
      if (is_backward) std::reverse(collection.begin(), collection.end());
      expected.insert(expected.end(), collection.begin(), collection.end());
    }
    size_t most = wanted.size() > 1 ? 10 : kItemsOfEach;
    if (limit) most = std::min(most, static_cast<size_t>(*limit));
    ASSERT_EQ(all_pages(request_of(statement, limit), most), expected) << statement;
  }
}

// What a client makes of a token leads to a refusal, or to a page.
TEST_P(Statements, ATokenMayBeAnything) {
  for (const std::string statement :
       {"SELECT * FROM \"Items\"", "SELECT * FROM \"Items\" WHERE pk = 'p1'",
        "SELECT * FROM \"Items\" WHERE pk IN ['p1', 'p2', 'p3']",
        "SELECT * FROM \"Items\" WHERE sk = 1 AND pk IN ['p1', 'p2', 'p3']"}) {
    auto request = request_of(statement, 2);
    const auto page = server_.run<ExecuteStatement>(request);
    ASSERT_TRUE(page && page->next_token) << statement;
    Bytes given;
    ASSERT_EQ(decode_base64(*page->next_token, given), Base64Outcome::kDone);
    int refused = 0;
    for (int round = 0; round < 300; ++round) {
      Bytes changed = given;
      const size_t place = random_.up_to(changed.size() - 1);
      if (random_.one_in(3)) {
        changed.resize(place);
      } else if (random_.one_in(2)) {
        changed[place] = static_cast<char>(random_.up_to(255));
      } else {
        changed.insert(place, random_.bytes(4));
      }
      request.next_token.emplace();
      append_base64(*request.next_token, changed);
      const auto answer = server_.run<ExecuteStatement>(request);
      if (answer) continue;
      ++refused;
      ASSERT_EQ(answer.error().type, &error_types::kValidation) << message_of(answer);
    }
    EXPECT_GT(refused, 150) << statement;
  }
}

}  // namespace
}  // namespace jedlik::service::dynamodb
