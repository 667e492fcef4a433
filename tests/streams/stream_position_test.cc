#include "streams/stream_position.h"

#include <gtest/gtest.h>

#include <vector>

// Names of places in streams: what is written is read, and nothing else is.
namespace jedlik::streams {
namespace {

using engine::PartitionId;
using engine::Version;

const std::vector<StreamPosition> kPositions{
    {PartitionId{0}, Version{0}, 0},  {PartitionId{2}, Version{1}, 0},
    {PartitionId{2}, Version{1}, 1},  {PartitionId{2}, Version{9}, 127},
    {PartitionId{2}, Version{10}, 0}, {PartitionId{2}, Version{99'999'999'999'999'999}, 9999},
    {PartitionId{3}, Version{1}, 0},  {PartitionId{7'999'999'999}, Version{12}, 3},
};

TEST(SequenceNumber, IsReadAsItWasWrittenAndGrows) {
  std::string before;
  for (const StreamPosition& position : kPositions) {
    const std::string text = sequence_number(position);
    EXPECT_EQ(text.size(), 31u);
    EXPECT_GT(text, before);
    EXPECT_EQ(read_sequence_number(text), position);
    before = text;
  }
}

TEST(SequenceNumber, NothingElseIsOne) {
  const std::string text = sequence_number(kPositions[3]);
  for (const std::string& other :
       {std::string(), text + "0", text.substr(1), "0" + text.substr(1), "x" + text.substr(1),
        text.substr(0, 30) + " ", std::string(31, '-'), std::string(31, '0')}) {
    EXPECT_EQ(read_sequence_number(other), std::nullopt) << other;
  }
}

TEST(ShardId, TellsShardsApart) {
  table::Stream stream;
  stream.shards = {{PartitionId{2}, Version{1}, std::nullopt, std::nullopt, Timestamp{1700}},
                   {PartitionId{42}, Version{1}, std::nullopt, PartitionId{2}, Timestamp{1700}}};
  EXPECT_EQ(shard_id(stream.shards[1]), "shardId-00000000000000001700-0000002a");
  EXPECT_EQ(find_shard(stream, shard_id(stream.shards[0])), &stream.shards[0]);
  EXPECT_EQ(find_shard(stream, shard_id(stream.shards[1])), &stream.shards[1]);
  EXPECT_EQ(find_shard(stream, "shardId-00000000000000001701-0000002a"), nullptr);
}

const ShardIterator kIterator{"arn:aws:dynamodb:us-east-1:000000000000:table/T/stream/2026",
                              {PartitionId{5}, Version{77}, 3},
                              Timestamp{1'700'000'000'123}};

TEST(ShardIterator, IsReadAsItWasWritten) {
  const auto read = read_shard_iterator(to_text(kIterator));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->stream_arn, kIterator.stream_arn);
  EXPECT_EQ(read->position, kIterator.position);
  EXPECT_EQ(read->issued_at, kIterator.issued_at);
}

TEST(ShardIterator, ADamagedOneIsNone) {
  const std::string text = to_text(kIterator);
  for (size_t i = 0; i < text.size(); ++i) {
    EXPECT_FALSE(read_shard_iterator(text.substr(0, i)));
    std::string other = text;
    other[i] = other[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(read_shard_iterator(other)) << i;
  }
  EXPECT_FALSE(read_shard_iterator(text + "AAAA"));
}

}  // namespace
}  // namespace jedlik::streams
