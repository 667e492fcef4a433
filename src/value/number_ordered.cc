#include <array>

#include "base/ensure.h"
#include "value/number.h"

// The ordered form of a number: docs/formats/number.md.

namespace jedlik::value {
namespace {

constexpr uint8_t kNegative = 0x10;
constexpr uint8_t kZero = 0x20;
constexpr uint8_t kPositive = 0x30;
// Added to the exponent of base 100, which goes from -64 to 63.
constexpr int kBias = 64;
constexpr int kMaxPairs = 20;  // 38 digits, one of them alone in the first pair and one in the last

// The parts of an ordered form of a number other than zero.
struct Parts {
  bool negative = false;
  int exponent = 0;  // of base 100
  int count = 0;     // pairs of digits
  std::array<uint8_t, kMaxPairs> pairs;

  // A first pair below ten and a last one that ends with a zero have a digit that says nothing.
  int leading_zero() const { return pairs[0] < 10 ? 1 : 0; }
  int trailing_zero() const { return pairs[count - 1] % 10 == 0 ? 1 : 0; }
  int digits() const { return 2 * count - leading_zero() - trailing_zero(); }
};

// Takes what follows the sign byte. False when append_ordered would not have written it.
bool take_parts(BytesView& from, bool negative, Parts& parts) {
  const uint8_t mask = negative ? 0xFF : 0;
  const auto byte_at = [&](size_t i) { return static_cast<uint8_t>(from[i] ^ mask); };
  if (from.size() < 2 || byte_at(0) >= 2 * kBias) return false;
  parts.negative = negative;
  parts.exponent = byte_at(0) - kBias;
  for (size_t i = 1; i < from.size() && parts.count < kMaxPairs; ++i) {
    const uint8_t byte = byte_at(i);
    const uint8_t pair = byte >> 1;
    if (pair > 99 || (pair == 0 && parts.count == 0)) return false;
    parts.pairs[parts.count++] = pair;
    if ((byte & 1) != 0) continue;
    from.remove_prefix(i + 1);
    return pair != 0 && parts.digits() <= Number::kMaxDigits;
  }
  return false;
}

}  // namespace

void Number::append_ordered(Bytes& to) const {
  if (is_zero()) {
    to.push_back(static_cast<char>(kZero));
    return;
  }
  // An odd exponent leaves the first digit alone in its pair.
  const int lead = exponent_ & 1;
  const int exponent = (exponent_ + lead) / 2;
  const int pairs = (digit_count_ + lead + 1) / 2;
  const uint8_t mask = negative_ ? 0xFF : 0;
  std::array<char, 2 + kMaxPairs> bytes;
  bytes[0] = static_cast<char>(negative_ ? kNegative : kPositive);
  bytes[1] = static_cast<char>((exponent + kBias) ^ mask);
  const auto digit_at = [&](int i) { return i >= 0 && i < kMaxDigits ? digits_[i] : 0; };
  for (int pair = 0; pair < pairs; ++pair) {
    const int high = 2 * pair - lead;
    const int number = digit_at(high) * 10 + digit_at(high + 1);
    const int more = pair + 1 < pairs ? 1 : 0;
    bytes[2 + pair] = static_cast<char>((2 * number + more) ^ mask);
  }
  to.append(bytes.data(), static_cast<size_t>(2 + pairs));
}

bool Number::take_ordered(BytesView& from, Number& number) {
  number = Number();
  if (from.empty()) return false;
  const auto sign = static_cast<uint8_t>(from.front());
  from.remove_prefix(1);
  if (sign == kZero) return true;
  if (sign != kNegative && sign != kPositive) return false;
  Parts parts;
  if (!take_parts(from, sign == kNegative, parts)) return false;
  const int lead = parts.leading_zero();
  number.negative_ = parts.negative;
  number.exponent_ = static_cast<int16_t>(2 * parts.exponent - lead);
  number.digit_count_ = static_cast<uint8_t>(parts.digits());
  const auto put = [&](int i, int digit) {
    if (i >= 0 && i < kMaxDigits) number.digits_[i] = static_cast<uint8_t>(digit);
  };
  for (int pair = 0; pair < parts.count; ++pair) {
    put(2 * pair - lead, parts.pairs[pair] / 10);
    put(2 * pair - lead + 1, parts.pairs[pair] % 10);
  }
  return true;
}

size_t Number::size_bytes() const {
  return static_cast<size_t>((digit_count_ + 1) / 2 + 1 + (negative_ ? 1 : 0));
}

void append_ordered_number_text(std::string& to, BytesView ordered) {
  Number number;
  ENSURE(Number::take_ordered(ordered, number), "an ordered form is what append_ordered writes");
  number.append_text(to);
}

size_t ordered_number_size_bytes(BytesView ordered) {
  Number number;
  ENSURE(Number::take_ordered(ordered, number), "an ordered form is what append_ordered writes");
  return number.size_bytes();
}

}  // namespace jedlik::value
