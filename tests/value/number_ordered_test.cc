#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/value/hex.h"
#include "tests/value/random_values.h"
#include "value/number.h"

namespace jedlik::value {
namespace {

Bytes ordered(std::string_view text) {
  Bytes bytes;
  Number::parse(text)->append_ordered(bytes);
  return bytes;
}

struct FormCase {
  std::string text;
  std::string hex;
};

// These bytes are on disks: a change here makes them unreadable.
TEST(NumberOrdered, TheFormIsWhatItEverWas) {
  std::string pairs_of_nines;
  for (int i = 0; i < 18; ++i)
    pairs_of_nines += "c7";
  const std::string nines(38, '9');
  const std::vector<FormCase> cases = {
      {"0", "20"},
      {"1", "304102"},
      {"-1", "10befd"},
      {"10", "304114"},
      {"99", "3041c6"},
      {"100", "304202"},
      {"123", "3042032e"},
      {"-123", "10bdfcd1"},
      {"0.1", "304014"},
      {"0.01", "304002"},
      {"0.001", "303f14"},
      {"1e125", "307f14"},
      {"1e124", "307f02"},
      {"1e-130", "300002"},
      {"-1e-130", "10fffd"},
      {nines, "3053" + pairs_of_nines + "c6"},
      {nines + "e88", "307f" + pairs_of_nines + "c6"},
      // One digit alone at each end: twenty pairs, the longest form there is.
      {nines + "e-1", "305313" + pairs_of_nines + "b4"},
  };
  for (const FormCase& test : cases)
    EXPECT_EQ(to_hex(ordered(test.text)), test.hex) << test.text;
}

TEST(NumberOrdered, ComesBackAndLeavesWhatFollows) {
  RandomValues random;
  for (int i = 0; i < 10'000; ++i) {
    const Number number = random.number();
    Bytes bytes;
    number.append_ordered(bytes);
    ASSERT_LE(bytes.size(), 22U);
    EXPECT_EQ(ordered_number_size_bytes(bytes), number.size_bytes());
    bytes += random.bytes(3);
    BytesView rest = bytes;
    Number read;
    ASSERT_TRUE(Number::take_ordered(rest, read)) << number.to_text();
    EXPECT_EQ(read, number);
    Bytes again;
    read.append_ordered(again);
    EXPECT_EQ(again + Bytes(rest), bytes);
  }
}

struct RefusalCase {
  std::string why;
  std::string hex;
};

TEST(NumberOrdered, OtherBytesAreRefused) {
  const std::vector<RefusalCase> cases = {
      {"nothing", ""},
      {"no such sign", "00"},
      {"no such sign", "21"},
      {"no such sign", "ff4102"},
      {"no exponent", "30"},
      {"no digits", "3041"},
      {"no end", "304103"},
      {"exponent too large", "308002"},
      {"exponent too large, negative", "107ffd"},
      {"0 as the only pair", "304100"},
      {"0 as the first pair", "30410102"},
      {"0 as the last pair", "30410300"},
      {"100 as a pair", "3041c8"},
      {"127 as a pair", "3041fe"},
      {"100 as a pair, negative", "10be37"},
  };
  for (const RefusalCase& test : cases) {
    const Bytes bytes = unhex(test.hex);
    BytesView rest = bytes;
    Number number;
    EXPECT_FALSE(Number::take_ordered(rest, number)) << test.why << ": " << test.hex;
  }
  // 39 and 40 digits, and 21 pairs.
  Bytes long_form = unhex("3041");
  for (int i = 0; i < 19; ++i)
    long_form.push_back('\xC7');
  for (const char* end : {"c6", "b4", "c7c6"}) {
    const Bytes bytes = long_form + unhex(end);
    BytesView rest = bytes;
    Number number;
    EXPECT_FALSE(Number::take_ordered(rest, number)) << end;
  }
}

// Whatever is accepted is exactly what append_ordered writes.
TEST(NumberOrdered, DamagedBytesAreRefusedOrAnotherNumber) {
  RandomValues random;
  for (int i = 0; i < 50'000; ++i) {
    Bytes bytes;
    random.number().append_ordered(bytes);
    for (size_t left = random.up_to(2); left > 0; --left)
      bytes[random.up_to(bytes.size() - 1)] = static_cast<char>(random.up_to(255));
    if (random.one_in(4)) bytes.resize(random.up_to(bytes.size()));
    BytesView rest = bytes;
    Number number;
    if (!Number::take_ordered(rest, number)) continue;
    Bytes again;
    number.append_ordered(again);
    EXPECT_EQ(again + Bytes(rest), bytes);
    EXPECT_EQ(Number::parse(number.to_text()), number);
  }
}

}  // namespace
}  // namespace jedlik::value
