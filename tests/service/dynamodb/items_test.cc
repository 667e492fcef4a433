#include <gtest/gtest.h>

#include "tests/service/dynamodb/server.h"
#include "tests/value/random_values.h"

// PutItem, GetItem, UpdateItem, DeleteItem: what they answer, and what they do when another node is
// first or the engine fails.
namespace jedlik::service::dynamodb {
namespace {

using engine::ModelEngine;
using engine::ModelOptions;
using engine::PartitionId;
using engine::strict_model;
using value::RandomValues;
using value::Value;
using Call = ModelEngine::Call;
using Fault = ModelEngine::Fault;

const std::string kServerError = "InternalServerError: Internal server error";
const std::string kConditionFailed =
    "ConditionalCheckFailedException: The conditional request failed";

const Attributes kKey = {{"pk", text("a")}, {"sk", number(1)}};

Attributes item_with(int64_t n) {
  Attributes item = kKey;
  item.emplace_back("n", number(n));
  return item;
}

class Items : public ::testing::TestWithParam<size_t> {
 protected:
  void SetUp() override { make_table(server_, "Items"); }

  Result<ItemWriteResponse> put(const Attributes& item) {
    return server_.run<PutItem>(put_request("Items", item));
  }
  std::string get() {
    const auto response = server_.run<GetItem>(get_request("Items", kKey));
    return response ? shown(response->item) : message_of(response);
  }
  // SET n = :to, if n is :from.
  UpdateItem::Request step(int64_t from, int64_t to) {
    UpdateItem::Request request = update_request("Items", kKey, "SET n = :to",
                                                 {{":to", number(to)}, {":from", number(from)}});
    request.condition_expression = "n = :from";
    return request;
  }

