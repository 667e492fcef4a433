#include "wire/json_writer.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include "base/random.h"

namespace jedlik::wire {
namespace {

std::string json_string(std::string_view text) {
  std::string json;
  append_json_string(json, text);
  return json;
}

std::string json_double(double number) {
  std::string json;
  append_json_double(json, number);
  return json;
}

TEST(JsonWriter, EscapesWhatHasToBeAndNothingElse) {
  EXPECT_EQ(json_string(""), R"("")");
  EXPECT_EQ(json_string("plain / text"), R"("plain / text")");
  EXPECT_EQ(json_string("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(json_string("\b\f\n\r\t"), R"("\b\f\n\r\t")");
  EXPECT_EQ(json_string(std::string_view("\0\x01\x1f\x7f", 4)), "\"\\u0000\\u0001\\u001f\x7f\"");
  EXPECT_EQ(json_string("\u00e9\u20ac\U0001f600"), "\"\u00e9\u20ac\U0001f600\"");
}

TEST(JsonWriter, WritesStringsThatAParserReadsBack) {
  Random random(11);
  simdjson::dom::parser parser;
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    const size_t size = random.next() % 40;
    for (size_t i = 0; i < size; ++i) {
      // Much of what is special, between what is not.
      constexpr std::string_view kSpecial = "\"\\\n\x1f\x7f!#[]";
      const uint64_t choice = random.next() % 24;
      text.push_back(choice < kSpecial.size() ? kSpecial[choice]
                                              : static_cast<char>(' ' + random.next() % 95));
    }
    simdjson::padded_string json(json_string(text));
    ASSERT_EQ(std::string_view(parser.parse(json)), text);
  }
}

TEST(JsonWriter, WritesNumbersAsTheServiceDoes) {
  EXPECT_EQ(json_double(1), "1.0");
  EXPECT_EQ(json_double(0.5), "0.5");
  EXPECT_EQ(json_double(0), "0.0");
  EXPECT_EQ(json_double(1700000000.123), "1700000000.123");
  EXPECT_EQ(json_double(1e300).size(), 303);
  std::string json;
  append_json_int(json, std::numeric_limits<int64_t>::min());
  EXPECT_EQ(json, "-9223372036854775808");
}

}  // namespace
}  // namespace jedlik::wire
