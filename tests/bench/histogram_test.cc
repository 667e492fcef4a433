#include "bench/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "bench/random_stream.h"

namespace jedlik::bench {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr double kPercents[] = {0.1, 1, 10, 25, 50, 75, 90, 95, 99, 99.9, 99.99};

struct Shape {
  const char* name;
  std::function<double(RandomStream&)> draw;  // nanoseconds
};

const Shape kShapes[] = {
    {"all the same", [](RandomStream&) { return 123'456'789.0; }},
    {"below the resolution", [](RandomStream& random) { return random.unit() * 3000; }},
    {"even, to a second", [](RandomStream& random) { return random.unit() * 1e9; }},
    {"exponential", [](RandomStream& random) { return -1e6 * std::log(1 - random.unit()); }},
    {"over nine powers of ten",
     [](RandomStream& random) { return std::pow(10, 2 + 9 * random.unit()); }},
    {"two humps",
     [](RandomStream& random) {
       return random.unit() < 0.97 ? 2e5 + 1e5 * random.unit() : 5e9 + 1e9 * random.unit();
     }},
};

// What the sorted durations themselves say.
nanoseconds exact_percentile(const std::vector<nanoseconds>& sorted, double percent) {
  const auto rank =
      static_cast<size_t>(std::ceil(percent / 100 * static_cast<double>(sorted.size())));
  return sorted[std::max<size_t>(rank, 1) - 1];
}

TEST(Histogram, PercentilesAreAtMostAThousandthAboveTheExactOnes) {
  for (const Shape& shape : kShapes) {
    SCOPED_TRACE(shape.name);
    RandomStream random(7);
    Histogram histogram;
    std::vector<nanoseconds> durations;
    for (int i = 0; i < 50'000; ++i) {
      durations.emplace_back(static_cast<int64_t>(shape.draw(random)));
      histogram.record(durations.back());
    }
    std::sort(durations.begin(), durations.end());
    for (const double percent : kPercents) {
      const nanoseconds exact = exact_percentile(durations, percent);
      const nanoseconds told = histogram.percentile(percent);
      EXPECT_GE(told, exact) << percent;
      EXPECT_LE(static_cast<double>(told.count()), static_cast<double>(exact.count()) * 1.001)
          << percent;
    }
    EXPECT_EQ(histogram.min(), durations.front());
    EXPECT_EQ(histogram.max(), durations.back());
    EXPECT_EQ(histogram.percentile(100), durations.back());
    int64_t sum = 0;
    for (const nanoseconds duration : durations)
      sum += duration.count();
    EXPECT_EQ(histogram.mean().count(), sum / 50'000);
  }
}

TEST(Histogram, IsZeroWhileNothingIsRecorded) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.percentile(99), nanoseconds(0));
  EXPECT_EQ(histogram.mean(), nanoseconds(0));
  EXPECT_EQ(histogram.max(), nanoseconds(0));
}

TEST(Histogram, TakesWhatIsLongerThanItsRangeAndWhatIsNegative) {
  Histogram histogram;
  histogram.record(nanoseconds(-5));
  histogram.record(Histogram::kLongest);
  histogram.record(seconds(600));
  histogram.record(seconds(600));
  EXPECT_EQ(histogram.min(), nanoseconds(0));
  EXPECT_EQ(histogram.max(), seconds(600));
  EXPECT_EQ(histogram.percentile(25), nanoseconds(0));
  EXPECT_EQ(histogram.percentile(75), Histogram::kLongest);
}

TEST(Histogram, MergedIsAsIfAllHadBeenRecordedInOne) {
  RandomStream random(3);
  Histogram first;
  Histogram second;
  Histogram both;
  for (int i = 0; i < 10'000; ++i) {
    const nanoseconds duration(static_cast<int64_t>(random.below(1'000'000'000)));
    (i % 3 == 0 ? first : second).record(duration);
    both.record(duration);
  }
  first.merge(Histogram());
  Histogram merged;
  merged.merge(first);
  merged.merge(second);
  EXPECT_EQ(merged.count(), both.count());
  EXPECT_EQ(merged.min(), both.min());
  EXPECT_EQ(merged.max(), both.max());
  EXPECT_EQ(merged.mean(), both.mean());
  for (const double percent : kPercents)
    EXPECT_EQ(merged.percentile(percent), both.percentile(percent));
}

TEST(Histogram, ClearedIsAsNew) {
  Histogram histogram;
  histogram.record(seconds(5));
  histogram.clear();
  EXPECT_EQ(histogram.count(), 0U);
  histogram.record(nanoseconds(10));
  EXPECT_EQ(histogram.percentile(50), nanoseconds(10));
  EXPECT_EQ(histogram.max(), nanoseconds(10));
  EXPECT_EQ(histogram.mean(), nanoseconds(10));
}

}  // namespace
}  // namespace jedlik::bench
