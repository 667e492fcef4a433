#include <gtest/gtest.h>

#include <string>

#include "tests/value/random_values.h"
#include "tests/value/slow_number.h"
#include "value/number.h"

// Numbers against the slow model.

namespace jedlik::value {
namespace {

// What a sum should be: the text, or the name of the error.
std::string expected_sum(const Whole& sum) {
  using boost::multiprecision::pow;
  static const Whole smallest = pow(Whole(10), kSlowPlaces - 130);
  static const Whole beyond = pow(Whole(10), kSlowPlaces + 126);
  if (slow_digit_count(sum) > Number::kMaxDigits) return "too precise";
  if (abs(sum) >= beyond) return "overflow";
  if (sum != 0 && abs(sum) < smallest) return "underflow";
  return slow_text(sum);
}

std::string text_of(const tl::expected<Number, NumberError>& result) {
  if (result) return result->to_text();
  switch (result.error()) {
    case NumberError::kTooPrecise:
      return "too precise";
    case NumberError::kOverflow:
      return "overflow";
    case NumberError::kUnderflow:
      return "underflow";
    case NumberError::kNotANumber:
      return "not a number";
  }
  return "";
}

void expect_sum_and_difference(const std::string& a, const std::string& b) {
  const Number left = *Number::parse(a);
  const Number right = *Number::parse(b);
  const Whole slow_left = slow_number(a);
  const Whole slow_right = slow_number(b);
  EXPECT_EQ(text_of(Number::add(left, right)), expected_sum(slow_left + slow_right))
      << a << " + " << b;
  EXPECT_EQ(text_of(Number::subtract(left, right)), expected_sum(slow_left - slow_right))
      << a << " - " << b;
}

TEST(NumberSum, IsExactOrSaysWhyThereIsNone) {
  const std::string nines(38, '9');
  const std::string texts[] = {"0",           "1",
                               "-1",          "9",
                               "0.1",         "99999",
                               "1e125",       "-1e125",
                               "1e-130",      "-1e-130",
                               "1.1e-130",    "1e37",
                               "1e38",        "1e-38",
                               nines,         "-" + nines,
                               nines + "e88", "-" + nines + "e88",
                               "0." + nines,  "5" + nines.substr(1) + "e88"};
  for (const std::string& a : texts)
    for (const std::string& b : texts)
      expect_sum_and_difference(a, b);
}

TEST(NumberSum, AgreesWithTheSlowModel) {
  RandomValues random;
  for (int i = 0; i < 10'000; ++i)
    expect_sum_and_difference(random.number_text(), random.number_text());
}

TEST(NumberText, AgreesWithTheSlowModel) {
  RandomValues random;
  for (int i = 0; i < 10'000; ++i) {
    const std::string text = random.number_text();
    const Number number = *Number::parse(text);
    const std::string normal = slow_text(slow_number(text));
    EXPECT_EQ(number.to_text(), normal) << text;
    EXPECT_EQ(Number::parse(normal), number) << text;
    Bytes ordered;
    number.append_ordered(ordered);
    std::string from_ordered = "kept ";
    append_ordered_number_text(from_ordered, ordered);
    EXPECT_EQ(from_ordered, "kept " + normal) << text;
  }
}

TEST(NumberOrder, IsThatOfTheValues) {
  RandomValues random;
  for (int i = 0; i < 20'000; ++i) {
    const Number a = random.number();
    // Neighbours and opposites as well as strangers.
    Number b = random.number();
    if (random.one_in(3)) b = Number::add(a, random.number()).value_or(a);
    if (random.one_in(5)) b = *Number::subtract(Number(), a);
    Bytes ordered_a;
    Bytes ordered_b;
    a.append_ordered(ordered_a);
    b.append_ordered(ordered_b);
    const Whole slow_a = slow_number(a.to_text());
    const Whole slow_b = slow_number(b.to_text());
    const int expected = slow_a < slow_b ? -1 : slow_a > slow_b ? 1 : 0;
    EXPECT_EQ(a <=> b, expected <=> 0) << a.to_text() << " and " << b.to_text();
    EXPECT_EQ(a == b, expected == 0);
    EXPECT_EQ(ordered_a <=> ordered_b, expected <=> 0) << a.to_text() << " and " << b.to_text();
    // No form is the beginning of another.
    EXPECT_EQ(BytesView(ordered_a).starts_with(ordered_b), expected == 0);
  }
}

TEST(NumberFromInteger, EqualsTheNumberOfItsText) {
  RandomValues random;
  for (const int64_t integer :
       {int64_t{0}, int64_t{1}, int64_t{-1}, int64_t{10}, int64_t{-1000}, INT64_MAX, INT64_MIN})
    EXPECT_EQ(Number(integer), *Number::parse(std::to_string(integer)));
  for (int i = 0; i < 1000; ++i) {
    const auto integer = static_cast<int64_t>(random.up_to(UINT64_MAX) >> random.up_to(63));
    EXPECT_EQ(Number(integer), *Number::parse(std::to_string(integer)));
  }
}

}  // namespace
}  // namespace jedlik::value
