#include "wire/json_writer.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include "base/random.h"
#include "wire/json_block.h"

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

// A text of printable characters, with some that have to be escaped, or none.
std::string random_text(Random& random, size_t longest, bool is_plain) {
  constexpr std::string_view kSpecial = "\"\\\n\x1f\x7f!#[]";
  std::string text;
  for (size_t left = random.next() % (longest + 1); left > 0; --left) {
    const uint64_t choice = random.next() % 24;
    const bool is_special = !is_plain && choice < kSpecial.size();
    text.push_back(is_special ? kSpecial[choice] : static_cast<char>('a' + random.next() % 26));
  }
  return text;
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
    const std::string text = random_text(random, 39, false);
    simdjson::padded_string json(json_string(text));
    ASSERT_EQ(std::string_view(parser.parse(json)), text);
  }
}

TEST(JsonBlock, GivesWhatAppendingPieceByPieceWould) {
  Random random(12);
  for (int round = 0; round < 300; ++round) {
    std::string expected = "before";
    std::string to = expected;
    {
      JsonBlock block(to);
      for (size_t pieces = random.next() % 100; pieces > 0; --pieces) {
        const bool is_plain = random.next() % 4 != 0;
        switch (random.next() % 4) {
          case 0:
            block.put(',');
            expected.push_back(',');
            break;
          case 1:
            block.put_short({'{', '"', 'S', '"', ':', 'x'}, 5);
            expected.append("{\"S\":");
            break;
          case 2:
            append_json_int(block.string(), 7);
            append_json_int(expected, 7);
            break;
          default:
            const std::string text = random_text(random, round % 300, is_plain);
            block.put_string(text);
            append_json_string(expected, text);
            break;
        }
      }
    }
    ASSERT_EQ(to, expected);
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
