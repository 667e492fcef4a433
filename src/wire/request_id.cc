#include "wire/request_id.h"

namespace jedlik::wire {
namespace {

// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
uint64_t next_random(uint64_t& state) {
  state += 0x9E3779B97F4A7C15;
  uint64_t mixed = state;
  mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9;
  mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB;
  return mixed ^ mixed >> 31;
}

}  // namespace

RequestId RequestIds::next() {
  constexpr std::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
  constexpr size_t kCharactersPerNumber = 12;  // five bits each
  RequestId id;
  uint64_t bits = 0;
  for (size_t i = 0; i < id.text_.size(); ++i) {
    if (i % kCharactersPerNumber == 0) bits = next_random(state_);
    id.text_[i] = kDigits[bits & 31];
    bits >>= 5;
  }
  return id;
}

}  // namespace jedlik::wire
