#include "wire/request_id.h"

#include <cstring>

#include "base/split_mix.h"

namespace jedlik::wire {
namespace {

constexpr std::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUV";

// Two digits for each number of ten bits.
constexpr auto kPairs = [] {
  std::array<std::array<char, 2>, 1024> pairs{};
  for (size_t i = 0; i < pairs.size(); ++i)
    pairs[i] = {kDigits[i & 31], kDigits[i >> 5]};
  return pairs;
}();

}  // namespace

RequestId RequestIds::next() {
  constexpr size_t kPairsPerNumber = 6;
  RequestId id;
  uint64_t bits = 0;
  for (size_t i = 0; i < id.text_.size() / 2; ++i) {
    if (i % kPairsPerNumber == 0) bits = next_split_mix(state_);
    std::memcpy(id.text_.data() + 2 * i, kPairs[bits & 1023].data(), 2);
    bits >>= 10;
  }
  return id;
}

}  // namespace jedlik::wire
