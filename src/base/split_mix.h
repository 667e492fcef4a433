#pragma once

#include <cstdint>

namespace jedlik {

// The next number of SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number
// generators", 2014), whose whole state is one number. Not for secrets.
constexpr uint64_t next_split_mix(uint64_t& state) {
  state += 0x9E37'79B9'7F4A'7C15;
  uint64_t mixed = state;
  mixed = (mixed ^ mixed >> 30) * 0xBF58'476D'1CE4'E5B9;
  mixed = (mixed ^ mixed >> 27) * 0x94D0'49BB'1331'11EB;
  return mixed ^ mixed >> 31;
}

}  // namespace jedlik
