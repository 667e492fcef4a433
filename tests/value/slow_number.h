#pragma once

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <string>
#include <string_view>

// The slow and obvious model of numbers: whole numbers of any size, counted in units of 1E-400, so
// that every text of the tests is exact.
namespace jedlik::value {

using Whole = boost::multiprecision::cpp_int;

inline constexpr int kSlowPlaces = 400;

// The value of "-12.5e3" and its like.
inline Whole slow_number(std::string_view text) {
  const bool negative = text.substr(0, 1) == "-";
  if (negative) text.remove_prefix(1);
  const size_t e = std::min(text.find('e'), text.size());
  int exponent = kSlowPlaces;
  if (e < text.size()) exponent += std::stoi(std::string(text.substr(e + 1)));
  Whole whole = 0;
  bool after_point = false;
  for (const char c : text.substr(0, e)) {
    if (c == '.') {
      after_point = true;
      continue;
    }
    whole = whole * 10 + (c - '0');
    if (after_point) --exponent;
  }
  whole *= boost::multiprecision::pow(Whole(10), static_cast<unsigned>(exponent));
  return negative ? Whole(-whole) : whole;
}

// The normal text of a value.
inline std::string slow_text(const Whole& value) {
  std::string digits = Whole(abs(value)).str();
  if (digits.size() <= kSlowPlaces) digits.insert(0, kSlowPlaces + 1 - digits.size(), '0');
  digits.insert(digits.size() - kSlowPlaces, 1, '.');
  while (digits.back() == '0')
    digits.pop_back();
  if (digits.back() == '.') digits.pop_back();
  return (value < 0 ? "-" : "") + digits;
}

// How many digits lie between the first and the last that are not zero.
inline size_t slow_digit_count(const Whole& value) {
  const std::string digits = Whole(abs(value)).str();
  const size_t last = digits.find_last_not_of('0');
  return last == std::string::npos ? 0 : last + 1;
}

}  // namespace jedlik::value
