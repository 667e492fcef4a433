#include "wire/request_id.h"

#include "base/split_mix.h"

namespace jedlik::wire {

RequestId RequestIds::next() {
  constexpr std::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUV";
  constexpr size_t kCharactersPerNumber = 12;  // five bits each
  RequestId id;
  uint64_t bits = 0;
  for (size_t i = 0; i < id.text_.size(); ++i) {
    if (i % kCharactersPerNumber == 0) bits = next_split_mix(state_);
    id.text_[i] = kDigits[bits & 31];
    bits >>= 5;
  }
  return id;
}

}  // namespace jedlik::wire
