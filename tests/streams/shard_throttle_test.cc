#include "streams/shard_throttle.h"

#include <gtest/gtest.h>

namespace jedlik::streams {
namespace {

using engine::PartitionId;
using std::chrono::milliseconds;

constexpr PartitionId kShard{7};
constexpr PartitionId kOther{8};
constexpr size_t kMebibyte = size_t{1} << 20;

class ShardThrottleTest : public ::testing::Test {
 protected:
  int reads_until_refused(PartitionId shard) {
    int reads = 0;
    while (throttle_.admit(shard))
      ++reads;
    return reads;
  }

  ManualClock clock_{Timestamp{1'700'000'000'000}};
  ShardThrottle throttle_{clock_};
};

TEST_F(ShardThrottleTest, FiveReadsASecond) {
  EXPECT_EQ(reads_until_refused(kShard), 5);
  EXPECT_EQ(reads_until_refused(kOther), 5) << "each shard for itself";
  clock_.advance(milliseconds(199));
  EXPECT_EQ(reads_until_refused(kShard), 0);
  clock_.advance(milliseconds(2));
  EXPECT_EQ(reads_until_refused(kShard), 1);
  clock_.advance(milliseconds(600));
  EXPECT_EQ(reads_until_refused(kShard), 3);
  clock_.advance(std::chrono::hours(1));
  EXPECT_EQ(reads_until_refused(kShard), 5) << "what is not used is not saved up";
}

TEST_F(ShardThrottleTest, TwoMebibytesASecond) {
  for (int read = 0; read < 2; ++read) {
    ASSERT_TRUE(throttle_.admit(kShard)) << read;
    throttle_.count_bytes(kShard, kMebibyte + kMebibyte / 2);
  }
  // Three MiB were given, two are allowed: half a second passes before the next.
  clock_.advance(milliseconds(499));
  EXPECT_FALSE(throttle_.admit(kShard));
  clock_.advance(milliseconds(2));
  EXPECT_TRUE(throttle_.admit(kShard));
}

TEST_F(ShardThrottleTest, ForgetsShardsThatNobodyReads) {
  size_t most = 0;
  for (uint64_t shard = 0; shard < 20'000; ++shard) {
    EXPECT_TRUE(throttle_.admit(PartitionId{shard}));
    clock_.advance(milliseconds(1));
    most = std::max(most, throttle_.size());
  }
  EXPECT_LE(most, 2048u);
  EXPECT_EQ(reads_until_refused(PartitionId{19'999}), 4) << "one that was just read is remembered";
}

}  // namespace
}  // namespace jedlik::streams
