#include <gtest/gtest.h>

#include <set>

#include "tests/service/dynamodb/server.h"

// BatchWriteItem and BatchGetItem: what is left for the client to send again.
namespace jedlik::service::dynamodb {
namespace {

using engine::ModelEngine;
using engine::PartitionId;
using Call = ModelEngine::Call;
using Fault = ModelEngine::Fault;

Attributes key_of(int64_t i) {
  return {{"pk", text("p" + std::to_string(i))}, {"sk", number(i)}};
}

class Batches : public ::testing::TestWithParam<size_t> {
 protected:
  void SetUp() override {
    make_table(server_, "Items");
    make_table(server_, "Other");
  }

  static BatchWriteItem::WriteRequest put_of(const Attributes& item) {
    BatchWriteItem::WriteRequest write;
    write.put_request = BatchWriteItem::PutRequest{input(item)};
    return write;
  }
  static BatchWriteItem::WriteRequest delete_of(const Attributes& key) {
    BatchWriteItem::WriteRequest write;
    write.delete_request = BatchWriteItem::DeleteRequest{input(key)};
    return write;
  }
  Result<BatchWriteItem::Response> write(
      StringMap<std::vector<BatchWriteItem::WriteRequest>> items) {
    BatchWriteItem::Request request;
    request.request_items = std::move(items);
    request.return_consumed_capacity = "TOTAL";
    return server_.run<BatchWriteItem>(std::move(request));
  }
  Result<BatchGetItem::Response> get(const std::string& table, std::vector<ItemInput> keys) {
    BatchGetItem::Request request;
    request.request_items.emplace();
    request.request_items->emplace_back(table, BatchGetItem::KeysAndAttributes{});
    request.request_items->back().second.keys = std::move(keys);
    request.request_items->back().second.consistent_read = true;
    request.return_consumed_capacity = "TOTAL";
    return server_.run<BatchGetItem>(std::move(request));
  }
  std::string get_one(const std::string& table, const Attributes& key) {
    return shown(server_.run<GetItem>(get_request(table, key))->item);
  }

