#include "value/number_text.h"

#include <array>
#include <cstring>

// Numbers as text. The text is put together in a buffer on the stack and appended at once.

namespace jedlik::value {
namespace {

// "-0." and the zeros and digits of the smallest number with the most digits.
constexpr size_t kMaxTextBytes = 3 - Number::kMinExponent + Number::kMaxDigits;

}  // namespace

void append_digits(std::string& to, bool negative, const char* digits, int count, int exponent) {
  std::array<char, kMaxTextBytes> text;
  char* at = text.data();
  const auto put = [&at](const char* from, int size) {
    std::memcpy(at, from, static_cast<size_t>(size));
    at += size;
  };
  const auto put_zeros = [&at](int size) {
    std::memset(at, '0', static_cast<size_t>(size));
    at += size;
  };
  if (negative) *at++ = '-';
  if (exponent <= 0) {
    put("0.", 2);
    put_zeros(-exponent);
    put(digits, count);
  } else if (exponent >= count) {
    put(digits, count);
    put_zeros(exponent - count);
  } else {
    put(digits, exponent);
    *at++ = '.';
    put(digits + exponent, count - exponent);
  }
  to.append(text.data(), static_cast<size_t>(at - text.data()));
}

void Number::append_text(std::string& to) const {
  if (is_zero()) {
    to.push_back('0');
    return;
  }
  std::array<char, kMaxDigits> text;
  for (size_t i = 0; i < digit_count_; ++i)
    text[i] = static_cast<char>('0' + digits_[i]);
  append_digits(to, negative_, text.data(), digit_count_, exponent_);
}

std::string Number::to_text() const {
  std::string text;
  append_text(text);
  return text;
}

}  // namespace jedlik::value
