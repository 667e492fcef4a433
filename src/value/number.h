#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "base/bytes.h"

// DynamoDB's numbers: exact decimals of up to 38 significant digits, zero, and magnitudes from
// 1E-130 to 9.9999999999999999999999999999999999999E+125 (Amazon DynamoDB Developer Guide, "Naming
// rules and data types", Number).
namespace jedlik::value {

enum class NumberError : uint8_t {
  kNotANumber,  // the text is not a number
  kOverflow,    // magnitude above 9.99..E+125
  kUnderflow,   // magnitude below 1E-130, and not zero
  kTooPrecise,  // more than 38 significant digits
};

// An immutable number in normal form: equal numbers have equal members. Zero has no sign.
class Number {
 public:
  static constexpr int kMaxDigits = 38;
  // The smallest and the largest exponent(), those of 1E-130 and of 9.99..E+125.
  static constexpr int kMinExponent = -129;
  static constexpr int kMaxExponent = 126;

  // Zero.
  Number() = default;
  explicit Number(int64_t number);

  // Reads "-12.50", "1e3", ".5", "5.": an optional sign, digits with at most one point and at least
  // one digit, an optional exponent. Nothing else, no blanks, no "NaN". The text may be of any
  // length; it costs one pass. Where several errors apply, the first of: not a number, too precise,
  // overflow or underflow. Zero has any exponent.
  static tl::expected<Number, NumberError> parse(std::string_view text);

  // The normal text: no exponent, no sign on zero, no zeros that say nothing ("0.001", "-12.5",
  // "100"). At most 170 characters.
  void append_text(std::string& to) const;
  std::string to_text() const;

  // The ordered form: bytes whose memcmp order is the order of the numbers, from which the end can
  // be told, and which are equal for equal numbers. It is the form of a number in keys and in
  // stored items. 1 to 22 bytes; docs/formats/number.md describes it.
  void append_ordered(Bytes& to) const;
  // Takes one number off the front of `from`. False when the bytes are not what append_ordered
  // writes: they may come from a damaged file.
  [[nodiscard]] static bool take_ordered(BytesView& from, Number& number);

  // Sum and difference, exact, or why there is none: a result that needs more than 38 digits is
  // kTooPrecise, not rounded.
  static tl::expected<Number, NumberError> add(const Number& a, const Number& b);
  static tl::expected<Number, NumberError> subtract(const Number& a, const Number& b);

  bool is_zero() const { return digit_count_ == 0; }
  bool is_negative() const { return negative_; }
  // How many significant digits there are, 0 for zero.
  int digit_count() const { return digit_count_; }
  // The value is 0.d1d2d3... times ten to this power.
  int exponent() const { return exponent_; }

  friend bool operator==(const Number&, const Number&) = default;
  friend std::strong_ordering operator<=>(const Number& a, const Number& b);

  // What the number adds to an item's size, in bytes, as DynamoDB counts it.
  size_t size_bytes() const;

 private:
  struct Scan;
  // Reads the text's sign and digits into this zero, and the rest into `found`. False when the text
  // is not a number.
  bool scan(std::string_view text, Scan& found);
  // a + b, with the sign of b as told.
  static tl::expected<Number, NumberError> sum(const Number& a, const Number& b, bool b_negative);

  bool negative_ = false;
  int16_t exponent_ = 0;
  uint8_t digit_count_ = 0;
  // 0 to 9 each; the first and the last are not 0, those that are not used are.
  std::array<uint8_t, kMaxDigits> digits_{};
};

// From an ordered form as append_ordered wrote it, without building the number: its size_bytes().
size_t ordered_number_size_bytes(BytesView ordered);
// The same for append_text(): how numbers of stored items become JSON.
void append_ordered_number_text(std::string& to, BytesView ordered);

}  // namespace jedlik::value