  ModelEngine engine_;
  TestServer server_{engine_, GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Partitions, Batches, ::testing::Values(1, 4));

TEST_P(Batches, WritesOfSeveralTablesAreDone) {
  ASSERT_TRUE(
      write({{"Items", {put_of(key_of(1)), put_of(key_of(2))}}, {"Other", {put_of(key_of(1))}}}));
  const auto response = write(
      {{"Items", {delete_of(key_of(1)), put_of(key_of(3))}}, {"Other", {delete_of(key_of(9))}}});
  ASSERT_TRUE(response) << message_of(response);
  EXPECT_TRUE(response->unprocessed_items.empty());
  ASSERT_EQ(response->consumed_capacity->size(), 2u);
  EXPECT_EQ((*response->consumed_capacity)[0].capacity_units, 2);
  EXPECT_EQ(get_one("Items", key_of(1)), "none");
  EXPECT_EQ(get_one("Items", key_of(2)), shown(key_of(2)));
  EXPECT_EQ(get_one("Items", key_of(3)), shown(key_of(3)));
  EXPECT_EQ(get_one("Other", key_of(1)), shown(key_of(1)));
}

// One partition does not take the commit. What it did not take comes back as it was sent, and is
// neither done nor charged.
TEST_P(Batches, WhatWasNotDoneComesBackUnprocessed) {
  const table::TablePtr table = server_.node().catalog().find("Items");
  const PartitionId broken = table->schema.partitions.front().id;
  engine_.set_hook([broken](Call call, PartitionId of) {
    const bool fails = call == Call::kCommit && of == broken;
    return fails ? std::optional(Fault::kRefused) : std::nullopt;
  });
  std::vector<BatchWriteItem::WriteRequest> writes;
  for (int64_t i = 0; i < 20; ++i)
    writes.push_back(put_of(key_of(i)));
  auto response = write({{"Items", writes}, {"Other", {put_of(key_of(1))}}});
  ASSERT_TRUE(response) << message_of(response);
  EXPECT_EQ(get_one("Other", key_of(1)), shown(key_of(1)));

  ASSERT_EQ(response->unprocessed_items.size(), 1u);
  const auto& [name, left] = response->unprocessed_items.front();
  EXPECT_EQ(name, "Items");
  std::set<Bytes> unprocessed;
  for (const auto& write : left)
    unprocessed.insert(write.put_request->item.stored);
  EXPECT_GT(unprocessed.size(), 0u);
  if (GetParam() > 1) {
    EXPECT_LT(unprocessed.size(), 20u);
  }
  EXPECT_EQ((*response->consumed_capacity)[0].capacity_units,
            20 - static_cast<double>(unprocessed.size()));
  for (int64_t i = 0; i < 20; ++i) {
    const bool is_done = unprocessed.count(stored(key_of(i))) == 0;
    EXPECT_EQ(get_one("Items", key_of(i)), is_done ? shown(key_of(i)) : "none");
  }

  engine_.set_hook(nullptr);
  std::vector<BatchWriteItem::WriteRequest> again;
  for (const auto& write : left) {
    ItemInput item;
    item.stored = write.put_request->item.stored;
    BatchWriteItem::WriteRequest request;
    request.put_request = BatchWriteItem::PutRequest{std::move(item)};
    again.push_back(std::move(request));
  }
  response = write({{"Items", std::move(again)}});
  EXPECT_TRUE(response->unprocessed_items.empty());
  EXPECT_EQ(server_.node().run(server_.node().catalog().size_of(*table))->item_count, 20);
}

TEST_P(Batches, NothingDoneAtAllIsAnErrorOfTheServer) {
  engine_.set_hook([](Call call, PartitionId) {
    return call == Call::kCommit ? std::optional(Fault::kRefused) : std::nullopt;
  });
  EXPECT_EQ(message_of(write({{"Items", {put_of(key_of(1)), put_of(key_of(2))}}})),
            "InternalServerError: Internal server error");
}

TEST_P(Batches, TheSameItemTwiceIsRefusedHoweverItsTableIsCalled) {
  const std::string duplicates =
      "ValidationException: Provided list of item keys contains duplicates";
  const std::string arn = "arn:aws:dynamodb:us-east-1:000000000000:table/Items";
  EXPECT_EQ(message_of(write({{"Items", {put_of(key_of(1)), delete_of(key_of(1))}}})), duplicates);
  EXPECT_EQ(message_of(write({{"Items", {put_of(key_of(1))}}, {arn, {put_of(key_of(1))}}})),
            duplicates);
  EXPECT_EQ(message_of(get("Items", {input(key_of(1)), input(key_of(1))})), duplicates);
  EXPECT_EQ(get_one("Items", key_of(1)), "none");
}

TEST_P(Batches, ItemsThatAreThereAreGot) {
  std::vector<ItemInput> keys;
  std::set<Bytes> expected;
  for (int64_t i = 0; i < 100; ++i) {
    keys.push_back(input(key_of(i)));
    if (i % 3 == 0) continue;
    ASSERT_TRUE(server_.run<PutItem>(put_request("Items", key_of(i))));
    expected.insert(stored(key_of(i)));
  }
  const auto response = get("Items", std::move(keys));
  ASSERT_TRUE(response) << message_of(response);
  std::set<Bytes> found;
  for (const ItemOutput& item : response->responses.front().second)
    EXPECT_TRUE(found.insert(item.stored).second);
  EXPECT_EQ(found, expected);
  EXPECT_TRUE(response->unprocessed_keys.empty());
  EXPECT_EQ(response->consumed_capacity->front().capacity_units, 100);
}

// The answer holds 16 MB; the keys of what does not fit come back.
TEST_P(Batches, KeysBeyond16MbComeBackUnprocessed) {
  std::vector<ItemInput> keys;
  for (int64_t i = 0; i < 50; ++i) {
    Attributes item = key_of(i);
    item.emplace_back("d", text(std::string(400'000, 'x')));
    ASSERT_TRUE(server_.run<PutItem>(put_request("Items", item)));
    keys.push_back(input(key_of(i)));
  }
  std::set<Bytes> found;
  size_t rounds = 0;
  while (!keys.empty()) {
    ASSERT_LT(++rounds, 3u);
    const auto response = get("Items", std::move(keys));
    ASSERT_TRUE(response) << message_of(response);
    size_t bytes = 0;
    for (const ItemOutput& item : response->responses.front().second) {
      EXPECT_TRUE(found.insert(item.stored).second);
      bytes += value::ItemView(item.stored).size_bytes();
    }
    EXPECT_LT(bytes, limits::kBatchGetBytes + limits::kItemBytes);
    keys.clear();
    if (response->unprocessed_keys.empty()) break;
    EXPECT_EQ(response->unprocessed_keys.front().first, "Items");
    EXPECT_EQ(response->unprocessed_keys.front().second.consistent_read, true);
    for (const ItemOutput& key : response->unprocessed_keys.front().second.keys) {
      ItemInput again;
      again.stored = key.stored;
      keys.push_back(std::move(again));
    }
  }
  EXPECT_EQ(rounds, 2u);
  EXPECT_EQ(found.size(), 50u);
}

TEST_P(Batches, AnUnknownTableRefusesTheWholeBatch) {
  const std::string not_found = "ResourceNotFoundException: Requested resource not found";
  EXPECT_EQ(message_of(write({{"Items", {put_of(key_of(1))}}, {"None", {put_of(key_of(1))}}})),
            not_found);
  EXPECT_EQ(get_one("Items", key_of(1)), "none");
  EXPECT_EQ(message_of(get("None", {input(key_of(1))})), not_found);
}

}  // namespace
}  // namespace jedlik::service::dynamodb
