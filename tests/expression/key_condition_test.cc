#include "expression/key_condition.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/expression/notation.h"

namespace jedlik::expression {
namespace {

using value::Type;

constexpr std::string_view kBindings =
    ":v = \"k\"; :w = \"b1\"; :x = \"b0\"; :n = 5; :n2 = 3; :b = b\"0001\"; :e = \"\"; :eb = "
    "b\"\"; "
    ":t = true; :ss = ss[\"a\"]; :l = []; #a = a";

constexpr KeyAttribute kPartition[] = {{"a", Type::kString}};
constexpr KeyAttribute kString[] = {{"b", Type::kString}};
constexpr KeyAttribute kNumber[] = {{"n", Type::kNumber}};
constexpr KeyAttribute kBinary[] = {{"b", Type::kBinary}};

constexpr KeySchema kPlain{kPartition, {}};
constexpr KeySchema kWithString{kPartition, kString};
constexpr KeySchema kWithNumber{kPartition, kNumber};
constexpr KeySchema kWithBinary{kPartition, kBinary};

std::string_view operator_word(KeyOperator op) {
  static constexpr std::string_view kWords[] = {"=",  "<",       "<=",         ">",
                                                ">=", "BETWEEN", "begins_with"};
  return kWords[static_cast<size_t>(op)];
}

// "k | >= b1", or the refusal.
std::string resolved(std::string_view text, const KeySchema& schema) {
  Bindings bindings(kBindings);
  const Result<KeyCondition> condition = parse_key_condition(text, bindings.placeholders());
  if (!condition) return condition.error().message;
  const Result<KeyRange> range = condition->resolve(schema);
  if (!range) return range.error().message;
  std::string result;
  for (const value::ValueView& value : range->partition)
    result.append(value_notation(value.to_value())).append(" ");
  for (const KeyTest& test : range->sort) {
    result.append("| ").append(operator_word(test.op)).append(" ");
    result.append(value_notation(test.value.to_value())).append(" ");
    if (test.upper) result.append(value_notation(test.upper->to_value())).append(" ");
  }
  result.pop_back();
  return result;
}

struct KeyCase {
  std::string_view text;
  const KeySchema& schema;
  std::string_view expected;
};

constexpr KeyCase kRanges[] = {
    {"a = :v", kPlain, R"("k")"},
    {"(#a = :v)", kWithString, R"("k")"},
    {":v = a", kPlain, R"("k")"},
    {"a = :v AND b = :w", kWithString, R"("k" | = "b1")"},
    {"b = :w AND a = :v", kWithString, R"("k" | = "b1")"},
    {"(a = :v) AND (b = :w)", kWithString, R"("k" | = "b1")"},
    {"(a = :v AND b = :w)", kWithString, R"("k" | = "b1")"},
    {"a = :v AND b < :w", kWithString, R"("k" | < "b1")"},
    {"a = :v AND b <= :w", kWithString, R"("k" | <= "b1")"},
    {"a = :v AND b > :w", kWithString, R"("k" | > "b1")"},
    {"a = :v AND b >= :w", kWithString, R"("k" | >= "b1")"},
    {"a = :v AND :w > b", kWithString, R"("k" | < "b1")"},
    {"a = :v AND :w >= b", kWithString, R"("k" | <= "b1")"},
    {"a = :v AND :w < b", kWithString, R"("k" | > "b1")"},
    {"a = :v AND :w <= b", kWithString, R"("k" | >= "b1")"},
    {"a = :v AND b BETWEEN :x AND :w", kWithString, R"("k" | BETWEEN "b0" "b1")"},
    {"a = :v AND begins_with(b, :w)", kWithString, R"("k" | begins_with "b1")"},
    {"begins_with(b, :e) AND a = :v", kWithString, R"("k" | begins_with "")"},
    {"a = :v AND n BETWEEN :n2 AND :n", kWithNumber, R"("k" | BETWEEN 3 5)"},
    {"a = :v AND n > :n2", kWithNumber, R"("k" | > 3)"},
    {"a = :v AND begins_with(b, :b)", kWithBinary, R"("k" | begins_with b"0001")"},
};

TEST(KeyCondition, GivesWhatToRead) {
  for (const KeyCase& one : kRanges)
    EXPECT_EQ(resolved(one.text, one.schema), one.expected) << one.text;
}

constexpr std::string_view kTypeMismatch =
    "One or more parameter values were invalid: Condition parameter type does not match schema "
    "type";
constexpr std::string_view kNotSupported = "Query key condition not supported";
constexpr std::string_view kOnePerKey =
    "KeyConditionExpressions must only contain one condition per key";
constexpr std::string_view kNested =
    "KeyConditionExpressions cannot have conditions on nested attributes";
constexpr std::string_view kNestedOperation =
    "KeyConditionExpressions cannot contain nested operations";
constexpr std::string_view kManyNames =
    "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition";

constexpr KeyCase kRefusals[] = {
    // The form of the condition.
    {"a", kPlain, "Invalid KeyConditionExpression: Syntax error; token: \"<EOF>\", near: \"a\""},
    {"((a = :v)) AND b = :w", kWithString,
     "Invalid KeyConditionExpression: The expression has redundant parentheses;"},
    {"name = :v", kPlain,
     "Invalid KeyConditionExpression: Attribute name is a reserved keyword; reserved keyword: "
     "name"},
    {"a = :undefined", kPlain,
     "Invalid KeyConditionExpression: An expression attribute value used in expression is not "
     "defined; attribute value: :undefined"},
    {"a = :v AND foo(b)", kWithString,
     "Invalid KeyConditionExpression: Invalid function name; function: foo"},
    {"a = :v AND begins_with(b, :n)", kWithString,
     "Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or "
     "function: begins_with, operand type: N"},
    {"a = :v AND b BETWEEN :w AND :x", kWithString,
     "Invalid KeyConditionExpression: The BETWEEN operator requires upper bound to be greater than "
     "or equal to lower bound; lower bound operand: AttributeValue: {S:b1}, upper bound operand: "
     "AttributeValue: {S:b0}"},
    {"a = a", kPlain,
     "Invalid KeyConditionExpression: The first operand must be distinct from the remaining "
     "operands for this operator or function; operator: =, first operand: [a]"},
    {"a = :v OR b = :w", kWithString, "Invalid operator used in KeyConditionExpression: OR"},
    {"a IN (:v) OR a = :v", kWithString, "Invalid operator used in KeyConditionExpression: OR"},
    {"a = :v AND (b = :w OR b = :x)", kWithString,
     "Invalid operator used in KeyConditionExpression: OR"},
    {"NOT a = :v", kPlain, "Invalid operator used in KeyConditionExpression: NOT"},
    {"a = :v AND NOT b = :w", kWithString, "Invalid operator used in KeyConditionExpression: NOT"},
    {"a <> :v", kPlain, "Invalid operator used in KeyConditionExpression: <>"},
    {"a = :v AND b IN (:w)", kWithString, "Invalid operator used in KeyConditionExpression: IN"},
    {"a = :v AND contains(b, :w)", kWithString,
     "Invalid operator used in KeyConditionExpression: contains"},
    {"attribute_exists(a)", kPlain,
     "Invalid operator used in KeyConditionExpression: attribute_exists"},
    {"a = :v AND attribute_not_exists(b)", kWithString,
     "Invalid operator used in KeyConditionExpression: attribute_not_exists"},
    {"a = :v AND size(b) = :n", kWithString, kNestedOperation},
    {"a = size(b)", kPlain, kNestedOperation},
    {"a = b", kPlain, kManyNames},
    {"a = :v AND begins_with(b, c)", kWithString, kManyNames},
    {"a = :v AND b BETWEEN :x AND c", kWithString, kManyNames},
    {":v = :v", kPlain, "Invalid condition in KeyConditionExpression: No key attribute specified"},
    {"a = :v AND begins_with(:w, b)", kWithString,
     "Invalid condition in KeyConditionExpression: begins_with operator must have the key "
     "attribute as its first operand"},
    {"a = :v AND :w BETWEEN b AND c", kWithString,
     "Invalid condition in KeyConditionExpression: BETWEEN operator must have the key attribute as "
     "its first operand"},
    {"a.x = :v", kPlain, kNested},
    {"a = :v AND b[0] = :w", kWithString, kNested},
    {"a = :v AND a = :v", kPlain, kOnePerKey},
    {"a = :v AND b > :x AND b < :w", kWithString, kOnePerKey},
    {"a = :v AND b = :w AND a = :v", kWithString, kOnePerKey},
    // What the key is.
    {"a = :v AND b >= :x AND c = :w", kWithString, "Conditions can be of length 1 or 2 only"},
    {"c = :v", kPlain, "Query condition missed key schema element: a"},
    {"b = :w", kWithString, "Query condition missed key schema element: a"},
    {"c = :v AND b = :w", kWithString, "Query condition missed key schema element: a"},
    {"a = :v AND c = :w", kWithString, "Query condition missed key schema element: b"},
    {"c > :v AND a = :v", kWithString, "Query condition missed key schema element: b"},
    {"a = :v AND b = :w", kPlain, kNotSupported},
    {"a < :v", kPlain, kNotSupported},
    {"a BETWEEN :v AND :v", kPlain, kNotSupported},
    {"begins_with(a, :v)", kPlain, kNotSupported},
    {"a > :v AND b = :w", kWithString, kNotSupported},
    {"a = :n", kPlain, kTypeMismatch},
    {"a = :n AND c = :v", kWithString, kTypeMismatch},
    {"a = :t", kPlain, kTypeMismatch},
    {"a = :ss", kPlain, kTypeMismatch},
    {"a = :l", kPlain, kTypeMismatch},
    {"a = :v AND b = :n", kWithString, kTypeMismatch},
    {"a = :v AND b BETWEEN :n2 AND :n", kWithString, kTypeMismatch},
    {"a = :v AND n = :v", kWithNumber, kTypeMismatch},
    {"a = :v AND begins_with(n, :v)", kWithNumber, kTypeMismatch},
    {"a = :v AND begins_with(b, :v)", kWithBinary, kTypeMismatch},
    {"a = :e", kPlain,
     "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
     "contain an empty string value. Key: a"},
    {"a = :v AND b = :eb", kWithBinary,
     "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
     "contain an empty binary value. Key: b"},
};

TEST(KeyCondition, Refuses) {
  for (const KeyCase& one : kRefusals)
    EXPECT_EQ(resolved(one.text, one.schema), one.expected) << one.text;
}

TEST(KeyCondition, AnIndexMayHaveSeveralAttributesOfEachKind) {
  static constexpr KeyAttribute kTwo[] = {{"a", Type::kString}, {"c", Type::kNumber}};
  static constexpr KeyAttribute kThree[] = {
      {"x", Type::kString}, {"y", Type::kNumber}, {"z", Type::kString}};
  static constexpr KeySchema kIndex{kTwo, kThree};
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"c = :n AND a = :v", R"("k" 5)"},
      {"c = :n AND a = :v AND x = :w", R"("k" 5 | = "b1")"},
      {"c = :n AND a = :v AND y > :n2 AND x = :w", R"("k" 5 | = "b1" | > 3)"},
      {"c = :n AND a = :v AND y = :n2 AND x = :w AND begins_with(z, :x)",
       R"("k" 5 | = "b1" | = 3 | begins_with "b0")"},
      {"a = :v", "Query condition missed key schema element: c"},
      {"a = :v AND c = :n AND y = :n", "Query condition missed key schema element: x"},
      {"a = :v AND c = :n AND x > :w AND y = :n", kNotSupported},
      {"a = :v AND c = :n AND x = :w AND y = :w", kTypeMismatch},
      {"a = :v AND c > :n", kNotSupported},
  };
  for (const auto& [text, expected] : cases)
    EXPECT_EQ(resolved(text, kIndex), expected) << text;
}

}  // namespace
}  // namespace jedlik::expression
