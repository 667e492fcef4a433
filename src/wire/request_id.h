#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace jedlik::wire {

// The id that an answer carries in x-amzn-RequestId: 52 letters and digits.
class RequestId {
 public:
  std::string_view text() const { return {text_.data(), text_.size()}; }

 private:
  friend class RequestIds;
  std::array<char, 52> text_;
};

// Makes ids that do not repeat. One thread; each has its own, with a seed of its own.
class RequestIds {
 public:
  explicit RequestIds(uint64_t seed) : state_(seed) {}

  RequestId next();

 private:
  uint64_t state_;
};

}  // namespace jedlik::wire
