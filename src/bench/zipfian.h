#pragma once

#include <cstdint>

#include "bench/random_stream.h"

// Who is asked for how often, as the Yahoo! Cloud Serving Benchmark has it (Cooper et al.,
// "Benchmarking cloud serving systems with YCSB", SoCC 2010).
namespace jedlik::bench {

// The sum of 1 / i^theta for i from 1 to `items`. For `theta` from 0 to 1, both excluded, to more
// than ten digits; takes some ten thousand steps at most.
double zeta(uint64_t items, double theta);

// Ranks from 0 to `items` - 1, rank i with a probability proportional to 1 / (i + 1)^theta. The
// algorithm is that of Gray et al., "Quickly generating billion-record synthetic databases" (SIGMOD
// 1994): exact for the first two ranks, close for the rest.
class Zipfian {
 public:
  // `items` is positive, 0 < theta < 1.
  Zipfian(uint64_t items, double theta);

  uint64_t next(RandomStream& random) const;

  // To more items than there were. Takes a step for each that came.
  void grow(uint64_t items);
  uint64_t items() const { return items_; }

 private:
  void derive();

  uint64_t items_;
  double theta_;
  double zeta_;
  double alpha_;
  double eta_ = 0;
  double second_;  // what the first two ranks take of zeta_
};

// FNV-1a (Fowler, Noll, Vo) of the eight bytes of `number`, the least significant first, without
// its sign bit: what YCSB scatters ranks and names keys with.
uint64_t scatter(uint64_t number);

}  // namespace jedlik::bench
