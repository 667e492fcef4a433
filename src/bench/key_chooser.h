#pragma once

#include <cstdint>
#include <optional>

#include "bench/insert_counter.h"
#include "bench/random_stream.h"
#include "bench/zipfian.h"

namespace jedlik::bench {

enum class Distribution {
  kUniform,
  // YCSB's scrambled zipfian: ranks of ten thousand million, scattered over the items. So the share
  // of the most wanted item (3.8% with theta 0.99) does not depend on how many there are.
  kZipfian,
  // The newest item is the most wanted, the one before it comes second, and so on, zipfian.
  kLatest,
};

// Chooses the number of the item that an operation is for. One thread at a time.
class KeyChooser {
 public:
  // `items`: how many there are at the start, at least 1. `inserts` tells of those that come after
  // and outlives this.
  KeyChooser(Distribution distribution, double theta, uint64_t items, const InsertCounter& inserts);

  uint64_t next(RandomStream& random);

 private:
  uint64_t items_;
  const InsertCounter& inserts_;
  std::optional<Zipfian> scattered_;
  std::optional<Zipfian> latest_;
};

}  // namespace jedlik::bench
