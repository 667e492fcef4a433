#include <gtest/gtest.h>

#include <chrono>

#include "tests/service/dynamodb/server.h"

// CreateTable, DescribeTable, UpdateTable, DeleteTable, ListTables and tags: states, history, time.
namespace jedlik::service::dynamodb {
namespace {

using engine::ModelEngine;
using engine::PartitionId;
using Call = ModelEngine::Call;
using Fault = ModelEngine::Fault;

constexpr std::chrono::hours kDay{24};

class Tables : public ::testing::TestWithParam<size_t> {
 protected:
  Result<TableDescription> describe(std::string name) {
    DescribeTable::Request request;
    request.table_name = std::move(name);
    auto response = server_.run<DescribeTable>(std::move(request));
    if (!response) return refuse(response.error());
    return std::move(response->table);
  }
  Result<TableDescriptionResponse> drop(std::string name) {
    DeleteTable::Request request;
    request.table_name = std::move(name);
    return server_.run<DeleteTable>(std::move(request));
  }
  Result<TableDescriptionResponse> set_throughput(int64_t read, int64_t write) {
    UpdateTable::Request request;
    request.table_name = "Music";
    request.provisioned_throughput = ProvisionedThroughput{write, read};
    return server_.run<UpdateTable>(std::move(request));
  }
  Result<TableDescriptionResponse> set_billing_mode(std::string mode) {
    UpdateTable::Request request;
    request.table_name = "Music";
    request.billing_mode = std::move(mode);
    return server_.run<UpdateTable>(std::move(request));
  }
  void make_provisioned_table(int64_t read, int64_t write) {
    CreateTable::Request request = create_request("Music");
    request.billing_mode.reset();
    request.provisioned_throughput = ProvisionedThroughput{write, read};
    ASSERT_TRUE(server_.run<CreateTable>(std::move(request)));
    server_.settle();
  }
  double now() { return static_cast<double>(server_.node().clock().now().ms) / 1000; }

