#include "value/number.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace jedlik::value {
namespace {

std::string times(char c, size_t count) {
  return std::string(count, c);
}

struct ReadCase {
  std::string text;
  std::string normal;
};

TEST(NumberText, IsReadAndPrintedInNormalForm) {
  const std::string nines = times('9', 38);
  const std::vector<ReadCase> cases = {
      {"0", "0"},
      {"-0", "0"},
      {"-0.0", "0"},
      {"0.000", "0"},
      {"0e1000", "0"},
      {"0e-99999999999999999999", "0"},
      {"1", "1"},
      {"+1", "1"},
      {"-1", "-1"},
      {"00012", "12"},
      {"-12.50", "-12.5"},
      {".5", "0.5"},
      {"+.5", "0.5"},
      {"5.", "5"},
      {"1e5", "100000"},
      {"1E+5", "100000"},
      {"1e-5", "0.00001"},
      {"12.5e1", "125"},
      {"12.5e0", "12.5"},
      {"125e-1", "12.5"},
      {"125e-3", "0.125"},
      {"1e0000000000000000000000000000002", "100"},
      {"100", "100"},
      {"0.001", "0.001"},
      {"1000000.0000001", "1000000.0000001"},
      {"1" + times('0', 100), "1" + times('0', 100)},
      {"1." + times('0', 100), "1"},
      {nines, nines},
      {"0." + nines, "0." + nines},
      {"1E-130", "0." + times('0', 129) + "1"},
      {"-1E-130", "-0." + times('0', 129) + "1"},
      {"9." + times('9', 37) + "e125", nines + times('0', 88)},
      {nines + "e88", nines + times('0', 88)},
      {"0." + times('0', 5000) + "1e5001", "1"},
      {"1" + times('0', 5000) + "e-5000", "1"},
      {"1." + times('2', 37) + "e-130", "0." + times('0', 129) + "1" + times('2', 37)},
  };
  for (const ReadCase& test : cases) {
    const auto number = Number::parse(test.text);
    ASSERT_TRUE(number) << test.text;
    EXPECT_EQ(number->to_text(), test.normal) << test.text;
    EXPECT_EQ(Number::parse(test.normal), *number);
  }
}

struct RefusalCase {
  std::string text;
  NumberError error;
};

TEST(NumberText, IsRefusedForTheFirstErrorThatApplies) {
  const std::string too_long = times('1', 39);
  std::vector<RefusalCase> cases = {
      {too_long, NumberError::kTooPrecise},
      {"1" + times('0', 37) + "1", NumberError::kTooPrecise},
      {"0." + too_long, NumberError::kTooPrecise},
      {"1." + times('0', 37) + "1", NumberError::kTooPrecise},
      {too_long + "e100", NumberError::kTooPrecise},
      {too_long + "e-1000", NumberError::kTooPrecise},
      {"1e126", NumberError::kOverflow},
      {"-1e126", NumberError::kOverflow},
      {"10e125", NumberError::kOverflow},
      {"1e99999999999", NumberError::kOverflow},
      {"1e" + times('9', 5000), NumberError::kOverflow},
      {"1" + times('0', 126), NumberError::kOverflow},
      {"1e-131", NumberError::kUnderflow},
      {"0.1e-130", NumberError::kUnderflow},
      {"-1e-99999999999", NumberError::kUnderflow},
      {"1e-" + times('9', 5000), NumberError::kUnderflow},
      {"0." + times('0', 130) + "1", NumberError::kUnderflow},
  };
  for (const char* text :
       {"",      " ",   " 1",       "1 ",     ".",        "-",         "+",     "-.",
        "e5",    ".e5", "1e",       "1e+",    "1e-",      "1e5.5",     "1e5e5", "1.2.3",
        "--1",   "+-1", "1-",       "NaN",    "Infinity", "-Infinity", "0x10",  "1_0",
        "1,000", "1f",  "\xD9\xA1", "1e200x", "0e",       "0x"})
    cases.push_back({text, NumberError::kNotANumber});
  cases.push_back({std::string("1\0", 2), NumberError::kNotANumber});
  cases.push_back({too_long + "x", NumberError::kNotANumber});
  for (const RefusalCase& test : cases) {
    const auto number = Number::parse(test.text);
    ASSERT_FALSE(number) << test.text;
    EXPECT_EQ(number.error(), test.error) << test.text;
  }
}

}  // namespace
}  // namespace jedlik::value
