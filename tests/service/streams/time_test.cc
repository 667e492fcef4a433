#include <gtest/gtest.h>

#include <memory>

#include "engine/model/model_engine.h"
#include "service/streams/describe_stream.h"
#include "service/streams/get_records.h"
#include "service/streams/get_shard_iterator.h"
#include "service/streams/list_streams.h"
#include "streams/shard_throttle.h"
#include "table/journal_trimmer.h"
#include "tests/service/dynamodb/server.h"

// Streams in the course of time, which tests of the API cannot move.
namespace jedlik::service::streams {
namespace {

using dynamodb::CreateTable;
using dynamodb::DeleteTable;
using dynamodb::PutItem;
using dynamodb::StreamSpecification;
using dynamodb::TestServer;
using dynamodb::UpdateTable;
using engine::ModelEngine;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using table::message_of;
using table::number;
using table::text;

constexpr const char* kName = "Items";

class StreamTime : public ::testing::Test {
 protected:
  StreamTime() {
    CreateTable::Request request = dynamodb::create_request(kName);
    request.stream_specification = StreamSpecification{true, "NEW_IMAGE"};
    const auto created = server_.run<CreateTable>(std::move(request));
    EXPECT_TRUE(created) << message_of(created);
    server_.settle();
    arn_ = server_.run<ListStreams>({})->streams.at(0).stream_arn;
  }

  void put(int64_t sort_key) {
    const auto done = server_.run<PutItem>(
        dynamodb::put_request(kName, {{"pk", text("p")}, {"sk", number(sort_key)}}));
    ASSERT_TRUE(done) << message_of(done);
  }
  Result<GetRecords::Response> read(std::string iterator) {
    GetRecords::Request request;
    request.shard_iterator = std::move(iterator);
    return server_.run<GetRecords>(std::move(request));
  }
  Result<GetShardIterator::Response> ask_iterator(std::string type, std::string at = "") {
    DescribeStream::Request described;
    described.stream_arn = arn_;
    const auto stream = server_.run<DescribeStream>(std::move(described));
    if (!stream) return tl::unexpected<ApiError>(stream.error());
    GetShardIterator::Request request;
    request.stream_arn = arn_;
    request.shard_id = stream->stream_description.shards.at(0).shard_id;
    request.shard_iterator_type = std::move(type);
    if (!at.empty()) request.sequence_number = std::move(at);
    return server_.run<GetShardIterator>(std::move(request));
  }
  std::string iterator(std::string type, std::string at = "") {
    const auto made = ask_iterator(std::move(type), std::move(at));
    EXPECT_TRUE(made) << message_of(made);
    return made ? made->shard_iterator : "";
  }
  void pass(std::chrono::milliseconds time) { server_.node().clock().advance(time); }
  void trim() {
    table::JournalTrimmer trimmer(engine_, server_.node().catalog(), server_.node().clock());
    server_.node().run([](table::JournalTrimmer& of) -> Task<bool> {
      co_await of.trim_all();
      co_return true;
    }(trimmer));
  }
  void expect_gone() {
    const auto refused = ask_iterator("TRIM_HORIZON");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().type, &error_types::kResourceNotFound);
    EXPECT_TRUE(server_.run<ListStreams>({})->streams.empty());
  }

  ModelEngine engine_;
  TestServer server_{engine_};
  std::string arn_;
};

TEST_F(StreamTime, AnIteratorIsGoodForFifteenMinutes) {
  put(1);
  const std::string first = iterator("TRIM_HORIZON");
  pass(minutes(15));
  const auto page = read(first);
  ASSERT_TRUE(page) << message_of(page);
  ASSERT_EQ(page->records.size(), 1u);
  const std::string next = *page->next_shard_iterator;
  pass(seconds(1));
  const auto refused = read(first);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, &error_types::kExpiredIterator);
  // The next is fifteen minutes younger.
  EXPECT_TRUE(read(next));
  pass(minutes(15));
  EXPECT_FALSE(read(next));
}

TEST_F(StreamTime, RecordsAreTrimmedAfterADay) {
  put(1);
  const std::string first = read(iterator("TRIM_HORIZON"))->records.at(0).dynamodb.sequence_number;
  pass(hours(23));
  put(2);
  pass(hours(1) - seconds(1));
  trim();
  EXPECT_EQ(read(iterator("TRIM_HORIZON"))->records.size(), 2u);
  EXPECT_EQ(read(iterator("AFTER_SEQUENCE_NUMBER", first))->records.size(), 1u);
  const std::string before = iterator("TRIM_HORIZON");

  pass(seconds(2));
  trim();
  EXPECT_EQ(read(iterator("TRIM_HORIZON"))->records.size(), 1u);
  const auto trimmed = read(before);
  ASSERT_FALSE(trimmed);
  EXPECT_EQ(trimmed.error().type, &error_types::kTrimmedDataAccess);
  const auto at_trimmed = ask_iterator("AT_SEQUENCE_NUMBER", first);
  EXPECT_FALSE(at_trimmed && read(at_trimmed->shard_iterator)) << "it is not there any more";
}

TEST_F(StreamTime, ADisabledStreamIsReadableForADay) {
  put(1);
  UpdateTable::Request disable;
  disable.table_name = kName;
  disable.stream_specification = StreamSpecification{false, std::nullopt};
  ASSERT_TRUE(server_.run<UpdateTable>(std::move(disable)));
  server_.settle();
  pass(hours(24) - seconds(1));
  EXPECT_EQ(read(iterator("TRIM_HORIZON"))->records.size(), 1u);
  pass(seconds(1));
  expect_gone();
}

TEST_F(StreamTime, SoIsThatOfADeletedTable) {
  put(1);
  DeleteTable::Request remove;
  remove.table_name = kName;
  ASSERT_TRUE(server_.run<DeleteTable>(std::move(remove)));
  server_.settle();
  pass(hours(24) - seconds(1));
  trim();
  const auto page = read(iterator("TRIM_HORIZON"));
  ASSERT_TRUE(page) << message_of(page);
  EXPECT_EQ(page->records.size(), 1u);
  EXPECT_FALSE(page->next_shard_iterator);
  pass(seconds(2));
  trim();
  expect_gone();
}

TEST_F(StreamTime, ThrottledReadsAreServedLater) {
  jedlik::streams::ShardThrottle throttle(server_.node().clock());
  server_.context().shard_throttle = &throttle;
  put(1);
  const std::string first = iterator("TRIM_HORIZON");
  for (int n = 0; n < 5; ++n)
    EXPECT_TRUE(read(first)) << n;
  const auto refused = read(first);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, &error_types::kThrottling);
  pass(std::chrono::milliseconds(200));
  EXPECT_TRUE(read(first));
  EXPECT_FALSE(read(first));
}

}  // namespace
}  // namespace jedlik::service::streams
