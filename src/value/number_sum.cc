#include <algorithm>
#include <array>

#include "value/number.h"

// Sum and difference. Both numbers are laid out on one line of decimal places, wide enough for any
// two, and added digit by digit.

namespace jedlik::value {
namespace {

// Ten to this power is the lowest place that a number can have: that of the last of 38 digits of
// the smallest magnitude.
constexpr int kLowestPlace = Number::kMinExponent - Number::kMaxDigits;
// One place more than the largest number needs, for the carry.
constexpr int kPlaces = Number::kMaxExponent - kLowestPlace + 1;

// Digits by place, the lowest first.
using Places = std::array<int8_t, kPlaces>;

}  // namespace

tl::expected<Number, NumberError> Number::sum(const Number& a, const Number& b, bool b_negative) {
  Places places{};
  int begin = kPlaces;  // of the places that either number uses, and one more for the carry
  int end = 0;
  const auto put = [&](const Number& number, int factor) {
    if (number.is_zero()) return;
    const int first = number.exponent_ - 1 - kLowestPlace;
    for (int i = 0; i < number.digit_count_; ++i)
      places[first - i] = static_cast<int8_t>(places[first - i] + factor * number.digits_[i]);
    begin = std::min(begin, first - number.digit_count_ + 1);
    end = std::max(end, first + 2);
  };
  // With different signs the smaller magnitude is taken from the larger, so that nothing is
  // borrowed from above the highest place.
  Number magnitude_a = a;
  Number magnitude_b = b;
  magnitude_a.negative_ = magnitude_b.negative_ = false;
  const bool b_larger = magnitude_a < magnitude_b;
  const bool same_sign = a.negative_ == b_negative;
  put(a, !same_sign && b_larger ? -1 : 1);
  put(b, !same_sign && !b_larger ? -1 : 1);

  int carry = 0;
  int lowest = kPlaces;
  int highest = -1;
  for (int i = begin; i < end; ++i) {
    const int place = places[i] + carry;
    carry = place < 0 ? -1 : place > 9 ? 1 : 0;
    places[i] = static_cast<int8_t>(place - 10 * carry);
    if (places[i] == 0) continue;
    if (lowest == kPlaces) lowest = i;
    highest = i;
  }
  if (highest < 0) return Number();
  if (highest - lowest >= kMaxDigits) return tl::unexpected(NumberError::kTooPrecise);

  Number result;
  const int exponent = highest + 1 + kLowestPlace;
  if (exponent > kMaxExponent) return tl::unexpected(NumberError::kOverflow);
  if (exponent < kMinExponent) return tl::unexpected(NumberError::kUnderflow);
  result.negative_ = b_larger ? b_negative : a.negative_;
  result.exponent_ = static_cast<int16_t>(exponent);
  result.digit_count_ = static_cast<uint8_t>(highest - lowest + 1);
  for (int i = 0; i < result.digit_count_; ++i)
    result.digits_[i] = static_cast<uint8_t>(places[highest - i]);
  return result;
}

tl::expected<Number, NumberError> Number::add(const Number& a, const Number& b) {
  return sum(a, b, b.negative_);
}

tl::expected<Number, NumberError> Number::subtract(const Number& a, const Number& b) {
  return sum(a, b, !b.negative_);
}

}  // namespace jedlik::value
