#include "partiql/key_tests.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/partiql/parse.h"

namespace jedlik::partiql {
namespace {

using expression::KeyOperator;
using expression::value_notation;
using value::ValueView;

std::string shown(const ValueView& value) {
  return value_notation(value.to_value());
}

struct ValuesCase {
  std::string_view where;
  std::string_view values;  // of p; empty where it is open
};

constexpr ValuesCase kValues[] = {
    {"p = 'a'", "\"a\""},
    {"'a' = p", "\"a\""},
    {"p = 'a' AND n = 1", "\"a\""},
    {"n = 1 AND (m = 2 AND p = 'a')", "\"a\""},
    {"p IN ['b', 'a', 'b']", "\"b\" \"a\""},
    {"p IN ('b')", "\"b\""},
    {"p = 'b' OR p = 'a' OR p = 'b'", "\"b\" \"a\""},
    {"p = 'b' OR (p = 'a' AND n = 1)", "\"b\" \"a\""},
    {"(p = 'a' AND n = 1) OR (p = 'b' AND n = 2)", "\"a\" \"b\""},
    {"p IN ['a', 'b'] AND p = 'b'", "\"b\""},
    {"p = 1 OR p = 1.0", "1"},
    {"p = 'a' OR n = 1", ""},
    {"p <> 'a'", ""},
    {"p > 'a'", ""},
    {"NOT p = 'a'", ""},
    {"p IN ['a', n]", ""},
    {"n IN ['a'] AND m = p", ""},
    {"p.x = 'a'", ""},
    {"p[0] = 'a'", ""},
    {"P = 'a'", ""},
    {"p BETWEEN 'a' AND 'a'", ""},
    {"size(p) = 1", ""},
    {"p IS MISSING", ""},
    {"1 = 1", ""},
};

TEST(KeyTests, TellTheValuesThatAnAttributeMayHave) {
  for (const ValuesCase& one : kValues) {
    const std::string text = "SELECT * FROM t WHERE " + std::string(one.where);
    const auto statement = parse(text);
    ASSERT_TRUE(statement.has_value()) << text << ": " << message_of(statement);
    const auto values = possible_values(*statement->as<Select>()->where, "p");
    std::string all;
    for (const ValueView& value : values.value_or(std::vector<ValueView>()))
      all.append(all.empty() ? "" : " ").append(shown(value));
    EXPECT_EQ(all, one.values) << text;
    EXPECT_EQ(values.has_value(), !one.values.empty()) << text;
  }
}

struct TestCase {
  std::string_view where;
  std::string_view test;  // of s; empty where there is none
};

constexpr TestCase kTests[] = {
    {"s = 1", "= 1"},
    {"s > 1", "> 1"},
    {"1 > s", "< 1"},
    {"1 <= s", ">= 1"},
    {"s <= 1 AND p = 'a'", "<= 1"},
    {"p = 'a' AND (n = 1 AND s >= 1)", ">= 1"},
    {"s > 1 AND s = 2", "= 2"},
    {"s > 1 AND s < 2", "> 1"},
    {"s BETWEEN 1 AND 2", "between 1 and 2"},
    {"s NOT BETWEEN 1 AND 2", ""},
    {"begins_with(s, 'x')", "begins \"x\""},
    {"begins_with('x', s)", ""},
    {"s BETWEEN 1 AND n", ""},
    {"1 BETWEEN s AND 2", ""},
    {"s <> 1", ""},
    {"s = n", ""},
    {"s = 1 OR s = 2", ""},
    {"NOT s > 1", ""},
    {"contains(s, 'x')", ""},
    {"s IN [1]", ""},
};

std::string shown(const expression::KeyTest& test) {
  static constexpr std::pair<KeyOperator, std::string_view> kWords[] = {
      {KeyOperator::kEqual, "= "},           {KeyOperator::kLess, "< "},
      {KeyOperator::kLessOrEqual, "<= "},    {KeyOperator::kGreater, "> "},
      {KeyOperator::kGreaterOrEqual, ">= "}, {KeyOperator::kBetween, "between "},
      {KeyOperator::kBeginsWith, "begins "}};
  std::string text;
  for (const auto& [op, word] : kWords)
    if (op == test.op) text = word;
  text += shown(test.value);
  if (test.upper) text += " and " + shown(*test.upper);
  return text;
}

TEST(KeyTests, TellATestThatAKeyCanBeSearchedBy) {
  for (const TestCase& one : kTests) {
    const std::string text = "SELECT * FROM t WHERE " + std::string(one.where);
    const auto statement = parse(text);
    ASSERT_TRUE(statement.has_value()) << text << ": " << message_of(statement);
    const expression::Condition& where = *statement->as<Select>()->where;
    const auto test = key_test(where, "s");
    EXPECT_EQ(test ? shown(*test) : "", one.test) << text;
    const bool is_equality = one.test.starts_with("=");
    EXPECT_EQ(equal_value(where, "s").has_value(), is_equality) << text;
  }
}

}  // namespace
}  // namespace jedlik::partiql
