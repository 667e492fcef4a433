#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "base/split_mix.h"

namespace jedlik::bench {

// Random numbers for one thread, without a lock: xoshiro256** (Blackman and Vigna, "Scrambled
// linear pseudorandom number generators", 2021), seeded by SplitMix64. The same seed gives the same
// numbers.
class RandomStream {
 public:
  explicit RandomStream(uint64_t seed) {
    for (uint64_t& word : state_)
      word = next_split_mix(seed);
  }

  uint64_t next() {
    const uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  // From 0 to `limit` - 1, which must be positive. What the modulus prefers is less than one in
  // 2^32 for the counts of items that there are.
  uint64_t below(uint64_t limit) { return next() % limit; }

  // At least 0 and less than 1.
  double unit() { return static_cast<double>(next() >> 11) * 0x1p-53; }

 private:
  std::array<uint64_t, 4> state_{};
};

}  // namespace jedlik::bench
