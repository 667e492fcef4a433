#include "streams/shard_throttle.h"

#include <algorithm>

namespace jedlik::streams {

void ShardThrottle::Bucket::fill(Time now) {
  const double seconds = std::chrono::duration<double>(now - filled_at).count();
  reads = std::min(kShardReadsPerSecond, reads + seconds * kShardReadsPerSecond);
  bytes = std::min(kShardBytesPerSecond, bytes + seconds * kShardBytesPerSecond);
  filled_at = now;
}

// With the mutex held.
ShardThrottle::Bucket& ShardThrottle::bucket_of(engine::PartitionId shard, Time now) {
  if (buckets_.size() >= clean_up_at_ && !buckets_.contains(shard)) {
    // A full bucket is as good as none. What is left was read within the last seconds.
    std::erase_if(buckets_, [now](const auto& entry) {
      Bucket bucket = entry.second;
      bucket.fill(now);
      return bucket.is_full();
    });
    clean_up_at_ = std::max(kFirstCleanUp, 2 * buckets_.size());
  }
  Bucket& bucket = buckets_.try_emplace(shard, Bucket{.filled_at = now}).first->second;
  bucket.fill(now);
  return bucket;
}

bool ShardThrottle::admit(engine::PartitionId shard) {
  const Time now = clock_.steady_now();
  const std::lock_guard lock(mutex_);
  Bucket& bucket = bucket_of(shard, now);
  if (bucket.reads < 1 || bucket.bytes <= 0) return false;
  bucket.reads -= 1;
  return true;
}

void ShardThrottle::count_bytes(engine::PartitionId shard, size_t bytes) {
  const Time now = clock_.steady_now();
  const std::lock_guard lock(mutex_);
  bucket_of(shard, now).bytes -= static_cast<double>(bytes);
}

size_t ShardThrottle::size() const {
  const std::lock_guard lock(mutex_);
  return buckets_.size();
}

}  // namespace jedlik::streams
