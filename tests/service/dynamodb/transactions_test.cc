#include <gtest/gtest.h>

#include "service/canonical.h"
#include "tests/service/dynamodb/server.h"

// TransactWriteItems and TransactGetItems: what makes two requests the same, and that a client
// which sends a request until it is answered has it done once, on an engine that fails.
namespace jedlik::service::dynamodb {
namespace {

using engine::ModelEngine;
using engine::ModelOptions;
using Item = TransactWriteItems::TransactWriteItem;

Item put_of(const std::string& table, const Attributes& item) {
  Item action;
  action.put.emplace();
  action.put->table_name = table;
  action.put->item = input(item);
  return action;
}

Item update_of(const std::string& table, const Attributes& key, const std::string& expression,
               const Attributes& operands) {
  Item action;
  action.update.emplace();
  action.update->table_name = table;
  action.update->key = input(key);
  action.update->update_expression = expression;
  action.update->expression_attribute_values = values(operands);
  return action;
}

Attributes key_of(int64_t i) {
  return {{"pk", text("p" + std::to_string(i))}, {"sk", number(i)}};
}

value::Value set_of(std::vector<std::string> members) {
  return {value::StringSet{std::move(members)}};
}

TEST(CanonicalBytes, OrderDoesNotMatterWhereItMeansNothing) {
  value::Item map;
  map.set("x", number(1));
  map.set("y", text("z"));
  value::Item turned;
  turned.set("y", text("z"));
  turned.set("x", number(1));
  const std::vector<Item> one{
      put_of("T", {{"pk", text("a")}, {"set", set_of({"x", "y"})}, {"map", value::Value(map)}})};
  const std::vector<Item> other{
      put_of("T", {{"map", value::Value(turned)}, {"set", set_of({"y", "x"})}, {"pk", text("a")}})};
  EXPECT_EQ(canonical_bytes(one), canonical_bytes(other));

  const Attributes key{{"pk", text("a")}};
  EXPECT_EQ(canonical_bytes(
                update_of("T", key, "SET a = :a, b = :b", {{":a", number(1)}, {":b", number(2)}})),
            canonical_bytes(
                update_of("T", key, "SET a = :a, b = :b", {{":b", number(2)}, {":a", number(1)}})));
}

TEST(CanonicalBytes, WhatAsksForSomethingElseIsOther) {
  const Attributes key{{"pk", text("a")}};
  const std::vector<Item> all[] = {
      {put_of("T", key)},
      {put_of("U", key)},
      {put_of("T", {{"pk", text("b")}})},
      {put_of("T", {{"pk", text("a")}, {"n", number(1)}})},
      {put_of("T", {{"pk", text("a")}, {"n", text("1")}})},
      {put_of("T", key), put_of("T", {{"pk", text("b")}})},
      {put_of("T", {{"pk", text("b")}}), put_of("T", key)},
      {update_of("T", key, "SET a = :a", {{":a", number(1)}})},
      {update_of("T", key, "SET a = :a", {{":a", number(2)}})},
      {update_of("T", key, "SET b = :a", {{":a", number(1)}})},
  };
  for (const auto& one : all)
    for (const auto& other : all)
      EXPECT_EQ(canonical_bytes(one) == canonical_bytes(other), &one == &other);
}

class Transactions : public ::testing::TestWithParam<bool> {
 protected:
  static ModelOptions strict() {
    ModelOptions options = engine::strict_model(7);
    options.commits_across_partitions = GetParam();
    return options;
  }

  ModelEngine engine_{strict()};
  TestServer server_{engine_, 3};
};

INSTANTIATE_TEST_SUITE_P(Engines, Transactions, ::testing::Bool());

TEST_P(Transactions, ARequestThatIsSentUntilItIsAnsweredIsDoneOnce) {
  for (const std::string name : {"Items", "Other"}) {
    while (server_.node().catalog().find(name) == nullptr) {
      const auto created = server_.run<CreateTable>(create_request(name));
      server_.settle();
    }
  }
  constexpr int kRequests = 60;
  for (int i = 0; i < kRequests; ++i) {
    TransactWriteItems::Request request;
    request.client_request_token = "token-" + std::to_string(i);
    request.transact_items.emplace();
    for (const int64_t key : {1, 2, 3})
      request.transact_items->push_back(update_of(key == 3 ? "Other" : "Items", key_of(key),
                                                  "ADD n :one", {{":one", number(1)}}));
    bool is_done = false;
    for (int tries = 0; tries < 1000 && !is_done; ++tries) {
      const auto answer = server_.run<TransactWriteItems>(TransactWriteItems::Request(request));
      is_done = answer.has_value();
      if (!is_done) server_.node().clock().advance(std::chrono::seconds(1));
    }
    ASSERT_TRUE(is_done);
  }
  TransactGetItems::Request request;
  request.transact_items.emplace();
  for (const int64_t key : {1, 2, 3}) {
    TransactGetItems::TransactGetItem& get = request.transact_items->emplace_back();
    get.get.emplace();
    get.get->table_name = key == 3 ? "Other" : "Items";
    get.get->key = input(key_of(key));
    get.get->projection_expression = "n";
  }
  Result<TransactGetItems::Response> answer = refuse(internal_server_error());
  for (int tries = 0; tries < 1000 && !answer; ++tries)
    answer = server_.run<TransactGetItems>(TransactGetItems::Request(request));
  ASSERT_TRUE(answer) << message_of(answer);
  for (const ItemResponse& response : answer->responses)
    EXPECT_EQ(shown(response.item), shown(Attributes{{"n", number(kRequests)}}));
}

}  // namespace
}  // namespace jedlik::service::dynamodb