  ModelEngine engine_;
  TestServer server_{engine_, GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Partitions, Items, ::testing::Values(1, 3));

TEST_P(Items, WhatIsPutIsGot) {
  EXPECT_EQ(get(), "none");
  ASSERT_TRUE(put(item_with(1)));
  EXPECT_EQ(get(), shown(item_with(1)));
  ASSERT_TRUE(server_.run<DeleteItem>(delete_request("Items", kKey)));
  EXPECT_EQ(get(), "none");
}

TEST_P(Items, AnUpdateMakesAnItemOrChangesIt) {
  ASSERT_TRUE(
      server_.run<UpdateItem>(update_request("Items", kKey, "SET n = :n", {{":n", number(1)}})));
  EXPECT_EQ(get(), shown(item_with(1)));
  UpdateItem::Request remove;
  remove.table_name = "Items";
  remove.key = input(kKey);
  remove.update_expression = "REMOVE n";
  ASSERT_TRUE(server_.run<UpdateItem>(std::move(remove)));
  EXPECT_EQ(get(), shown(kKey));
}

TEST_P(Items, AnUpdateWithoutAnExpressionMakesTheKeyAnItem) {
  UpdateItem::Request request;
  request.table_name = "Items";
  request.key = input(kKey);
  request.return_values = "ALL_NEW";
  const auto made = server_.run<UpdateItem>(std::move(request));
  ASSERT_TRUE(made) << message_of(made);
  EXPECT_EQ(shown(made->attributes), shown(kKey));
  EXPECT_EQ(get(), shown(kKey));
}

TEST_P(Items, ReturnValuesAreThoseThatWereAskedFor) {
  ASSERT_TRUE(put(item_with(1)));
  const auto returned = [this](std::string wanted, int64_t n) {
    UpdateItem::Request request = update_request("Items", kKey, "SET n = :n", {{":n", number(n)}});
    request.return_values = std::move(wanted);
    return shown(server_.run<UpdateItem>(std::move(request))->attributes);
  };
  EXPECT_EQ(returned("NONE", 2), "none");
  EXPECT_EQ(returned("ALL_OLD", 3), shown(item_with(2)));
  EXPECT_EQ(returned("ALL_NEW", 4), shown(item_with(4)));
  EXPECT_EQ(returned("UPDATED_OLD", 5), shown(Attributes{{"n", number(4)}}));
  EXPECT_EQ(returned("UPDATED_NEW", 6), shown(Attributes{{"n", number(6)}}));
  PutItem::Request replace = put_request("Items", item_with(7));
  replace.return_values = "ALL_OLD";
  EXPECT_EQ(shown(server_.run<PutItem>(std::move(replace))->attributes), shown(item_with(6)));
  DeleteItem::Request remove = delete_request("Items", kKey);
  remove.return_values = "ALL_OLD";
  EXPECT_EQ(shown(server_.run<DeleteItem>(remove)->attributes), shown(item_with(7)));
  EXPECT_EQ(shown(server_.run<DeleteItem>(remove)->attributes), "none");
}

TEST_P(Items, AConditionThatFailsChangesNothingAndShowsTheItemWhereAsked) {
  ASSERT_TRUE(put(item_with(1)));
  auto failed = server_.run<UpdateItem>(step(2, 3));
  EXPECT_EQ(message_of(failed), kConditionFailed);
  EXPECT_EQ(failed.error().item, std::nullopt);
  UpdateItem::Request request = step(2, 3);
  request.return_values_on_condition_check_failure = "ALL_OLD";
  failed = server_.run<UpdateItem>(std::move(request));
  EXPECT_EQ(failed.error().item, stored(item_with(1)));
  EXPECT_EQ(get(), shown(item_with(1)));
}

Task<void> run_and_log(Context& context, UpdateItem::Request request,
                       std::vector<std::string>& log) {
  log.push_back(message_of(co_await UpdateItem::run(context, std::move(request))));
}

// Another node changes the item between the read and the commit: the condition is held against what
// is there then.
TEST_P(Items, AConditionIsCheckedAgainAfterAConflict) {
  ASSERT_TRUE(put(item_with(1)));
  table::ItemStore others(engine_, server_.context().clock);
  Context other_node{
      server_.context().clock,  server_.context().catalog,    others,
      server_.context().region, server_.context().account_id, server_.context().endpoint};
  std::vector<std::string> log;
  bool done = false;
  engine_.set_hook([&](Call call, PartitionId) -> std::optional<Fault> {
    if (call == Call::kCommit && !std::exchange(done, true))
      server_.node().start(run_and_log(other_node, step(1, 2), log));
    return std::nullopt;
  });
  EXPECT_EQ(message_of(server_.run<UpdateItem>(step(1, 3))), kConditionFailed);
  EXPECT_EQ(log, (std::vector<std::string>{"no refusal"}));
  EXPECT_EQ(get(), shown(item_with(2)));
}

TEST_P(Items, AFailureOfTheEngineIsAnErrorOfTheServer) {
  ASSERT_TRUE(put(item_with(1)));
  engine_.fail_next(Call::kCommit, Fault::kRefused);
  EXPECT_EQ(message_of(put(item_with(2))), kServerError);
  engine_.fail_next(Call::kCommit, Fault::kUnknownNotApplied);
  EXPECT_EQ(message_of(server_.run<DeleteItem>(delete_request("Items", kKey))), kServerError);
  engine_.fail_next(Call::kFetch, Fault::kUnavailable);
  EXPECT_EQ(message_of(server_.run<UpdateItem>(step(1, 3))), kServerError);
  engine_.fail_next(Call::kFetch, Fault::kUnavailable);
  EXPECT_EQ(get(), kServerError);
  EXPECT_EQ(get(), shown(item_with(1)));
}

TEST_P(Items, AWriteCostsAUnitForEachKbOfTheLargerItem) {
  const auto cost = [this](size_t bytes) {
    Attributes item = kKey;
    item.emplace_back("d", text(std::string(bytes, 'x')));
    PutItem::Request request = put_request("Items", item);
    request.return_consumed_capacity = "TOTAL";
    return server_.run<PutItem>(std::move(request))->consumed_capacity->capacity_units;
  };
  EXPECT_EQ(cost(10), 1);
  EXPECT_EQ(cost(3000), 3);
  EXPECT_EQ(cost(10), 3);
  DeleteItem::Request remove = delete_request("Items", kKey);
  remove.return_consumed_capacity = "INDEXES";
  const auto removed = server_.run<DeleteItem>(std::move(remove));
  EXPECT_EQ(removed->consumed_capacity->capacity_units, 1);
  EXPECT_EQ(removed->consumed_capacity->table->capacity_units, 1);
}

TEST_P(Items, AReadCostsAUnitForEach4KbAndHalfOfItWhenEventual) {
  Attributes item = kKey;
  item.emplace_back("d", text(std::string(5000, 'x')));
  ASSERT_TRUE(put(item));
  GetItem::Request request = get_request("Items", kKey);
  request.return_consumed_capacity = "TOTAL";
  EXPECT_EQ(server_.run<GetItem>(request)->consumed_capacity->capacity_units, 2);
  request.consistent_read.reset();
  EXPECT_EQ(server_.run<GetItem>(request)->consumed_capacity->capacity_units, 1);
  request.key = input({{"pk", text("none")}, {"sk", number(1)}});
  const auto missing = server_.run<GetItem>(request);
  EXPECT_EQ(missing->item, std::nullopt);
  EXPECT_EQ(missing->consumed_capacity->capacity_units, 0.5);
}

TEST_P(Items, AnItemOf400KbIsTheLargest) {
  const auto item_of_size = [](size_t bytes) {
    Attributes item = kKey;
    item.emplace_back("d", text(""));
    const size_t rest = input(item).size_bytes;
    item.back().second = text(std::string(bytes - rest, 'x'));
    return item;
  };
  EXPECT_TRUE(put(item_of_size(limits::kItemBytes)));
  EXPECT_EQ(message_of(put(item_of_size(limits::kItemBytes + 1))),
            "ValidationException: Item size has exceeded the maximum allowed size");
  EXPECT_EQ(message_of(server_.run<UpdateItem>(
                update_request("Items", kKey, "SET n = :n", {{":n", number(1)}}))),
            "ValidationException: Item size to update has exceeded the maximum allowed size");
}

TEST_P(Items, AnUpdateOfAKeyAttributeIsRefused) {
  EXPECT_EQ(message_of(server_.run<UpdateItem>(
                update_request("Items", kKey, "SET sk = :n", {{":n", number(2)}}))),
            "ValidationException: One or more parameter values were invalid: Cannot update "
            "attribute sk. This attribute is part of the key");
}

// Many clients take the same step of a counter, each only if nobody else has.
class Steps {
 public:
  Steps(TestServer& server, TestServer& other) : servers_{&server, &other} {}

