#include <array>
#include <cstring>

#include "base/ensure.h"
#include "value/number.h"
#include "value/number_text.h"

// The ordered form of a number: docs/formats/number.md.

namespace jedlik::value {
namespace {

constexpr uint8_t kNegative = 0x10;
constexpr uint8_t kZero = 0x20;
constexpr uint8_t kPositive = 0x30;
// Added to the exponent of base 100, which goes from -64 to 63.
constexpr int kBias = 64;
// 38 digits, when the first is alone in its pair and so is the last.
constexpr int kMaxPairs = 20;
constexpr size_t kMaxOrderedBytes = 2 + kMaxPairs;

// What is done to every byte after the sign.
uint8_t mask_of(bool negative) {
  return negative ? 0xFF : 0;
}

}  // namespace

void Number::append_ordered(Bytes& to) const {
  if (is_zero()) {
    to.push_back(static_cast<char>(kZero));
    return;
  }
  // An odd exponent leaves the first digit alone in its pair.
  const int lead = exponent_ & 1;
  const int pairs = (digit_count_ + lead + 1) / 2;
  const uint8_t mask = mask_of(negative_);
  std::array<uint8_t, 2 * kMaxPairs> digits{};
  std::memcpy(digits.data() + lead, digits_.data(), kMaxDigits);
  std::array<char, kMaxOrderedBytes> bytes;
  bytes[0] = static_cast<char>(negative_ ? kNegative : kPositive);
  bytes[1] = static_cast<char>(((exponent_ + lead) / 2 + kBias) ^ mask);
  for (int i = 0; i < pairs; ++i) {
    const int pair = digits[2 * i] * 10 + digits[2 * i + 1];
    const int more = i + 1 < pairs ? 1 : 0;
    bytes[2 + i] = static_cast<char>((2 * pair + more) ^ mask);
  }
  to.append(bytes.data(), 2 + static_cast<size_t>(pairs));
}

bool Number::take_ordered(BytesView& from, Number& number) {
  number = Number();
  if (from.empty()) return false;
  const auto sign = static_cast<uint8_t>(from[0]);
  if (sign == kZero) {
    from.remove_prefix(1);
    return true;
  }
  if ((sign != kNegative && sign != kPositive) || from.size() < 3) return false;
  const uint8_t mask = mask_of(sign == kNegative);
  const int exponent = static_cast<uint8_t>(from[1] ^ mask) - kBias;
  if (exponent >= kBias) return false;

  std::array<uint8_t, 2 * kMaxPairs> digits{};
  int pairs = 0;
  bool more = true;
  while (more) {
    const size_t at = 2 + static_cast<size_t>(pairs);
    if (at == from.size() || pairs == kMaxPairs) return false;
    const auto byte = static_cast<uint8_t>(from[at] ^ mask);
    const uint8_t pair = byte >> 1;
    if (pair > 99) return false;
    digits[2 * pairs] = pair / 10;
    digits[2 * pairs + 1] = pair % 10;
    more = (byte & 1) != 0;
    // The first pair and the last are not 0: a number is written in one way.
    if (pair == 0 && (pairs == 0 || !more)) return false;
    ++pairs;
  }
  const int lead = digits[0] == 0 ? 1 : 0;
  const int count = 2 * pairs - lead - (digits[2 * pairs - 1] == 0 ? 1 : 0);
  if (count > kMaxDigits) return false;
  number.negative_ = sign == kNegative;
  number.exponent_ = static_cast<int16_t>(2 * exponent - lead);
  number.digit_count_ = static_cast<uint8_t>(count);
  std::memcpy(number.digits_.data(), digits.data() + lead, kMaxDigits);
  from.remove_prefix(2 + static_cast<size_t>(pairs));
  return true;
}

size_t Number::size_bytes() const {
  if (is_zero()) return 1;
  const int pairs = (digit_count_ + (exponent_ & 1) + 1) / 2;
  return static_cast<size_t>(pairs) + 1 + (negative_ ? 1 : 0);
}

size_t ordered_number_size_bytes(BytesView ordered) {
  // A byte for every pair of digits and one for the exponent, and one for a minus sign.
  if (ordered.size() < 2) return 1;
  return ordered.size() - 1 + (static_cast<uint8_t>(ordered.front()) == kNegative ? 1 : 0);
}

void append_ordered_number_text(std::string& to, BytesView ordered) {
  if (ordered.size() < 3) {
    to.push_back('0');
    return;
  }
  const auto pairs = static_cast<int>(ordered.size()) - 2;
  const bool negative = static_cast<uint8_t>(ordered.front()) == kNegative;
  const uint8_t mask = mask_of(negative);
  const uint8_t biased = static_cast<uint8_t>(ordered[1]) ^ mask;
  constexpr std::string_view kWritten = "an ordered form is what append_ordered writes";
  ENSURE(pairs <= kMaxPairs && biased < 2 * kBias, kWritten);
  std::array<char, 2 * kMaxPairs> digits;
  for (int i = 0; i < pairs; ++i) {
    const uint8_t pair = static_cast<uint8_t>(ordered[2 + i] ^ mask) >> 1;
    digits[2 * i] = static_cast<char>('0' + pair / 10);
    digits[2 * i + 1] = static_cast<char>('0' + pair % 10);
  }
  const int lead = digits[0] == '0' ? 1 : 0;
  const int trail = digits[2 * pairs - 1] == '0' ? 1 : 0;
  const int exponent = 2 * (biased - kBias) - lead;
  const int count = 2 * pairs - lead - trail;
  ENSURE(count > 0 && count <= Number::kMaxDigits, kWritten);
  append_digits(to, negative, digits.data() + lead, count, exponent);
}

}  // namespace jedlik::value
