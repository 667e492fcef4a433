#include "value/number.h"

#include <algorithm>
#include <cstring>

namespace jedlik::value {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Reads an exponent's digits, all of `text`. It stops growing where no text can be long enough to
// make up for it.
bool read_exponent(std::string_view text, int64_t& exponent) {
  constexpr int64_t kEnough = int64_t{1} << 60;
  bool negative = false;
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  if (text.empty()) return false;
  exponent = 0;
  for (const char c : text) {
    if (!is_digit(c)) return false;
    if (exponent < kEnough / 16) exponent = exponent * 10 + (c - '0');
  }
  if (negative) exponent = -exponent;
  return true;
}

}  // namespace

// What the digits of a text say, before the limits are looked at.
struct Number::Scan {
  int64_t exponent = 0;   // of 0.d1d2d3...
  bool too_long = false;  // there is a digit that is not 0 beyond the 38th
};

Number::Number(int64_t number) : negative_(number < 0) {
  auto rest = static_cast<uint64_t>(number);
  if (negative_) rest = 0 - rest;
  std::array<uint8_t, 20> backwards;
  int count = 0;
  for (; rest != 0; rest /= 10)
    backwards[count++] = static_cast<uint8_t>(rest % 10);
  std::reverse_copy(backwards.begin(), backwards.begin() + count, digits_.begin());
  exponent_ = static_cast<int16_t>(count);
  while (count > 0 && digits_[count - 1] == 0)
    --count;
  digit_count_ = static_cast<uint8_t>(count);
}

bool Number::scan(std::string_view text, Scan& found) {
  const char* at = text.data();
  const char* const end = at + text.size();
  if (at != end && (*at == '+' || *at == '-')) {
    negative_ = *at == '-';
    ++at;
  }
  int64_t significant = 0;  // digits from the first that is not 0
  bool any_digit = false;
  bool after_point = false;
  for (; at != end; ++at) {
    const auto digit = static_cast<uint8_t>(*at - '0');
    if (digit > 9) {
      if (*at != '.' || after_point) break;
      after_point = true;
      continue;
    }
    any_digit = true;
    if (digit != 0) {
      if (significant < kMaxDigits) {
        digits_[significant] = digit;
        digit_count_ = static_cast<uint8_t>(significant + 1);
      } else {
        found.too_long = true;
      }
    }
    if (digit != 0 || significant != 0) ++significant;
    // Before the point every digit from the first significant one moves it to the right; after it,
    // every zero before the first significant digit moves it to the left.
    if (!after_point) {
      found.exponent = significant;
    } else if (significant == 0) {
      --found.exponent;
    }
  }
  if (!any_digit) return false;
  if (at == end) return true;
  if (*at != 'e' && *at != 'E') return false;
  int64_t written = 0;
  if (!read_exponent(std::string_view(at + 1, end - at - 1), written)) return false;
  found.exponent += written;
  return true;
}

tl::expected<Number, NumberError> Number::parse(std::string_view text) {
  Number number;
  Scan found;
  if (!number.scan(text, found)) return tl::unexpected(NumberError::kNotANumber);
  if (number.digit_count_ == 0) return Number();
  if (found.too_long) return tl::unexpected(NumberError::kTooPrecise);
  if (found.exponent > kMaxExponent) return tl::unexpected(NumberError::kOverflow);
  if (found.exponent < kMinExponent) return tl::unexpected(NumberError::kUnderflow);
  number.exponent_ = static_cast<int16_t>(found.exponent);
  return number;
}

std::strong_ordering operator<=>(const Number& a, const Number& b) {
  const int sign_a = a.is_zero() ? 0 : a.negative_ ? -1 : 1;
  const int sign_b = b.is_zero() ? 0 : b.negative_ ? -1 : 1;
  if (sign_a != sign_b || sign_a == 0) return sign_a <=> sign_b;
  const Number& low = sign_a > 0 ? a : b;
  const Number& high = sign_a > 0 ? b : a;
  if (low.exponent_ != high.exponent_) return low.exponent_ <=> high.exponent_;
  return std::memcmp(low.digits_.data(), high.digits_.data(), Number::kMaxDigits) <=> 0;
}

}  // namespace jedlik::value