  Task<void> climb(size_t who, int rounds) {
    Context& context = servers_[who % 2]->context();
    for (int round = 0; round < rounds; ++round) {
      GetItem::Request get = get_request("Items", kKey);
      const auto found = co_await GetItem::run(context, std::move(get));
      if (!found || !found->item) continue;
      const value::ItemView item(found->item->stored);
      const int64_t from = std::stoll(item.find("n")->number().to_text());
      UpdateItem::Request update = update_request(
          "Items", kKey, "SET n = :to", {{":to", number(from + 1)}, {":from", number(from)}});
      update.condition_expression = "n = :from";
      const auto updated = co_await UpdateItem::run(context, std::move(update));
      const bool is_new = !updated || taken_.insert(from).second;
      EXPECT_TRUE(is_new) << "two clients took one step";
      const bool is_failed = !updated && message_of(updated) == kConditionFailed;
      EXPECT_TRUE(updated || is_failed || message_of(updated) == kServerError);
    }
  }

  const std::set<int64_t>& taken() const { return taken_; }

 private:
  std::array<TestServer*, 2> servers_;
  std::set<int64_t> taken_;
};

TEST(ItemsOnAStrictEngine, OfSeveralConditionalWritesOneAtMostIsAcknowledged) {
  RandomValues random;
  for (int trial = 0; trial < 4; ++trial) {
    ModelEngine engine(strict_model(random.up_to(UINT32_MAX)));
    TestServer server(engine, 1, 1);
    while (server.node().catalog().find("Items") == nullptr) {
      server.run<CreateTable>(create_request("Items"));
      server.settle();
    }
    TestServer other(engine, 1, 2);
    while (!server.run<PutItem>(put_request("Items", item_with(0)))) {
    }
    Steps steps(server, other);
    for (size_t who = 0; who < 12; ++who)
      server.node().start(steps.climb(who, 20));
    server.settle();

    // Whatever was acknowledged has been counted. (More may have been made than was acknowledged.)
    EXPECT_GT(steps.taken().size(), 10u);
    while (true) {
      const auto found = server.run<GetItem>(get_request("Items", kKey));
      if (!found) continue;
      const int64_t n =
          std::stoll(value::ItemView(found->item->stored).find("n")->number().to_text());
      EXPECT_GT(n, *steps.taken().rbegin());
      EXPECT_GE(n, static_cast<int64_t>(steps.taken().size()));
      break;
    }
  }
}

}  // namespace
}  // namespace jedlik::service::dynamodb
