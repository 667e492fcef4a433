#include <gtest/gtest.h>

#include <memory>

#include "engine/model/model_engine.h"
#include "tests/service/dynamodb/server.h"

// UpdateTimeToLive and DescribeTimeToLive in the course of time, which tests of the API cannot
// move.
namespace jedlik::service::dynamodb {
namespace {

using engine::ModelEngine;
using engine::ModelOptions;

constexpr const char* kTooEarly =
    "ValidationException: Time to live has been modified multiple times within a fixed interval";

ModelOptions across() {
  ModelOptions options;
  options.commits_across_partitions = true;
  return options;
}

UpdateTimeToLive::Request request(bool enabled, std::string attribute = "ttl") {
  UpdateTimeToLive::Request request;
  request.table_name = "Items";
  request.time_to_live_specification = TimeToLiveSpecification{enabled, std::move(attribute)};
  return request;
}

class TimeToLive : public ::testing::Test {
 protected:
  TimeToLive() { make_table(*server_, "Items"); }

  std::string update(bool enabled, std::string attribute = "ttl") {
    return message_of(server_->run<UpdateTimeToLive>(request(enabled, std::move(attribute))));
  }
  std::string status() {
    DescribeTimeToLive::Request describe;
    describe.table_name = "Items";
    const auto described = server_->run<DescribeTimeToLive>(std::move(describe));
    if (!described) return message_of(described);
    const TimeToLiveDescription& description = described->time_to_live_description;
    return description.time_to_live_status + " " + description.attribute_name.value_or("-");
  }
  // A change of the table waits for those who use the table as it was.
  table::TablePtr use() { return server_->node().catalog().find("Items"); }
  void pass(std::chrono::milliseconds time) { server_->node().clock().advance(time); }

  ModelEngine engine_{across()};
  std::unique_ptr<TestServer> server_ = std::make_unique<TestServer>(engine_);
};

TEST_F(TimeToLive, GoesThroughItsStates) {
  EXPECT_EQ(status(), "DISABLED -");
  table::TablePtr used = use();
  EXPECT_EQ(update(true), "no refusal");
  EXPECT_EQ(status(), "ENABLING ttl");
  used.reset();
  server_->settle();
  EXPECT_EQ(status(), "ENABLED ttl");
  pass(std::chrono::hours(1));
  used = use();
  EXPECT_EQ(update(false), "no refusal");
  EXPECT_EQ(status(), "DISABLING ttl");
  used.reset();
  server_->settle();
  EXPECT_EQ(status(), "DISABLED -");
}

TEST_F(TimeToLive, ChangesOnceInAnHour) {
  EXPECT_EQ(update(true), "no refusal");
  server_->settle();
  EXPECT_EQ(update(false), kTooEarly);
  pass(std::chrono::milliseconds(3'599'999));
  EXPECT_EQ(update(false), kTooEarly);
  pass(std::chrono::milliseconds(1));
  EXPECT_EQ(update(false), "no refusal");
  server_->settle();
  EXPECT_EQ(update(true), kTooEarly);
  EXPECT_EQ(update(true, "other"), kTooEarly);
  pass(std::chrono::hours(1));
  EXPECT_EQ(update(true, "other"), "no refusal");
}

TEST_F(TimeToLive, ChangesAsOftenAsTheServerIsToldButNotBeforeTheLastChangeIsDone) {
  server_->context().time_to_live_change_interval = std::chrono::seconds(0);
  table::TablePtr used = use();
  EXPECT_EQ(update(true), "no refusal");
  EXPECT_EQ(update(false), kTooEarly);
  used.reset();
  server_->settle();
  used = use();
  EXPECT_EQ(update(false), "no refusal");
  EXPECT_EQ(update(true), kTooEarly);
  used.reset();
  server_->settle();
  EXPECT_EQ(update(true), "no refusal");
}

TEST_F(TimeToLive, IsRememberedByAServerThatStartsAgain) {
  EXPECT_EQ(update(true), "no refusal");
  server_.reset();
  server_ = std::make_unique<TestServer>(engine_, 1, 2);
  server_->settle();
  EXPECT_EQ(status(), "ENABLED ttl");
  EXPECT_EQ(update(false), kTooEarly);
}

TEST_F(TimeToLive, IsRefusedForATableThatIsBeingMade) {
  engine_.set_hook([](ModelEngine::Call call, engine::PartitionId) {
    return call == ModelEngine::Call::kCreate ? std::optional(ModelEngine::Fault::kUnavailable)
                                              : std::nullopt;
  });
  ASSERT_TRUE(server_->run<CreateTable>(create_request("Others")));
  UpdateTimeToLive::Request early = request(true);
  early.table_name = "Others";
  EXPECT_EQ(message_of(server_->run<UpdateTimeToLive>(std::move(early))),
            "ResourceInUseException: Attempt to change a resource which is still in use: Table is "
            "being created: Others");
}

TEST(TimeToLiveElsewhere, IsEnabledWhereTheEngineDoesNotCommitAcrossPartitions) {
  ModelEngine engine;
  TestServer server(engine);
  make_table(server, "Items");
  EXPECT_EQ(message_of(server.run<UpdateTimeToLive>(request(true))), "no refusal");
}

}  // namespace
}  // namespace jedlik::service::dynamodb
