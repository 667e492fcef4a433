#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>

#include "base/clock.h"
#include "engine/engine.h"

// How often, and how much of, a shard is read: DynamoDB's limits (Guide, "Quotas and limits in
// DynamoDB Streams"; API, GetRecords), which are those of a shard of Kinesis.
namespace jedlik::streams {

inline constexpr double kShardReadsPerSecond = 5;
inline constexpr double kShardBytesPerSecond = 2.0 * 1024 * 1024;

// A token bucket for each shard that was read within the last seconds. A read that is larger than
// what the bucket has is served, and those after it wait until its bytes have passed. Any thread
// may use it. It must not outlive the clock.
class ShardThrottle {
 public:
  explicit ShardThrottle(const Clock& clock) : clock_(clock) {}

  // Whether the shard of this partition may be read now; counts the read if so.
  bool admit(engine::PartitionId shard);
  // Counts what a read that was admitted gave.
  void count_bytes(engine::PartitionId shard, size_t bytes);

  // Shards that are remembered.
  size_t size() const;

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Bucket {
    double reads = kShardReadsPerSecond;
    double bytes = kShardBytesPerSecond;
    Time filled_at;

    void fill(Time now);
    bool is_full() const { return reads >= kShardReadsPerSecond && bytes >= kShardBytesPerSecond; }
  };

  Bucket& bucket_of(engine::PartitionId shard, Time now);

  const Clock& clock_;
  mutable std::mutex mutex_;
  std::map<engine::PartitionId, Bucket> buckets_;
  static constexpr size_t kFirstCleanUp = 1024;
  size_t clean_up_at_ = kFirstCleanUp;
};

}  // namespace jedlik::streams
