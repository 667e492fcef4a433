#include "bench/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace jedlik::bench {

using std::chrono::nanoseconds;

namespace {

// A duration below 2 * kParts nanoseconds has a bucket of its own. Above, its leading kPartBits + 1
// bits are kept, and `shift` bits after them are not.
constexpr int kPartBits = 10;
constexpr uint64_t kParts = uint64_t{1} << kPartBits;
constexpr size_t kBuckets = (37 - kPartBits + 1) * kParts;

size_t bucket_of(uint64_t ns) {
  const int shift = std::max(0, static_cast<int>(std::bit_width(ns)) - kPartBits - 1);
  return static_cast<size_t>(shift) * kParts + (ns >> shift);
}

// The longest duration of a bucket.
uint64_t upper_bound(size_t bucket) {
  const uint64_t shift = bucket < 2 * kParts ? 0 : bucket / kParts - 1;
  const uint64_t leading = bucket - shift * kParts;
  return ((leading + 1) << shift) - 1;
}

}  // namespace

void Histogram::record(nanoseconds duration) {
  if (counts_.empty()) counts_.resize(kBuckets);
  duration = std::max(duration, nanoseconds(0));
  ++counts_[bucket_of(static_cast<uint64_t>(std::min(duration, kLongest).count()))];
  min_ = count_ == 0 ? duration : std::min(min_, duration);
  max_ = std::max(max_, duration);
  sum_ns_ += static_cast<uint64_t>(duration.count());
  ++count_;
}

void Histogram::merge(const Histogram& other) {
  if (other.count_ == 0) return;
  if (counts_.empty()) counts_.resize(kBuckets);
  for (size_t i = 0; i < kBuckets; ++i)
    counts_[i] += other.counts_[i];
  min_ = count_ == 0 ? other.min_ : std::min(min_, other.min_);
  max_ = std::max(max_, other.max_);
  sum_ns_ += other.sum_ns_;
  count_ += other.count_;
}

void Histogram::clear() {
  if (count_ == 0) return;
  std::fill(counts_.begin(), counts_.end(), 0);
  count_ = 0;
  sum_ns_ = 0;
  min_ = max_ = nanoseconds(0);
}

nanoseconds Histogram::mean() const {
  return count_ == 0 ? nanoseconds(0) : nanoseconds(static_cast<int64_t>(sum_ns_ / count_));
}

nanoseconds Histogram::percentile(double percent) const {
  if (count_ == 0) return nanoseconds(0);
  const double share = std::clamp(percent, 0.0, 100.0) / 100;
  const auto wanted = std::clamp<uint64_t>(
      static_cast<uint64_t>(std::ceil(share * static_cast<double>(count_))), 1, count_);
  if (wanted == count_) return max_;
  uint64_t seen = 0;
  size_t bucket = 0;
  for (; bucket < kBuckets; ++bucket) {
    seen += counts_[bucket];
    if (seen >= wanted) break;
  }
  return std::min(nanoseconds(static_cast<int64_t>(upper_bound(bucket))), max_);
}

}  // namespace jedlik::bench
