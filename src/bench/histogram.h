#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace jedlik::bench {

// Counts durations in buckets of logarithmic width, after Gil Tene's HdrHistogram: each power of
// two is cut into 1,024 equal parts, so that what it tells is at most 0.1% above what was recorded.
// That is three significant digits, from nanoseconds to minutes, in constant memory (229 KB, taken
// at the first record).
//
// One thread at a time. Nothing can fail.
class Histogram {
 public:
  // What is longer counts as this, in percentiles; `max` and `mean` are exact in any case.
  static constexpr std::chrono::nanoseconds kLongest{(int64_t{1} << 37) - 1};  // 137 s

  // What is shorter than nothing counts as nothing.
  void record(std::chrono::nanoseconds duration);
  void merge(const Histogram& other);
  void clear();

  uint64_t count() const { return count_; }
  // Zero while nothing is recorded.
  std::chrono::nanoseconds min() const { return min_; }
  std::chrono::nanoseconds max() const { return max_; }
  std::chrono::nanoseconds mean() const;
  // The duration that `percent` (from 0 to 100) of those recorded do not exceed. Zero while nothing
  // is recorded.
  std::chrono::nanoseconds percentile(double percent) const;

 private:
  std::vector<uint64_t> counts_;
  uint64_t count_ = 0;
  uint64_t sum_ns_ = 0;
  std::chrono::nanoseconds min_{0};
  std::chrono::nanoseconds max_{0};
};

}  // namespace jedlik::bench