  ModelEngine engine_;
  TestServer server_{engine_, GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Partitions, Tables, ::testing::Values(1, 3));

TEST_P(Tables, ATableIsDescribedAsItWasCreated) {
  const auto created = server_.run<CreateTable>(create_request("Music"));
  ASSERT_TRUE(created) << message_of(created);
  EXPECT_EQ(created->table_description.table_status, "CREATING");
  server_.settle();
  const auto table = describe("Music");
  ASSERT_TRUE(table) << message_of(table);
  EXPECT_EQ(table->table_status, "ACTIVE");
  EXPECT_EQ(table->table_name, "Music");
  EXPECT_EQ(table->table_arn, "arn:aws:dynamodb:us-east-1:000000000000:table/Music");
  EXPECT_EQ(table->table_id, created->table_description.table_id);
  EXPECT_EQ(table->creation_date_time, now());
  EXPECT_EQ(table->item_count, 0);
  EXPECT_EQ(table->table_size_bytes, 0);
  ASSERT_EQ(table->key_schema.size(), 2u);
  EXPECT_EQ(table->key_schema[0].attribute_name, "pk");
  EXPECT_EQ(table->key_schema[1].key_type, "RANGE");
  EXPECT_EQ(table->attribute_definitions.size(), 2u);
  EXPECT_EQ(table->billing_mode_summary->billing_mode, "PAY_PER_REQUEST");
  EXPECT_FALSE(table->deletion_protection_enabled);
}

TEST_P(Tables, ATableIsFoundByItsArnToo) {
  make_table(server_, "Music");
  const std::string arn = describe("Music")->table_arn;
  EXPECT_EQ(describe(arn)->table_name, "Music");
  EXPECT_TRUE(server_.run<PutItem>(put_request(arn, {{"pk", text("a")}, {"sk", number(1)}})));
  EXPECT_EQ(describe("Music")->item_count, 1);
}

TEST_P(Tables, ItemCountAndSizeAreThoseOfTheMoment) {
  make_table(server_, "Music");
  int64_t bytes = 0;
  for (int64_t i = 0; i < 20; ++i) {
    PutItem::Request request =
        put_request("Music", {{"pk", text("p" + std::to_string(i))}, {"sk", number(i)}});
    bytes += static_cast<int64_t>(request.item->size_bytes);
    ASSERT_TRUE(server_.run<PutItem>(std::move(request)));
    EXPECT_EQ(describe("Music")->item_count, i + 1);
    EXPECT_EQ(describe("Music")->table_size_bytes, bytes);
  }
}

TEST_P(Tables, TheDescriptionOutlivesTheServer) {
  make_table(server_, "Music");
  const auto before = describe("Music");
  TestServer next(engine_, 1, 2);
  DescribeTable::Request request;
  request.table_name = "Music";
  const auto after = next.run<DescribeTable>(std::move(request));
  EXPECT_EQ(after->table.table_id, before->table_id);
  EXPECT_EQ(after->table.table_arn, before->table_arn);
  EXPECT_EQ(after->table.creation_date_time, before->creation_date_time);
}

TEST_P(Tables, AnUpdateShowsTheOldThroughputUntilItIsDone) {
  make_provisioned_table(5, 6);
  const auto updating = set_throughput(10, 3);
  ASSERT_TRUE(updating) << message_of(updating);
  EXPECT_EQ(updating->table_description.table_status, "UPDATING");
  EXPECT_EQ(updating->table_description.provisioned_throughput.read_capacity_units, 5);
  server_.settle();
  const auto table = describe("Music");
  EXPECT_EQ(table->table_status, "ACTIVE");
  EXPECT_EQ(table->provisioned_throughput.read_capacity_units, 10);
  EXPECT_EQ(table->provisioned_throughput.write_capacity_units, 3);
  EXPECT_EQ(table->provisioned_throughput.last_increase_date_time, now());
  EXPECT_EQ(table->provisioned_throughput.last_decrease_date_time, now());
  EXPECT_EQ(table->provisioned_throughput.number_of_decreases_today, 1);
  EXPECT_EQ(table->billing_mode_summary, std::nullopt);
}

TEST_P(Tables, DecreasesAreCountedByTheDay) {
  make_provisioned_table(50, 50);
  const auto decreases = [this] {
    return describe("Music")->provisioned_throughput.number_of_decreases_today;
  };
  for (int64_t units = 49; units > 46; --units) {
    ASSERT_TRUE(set_throughput(units, 50));
    server_.settle();
    EXPECT_EQ(decreases(), 50 - units);
  }
  server_.node().clock().advance(kDay);
  EXPECT_EQ(decreases(), 0);
  ASSERT_TRUE(set_throughput(46, 50));
  server_.settle();
  EXPECT_EQ(decreases(), 1);
}

TEST_P(Tables, TheSameThroughputIsNoUpdate) {
  make_provisioned_table(5, 6);
  EXPECT_EQ(message_of(set_throughput(5, 6)),
            "ValidationException: The provisioned throughput for the table will not change. The "
            "requested value equals the current value. Current ReadCapacityUnits provisioned for "
            "the table: 5. Requested ReadCapacityUnits: 5. Current WriteCapacityUnits provisioned "
            "for the table: 6. Requested WriteCapacityUnits: 6. Refer to the Amazon DynamoDB "
            "Developer Guide for current limits and how to request higher limits.");
  EXPECT_EQ(describe("Music")->table_status, "ACTIVE");
}

TEST_P(Tables, ATableGoesFromProvisionedToOnDemandAndBack) {
  make_provisioned_table(5, 6);
  server_.node().clock().advance(kDay);
  const double switched = now();
  ASSERT_TRUE(set_billing_mode("PAY_PER_REQUEST"));
  server_.settle();
  auto table = describe("Music");
  EXPECT_EQ(table->billing_mode_summary->billing_mode, "PAY_PER_REQUEST");
  EXPECT_EQ(table->billing_mode_summary->last_update_to_pay_per_request_date_time, switched);
  EXPECT_EQ(table->provisioned_throughput.read_capacity_units, 0);

  server_.node().clock().advance(kDay);
  EXPECT_EQ(message_of(set_throughput(1, 1)),
            "ValidationException: One or more parameter values were invalid: Neither "
            "ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
            "PAY_PER_REQUEST");
  UpdateTable::Request back;
  back.table_name = "Music";
  back.billing_mode = "PROVISIONED";
  back.provisioned_throughput = ProvisionedThroughput{2, 1};
  ASSERT_TRUE(server_.run<UpdateTable>(std::move(back)));
  server_.settle();
  table = describe("Music");
  EXPECT_EQ(table->billing_mode_summary->billing_mode, "PROVISIONED");
  EXPECT_EQ(table->billing_mode_summary->last_update_to_pay_per_request_date_time, switched);
  EXPECT_EQ(table->provisioned_throughput.read_capacity_units, 1);
}

TEST_P(Tables, AProtectedTableIsNotDeletedUntilItIsUnprotected) {
  CreateTable::Request request = create_request("Music");
  request.deletion_protection_enabled = true;
  ASSERT_TRUE(server_.run<CreateTable>(std::move(request)));
  server_.settle();
  EXPECT_FALSE(drop("Music"));
  UpdateTable::Request unprotect;
  unprotect.table_name = "Music";
  unprotect.deletion_protection_enabled = false;
  const auto updated = server_.run<UpdateTable>(std::move(unprotect));
  EXPECT_EQ(updated->table_description.table_status, "ACTIVE");
  const auto dropped = drop("Music");
  ASSERT_TRUE(dropped) << message_of(dropped);
  EXPECT_EQ(dropped->table_description.table_status, "DELETING");
  server_.settle();
  EXPECT_EQ(message_of(describe("Music")),
            "ResourceNotFoundException: Requested resource not found: Table: Music not found");
}

TEST_P(Tables, WhatCannotBeCommittedIsNoSuccess) {
  engine_.fail_next(Call::kCommit, Fault::kRefused);
  EXPECT_EQ(message_of(server_.run<CreateTable>(create_request("Music"))),
            "InternalServerError: Internal server error");
  EXPECT_FALSE(describe("Music"));
  make_table(server_, "Music");
  engine_.fail_next(Call::kCommit, Fault::kRefused);
  EXPECT_FALSE(drop("Music"));
  EXPECT_EQ(describe("Music")->table_status, "ACTIVE");
}

TEST_P(Tables, NamesAreListedInPages) {
  for (const char* name : {"ccc", "aaa", "ddd", "bbb"})
    make_table(server_, name);
  std::vector<std::string> names;
  ListTables::Request request;
  request.limit = 3;
  auto page = server_.run<ListTables>(request);
  EXPECT_EQ(page->table_names, (std::vector<std::string>{"aaa", "bbb", "ccc"}));
  EXPECT_EQ(page->last_evaluated_table_name, "ccc");
  request.exclusive_start_table_name = page->last_evaluated_table_name;
  page = server_.run<ListTables>(request);
  EXPECT_EQ(page->table_names, (std::vector<std::string>{"ddd"}));
  EXPECT_EQ(page->last_evaluated_table_name, std::nullopt);
  request = {};
  request.limit = 4;
  EXPECT_EQ(server_.run<ListTables>(request)->last_evaluated_table_name, std::nullopt);
}

TEST_P(Tables, TagsAreSetReplacedRemovedAndListedByKey) {
  make_table(server_, "Music");
  const std::string arn = describe("Music")->table_arn;
  const auto tag = [&](std::vector<Tag> tags) {
    TagResource::Request request;
    request.resource_arn = arn;
    request.tags = std::move(tags);
    return server_.run<TagResource>(std::move(request));
  };
  const auto list = [&] {
    ListTagsOfResource::Request request;
    request.resource_arn = arn;
    const auto listed = server_.run<ListTagsOfResource>(std::move(request));
    std::string all;
    for (const Tag& each : listed->tags)
      all += *each.key + "=" + *each.value + ";";
    return all;
  };
  EXPECT_EQ(list(), "");
  EXPECT_TRUE(tag({{"b", "1"}, {"a", "2"}}));
  EXPECT_TRUE(tag({{"b", "3"}, {"c", ""}}));
  EXPECT_EQ(list(), "a=2;b=3;c=;");
  UntagResource::Request untag;
  untag.resource_arn = arn;
  untag.tag_keys = {"b", "unknown"};
  EXPECT_TRUE(server_.run<UntagResource>(std::move(untag)));
  EXPECT_EQ(list(), "a=2;c=;");

  std::vector<Tag> too_many;
  for (int i = 0; i < 49; ++i)
    too_many.push_back({"t" + std::to_string(i), "x"});
  EXPECT_EQ(message_of(tag(too_many)),
            "ValidationException: One or more parameter values were invalid: Too many tags: tag "
            "limit is 50");
  EXPECT_EQ(list(), "a=2;c=;");
}

}  // namespace
}  // namespace jedlik::service::dynamodb
