#include <gtest/gtest.h>

#include <string>

#include "tests/partiql/parse.h"

// What is no statement, and what the service says of it.
namespace jedlik::partiql {
namespace {

struct RefusedCase {
  std::string_view text;
  std::string_view message;
};

constexpr std::string_view kPrefix = "Statement wasn't well formed, can't be processed: ";

constexpr RefusedCase kMalformed[] = {
    {"", "Expected data manipulation"},
    {"SELEC * FROM t", "Expected data manipulation"},
    {"CREATE TABLE t", "Expected data manipulation"},
    {"'SELECT'", "Expected data manipulation"},
    {"UPDATE t-1 SET a = 1 WHERE p = 'a'", "Expected data manipulation"},
    {"UPDATE t WHERE p = 'a'", "Expected data manipulation"},
    {"SELECT", "Unexpected term"},
    {"SELECT * FROM", "Unexpected from source"},
    {"SELECT * FROM 'table'", "Unexpected from source"},
    {"SELECT * FROM t.", "Invalid path dot component"},
    {"SELECT FROM t", "Unexpected keyword"},
    {"SELECT DISTINCT p FROM t", "Unexpected keyword"},
    {"SELECT value FROM t", "Unexpected keyword"},
    {"SELECT a.value FROM t", "Invalid path dot component"},
    {"SELECT *, p FROM t", "Unexpected term"},
    {"SELECT p AS q FROM t", "Unexpected keyword"},
    {"SELECT a[-1] FROM t", "Unexpected term"},
    {"SELECT a[1.5] FROM t", "Unexpected term"},
    {"SELECT a[0 FROM t", "Unexpected keyword"},
    {"SELECT * FROM t, u", "Unexpected term"},
    {"SELECT * FROM t JOIN u ON true", "Unexpected keyword"},
    {"SELECT * FROM t u", "Unexpected term"},
    {"SELECT * FROM t WHERE", "Unexpected term"},
    {"SELECT * FROM t WHERE a", "Unexpected term"},
    {"SELECT * FROM t WHERE true", "Unexpected term"},
    {"SELECT * FROM t WHERE a =", "Unexpected term"},
    {"SELECT * FROM t WHERE a = 1 AND", "Unexpected term"},
    {"SELECT * FROM t WHERE a = 1 AND b", "Unexpected term"},
    {"SELECT * FROM t WHERE NOT a", "Unexpected term"},
    {"SELECT * FROM t WHERE (a = 1", "Unexpected term"},
    {"SELECT * FROM t WHERE a = 1)", "Unexpected term"},
    {"SELECT * FROM t WHERE (a = 1) = (b = 2)", "Unexpected term"},
    {"SELECT * FROM t WHERE a = (b = 2)", "Unexpected term"},
    {"SELECT * FROM t WHERE a + 1 = 2", "Unexpected term"},
    {"SELECT * FROM t WHERE a NOT = 1", "Unexpected term"},
    {"SELECT * FROM t WHERE a LIKE 'x%'", "Unexpected keyword"},
    {"SELECT * FROM t WHERE a IN []", "Unexpected term"},
    {"SELECT * FROM t WHERE a IN [1)", "Unexpected term"},
    {"SELECT * FROM t WHERE a IN 1", "Unexpected term"},
    {"SELECT * FROM t WHERE a BETWEEN 1", "Unexpected term"},
    {"SELECT * FROM t WHERE a BETWEEN 1 OR 2", "Unexpected keyword"},
    {"SELECT * FROM t WHERE a IS 1", "Unexpected term"},
    {"SELECT * FROM t WHERE a = MISSING", "Unexpected keyword"},
    {"SELECT * FROM t WHERE a = 'x", "Unexpected term"},
    {"SELECT * FROM t WHERE a = `x`", "Unexpected term"},
    {"SELECT * FROM t WHERE \"a = 1", "Unexpected term"},
    {"SELECT * FROM t WHERE a = /* 1", "Unexpected term"},
    {"SELECT * FROM t WHERE key = 1", "Unexpected keyword"},
    {"SELECT * FROM t WHERE a = 1 ORDER a", "Unexpected term"},
    {"SELECT * FROM t WHERE a = 1 ORDER BY", "Unexpected term"},
    {"SELECT * FROM t WHERE a = 1;;", "Unexpected term"},
    {"INSERT t VALUE {'p': 1}", "Unexpected term"},
    {"INSERT INTO urls (key, x) VALUES (1, 2)", "Unexpected keyword"},
    {"INSERT INTO t VALUE", "Unexpected term"},
    {"INSERT INTO t VALUE [1]", "Unexpected term"},
    {"INSERT INTO t VALUE {p: 1}", "Unexpected term"},
    {"INSERT INTO t VALUE {'p' 1}", "Unexpected term"},
    {"INSERT INTO t VALUE {'p': 1,}", "Unexpected term"},
    {"INSERT INTO t VALUE {'p': a}", "Unexpected term"},
    {"INSERT INTO t VALUE {'p': -'a'}", "Unexpected term"},
    {"INSERT INTO t VALUE {'p': MISSING}", "Unexpected keyword"},
    {"UPDATE t SET a 1", "Unexpected term"},
    {"UPDATE t SET a = 1, WHERE p = 'a'", "Unexpected keyword"},
    {"UPDATE t SET a = 1 RETURNING ALL OLD", "Unexpected term"},
    {"UPDATE t SET a = 1 RETURNING *", "Unexpected term"},
    {"UPDATE t SET a = 1 RETURNING ALL NEWEST *", "Unexpected term"},
    {"UPDATE t SET a = set_add(a, b)", "Unexpected term"},
    {"DELETE t WHERE p = 1", "Unexpected term"},
    {"EXISTS SELECT * FROM t", "Unexpected keyword"},
    {"EXISTS(DELETE FROM t)", "Unexpected keyword"},
    {"EXISTS(SELECT * FROM t", "Unexpected term"},
};

TEST(StatementParser, SaysThatAStatementIsNotWellFormed) {
  for (const RefusedCase& one : kMalformed) {
    const auto statement = parse(one.text);
    ASSERT_FALSE(statement.has_value()) << one.text;
    EXPECT_EQ(statement.error().type, &error_types::kValidation) << one.text;
    EXPECT_EQ(statement.error().message, std::string(kPrefix).append(one.message)) << one.text;
  }
}

constexpr RefusedCase kRefused[] = {
    {"SELECT COUNT(*) FROM t", "Unexpected path component at 1:8:5"},
    {"SELECT\n  size(a) FROM t", "Unexpected path component at 2:3:4"},
    {"SELECT 1 FROM t", "Unexpected path component at 1:8:1"},
    {"SELECT * FROM t WHERE a = 1 LIMIT 5", "Unsupported clause: LIMIT at 1:29:5"},
    {"SELECT * FROM t GROUP BY a", "Unsupported clause: GROUP at 1:17:5"},
    {"INSERT INTO t VALUE {'p': 1} RETURNING ALL OLD *", "Unsupported clause: RETURNING at 1:30:9"},
    {"SELECT * FROM t WHERE attribute_exists(a)",
     "Unsupported function: attribute_exists at 1:23:16"},
    {"UPDATE t SET a = if_not_exists(a, 1)", "Unsupported function: if_not_exists at 1:18:13"},
    {"UPDATE t SET a = size(b)", "Unsupported function: size at 1:18:4"},
    {"UPDATE t SET a = set_add(b, <<1>>)",
     "The first argument of set_add must be the attribute that is set at 1:18:7"},
    {"UPDATE t SET a = SET_ADD(a, 1)",
     "Invalid UpdateExpression: Incorrect operand type for operator or function; operator: "
     "SET_ADD, operand type: N"},
    {"INSERT INTO \"t\".\"i\" VALUE {'p': 1}",
     "FROM clause may only contain a single table name in data manipulation statements at 1:13:3"},
    {"UPDATE t.i SET a = 1",
     "FROM clause may only contain a single table name in data manipulation statements at 1:8:1"},
    {"INSERT INTO t << {'p': 1} >>",
     "Unsupported operation: Inserting multiple items in a single statement is not supported, use "
     "\"INSERT INTO tableName VALUE item\" instead"},
    {"DELETE FROM t WHERE p = 1 RETURNING ALL NEW *",
     "Invalid returning clause: RETURNING ALL NEW *. Only RETURNING ALL OLD * is allowed in "
     "DELETE statements."},
    {"DELETE FROM t WHERE p = 1 RETURNING MODIFIED OLD *",
     "Invalid returning clause: RETURNING MODIFIED OLD *. Only RETURNING ALL OLD * is allowed in "
     "DELETE statements."},
    {"SELECT a, b.c, a FROM t",
     "Invalid ProjectionExpression: Two document paths overlap with each other; must remove or "
     "rewrite one of these paths; path one: [a], path two: [a]"},
    {"SELECT a[2147483648] FROM t",
     "Invalid ProjectionExpression: List index is not within the allowable range; index: "
     "[2147483648]"},
    {"UPDATE t SET a = 1 SET a.b = 2 WHERE p = 1",
     "Invalid UpdateExpression: Two document paths overlap with each other; must remove or "
     "rewrite one of these paths; path one: [a], path two: [a, b]"},
    {"UPDATE t SET a = 1 WHERE a < true",
     "Invalid ConditionExpression: Incorrect operand type for operator or function; operator or "
     "function: <, operand type: BOOL"},
    {"SELECT * FROM t WHERE a BETWEEN 2 AND 1",
     "Invalid FilterExpression: The BETWEEN operator requires upper bound to be greater than or "
     "equal to lower bound; lower bound operand: AttributeValue: {N:2}, upper bound operand: "
     "AttributeValue: {N:1}"},
    {"SELECT * FROM t WHERE contains(a)",
     "Invalid FilterExpression: Incorrect number of operands for operator or function; operator "
     "or function: contains, number of operands: 1"},
    {"SELECT * FROM t WHERE 1 IS MISSING",
     "Invalid FilterExpression: Operator or function requires a document path; operator or "
     "function: attribute_not_exists"},
    {"INSERT INTO t VALUE {'p': <<>>}",
     "One or more parameter values were invalid: An string set  may not be empty"},
    {"INSERT INTO t VALUE {'p': <<1, 'a'>>}",
     "One or more parameter values were invalid: The members of a set must be of the same type"},
    {"INSERT INTO t VALUE {'p': <<[1]>>}",
     "One or more parameter values were invalid: A set has strings, numbers or binary values "
     "only"},
    {"INSERT INTO t VALUE {'p': <<1, 1.0>>}", "Input collection contains duplicates"},
    {"INSERT INTO t VALUE {'': 1}", "Empty attribute name"},
    {"INSERT INTO t VALUE {'p': 1e126}",
     "Number overflow. Attempting to store a number with magnitude larger than supported range"},
    {"SELECT * FROM t WHERE a = ?", "Number of parameters in request and statement don't match."},
};

TEST(StatementParser, RefusesWhatIsWellFormedButNotSupported) {
  for (const RefusedCase& one : kRefused)
    EXPECT_EQ(message_of(parse(one.text)), one.message) << one.text;
}

TEST(StatementParser, WantsAParameterForEachQuestionMark) {
  const Parameters two{"1", "2"};
  EXPECT_TRUE(parse_statement("SELECT * FROM t WHERE a = ? AND b = ?", two.views()));
  EXPECT_TRUE(parse_statement("INSERT INTO t VALUE {'p': [?, {'x': ?}]}", two.views()));
  const std::string mismatch = "Number of parameters in request and statement don't match.";
  for (const std::string_view text :
       {"SELECT * FROM t WHERE a = ?", "SELECT * FROM t WHERE a = ? AND b = '?'",
        "SELECT * FROM t WHERE a IN [?, ?, ?]", "INSERT INTO t VALUE {'p': <<?, ?, ?>>}"}) {
    EXPECT_EQ(message_of(parse_statement(text, two.views())), mismatch) << text;
  }
}

std::string repeated(std::string_view text, size_t times) {
  std::string all;
  for (size_t i = 0; i < times; ++i)
    all += text;
  return all;
}

// What may be nested is bounded, and nothing is read beyond the bound.
TEST(StatementParser, RefusesWhatIsNestedTooDeep) {
  const auto parens = [](size_t count) {
    return "SELECT * FROM t WHERE " + repeated("(", count) + "a = 1" + repeated(")", count);
  };
  EXPECT_EQ(message_of(parse(parens(300))), "");
  EXPECT_EQ(message_of(parse(parens(301))), std::string(kPrefix) + "Too many nested parentheses");
  EXPECT_EQ(message_of(parse(parens(100000))),
            std::string(kPrefix) + "Too many nested parentheses");
  const std::string many_operators =
      "Invalid FilterExpression: The expression contains too many operators; operator count: 301";
  EXPECT_EQ(message_of(parse("SELECT * FROM t WHERE " + repeated("NOT ", 299) + "a = 1")), "");
  EXPECT_EQ(message_of(parse("SELECT * FROM t WHERE " + repeated("NOT ", 100000) + "a = 1")),
            many_operators);
  EXPECT_EQ(message_of(parse("SELECT * FROM t WHERE " + repeated("size(", 100000))),
            many_operators);
  EXPECT_EQ(message_of(parse("SELECT * FROM t WHERE a = 1" + repeated(" OR a = 1", 150))),
            many_operators);

  const std::string too_deep =
      "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels "
      "beyond supported limit";
  const auto list = [](size_t depth) { return repeated("[", depth) + repeated("]", depth); };
  EXPECT_EQ(message_of(parse("INSERT INTO t VALUE {'a': " + list(32) + "}")), "");
  EXPECT_EQ(message_of(parse("INSERT INTO t VALUE {'a': " + list(33) + "}")), too_deep);
  EXPECT_EQ(message_of(parse("SELECT * FROM t WHERE a = " + list(32))), "");
  EXPECT_EQ(message_of(parse("SELECT * FROM t WHERE a = " + repeated("[", 100000))), too_deep);
  EXPECT_EQ(message_of(parse("UPDATE t SET a = " + repeated("{'a':", 100000))), too_deep);
  const Parameters deep{"[[[[1]]]]"};
  EXPECT_EQ(message_of(parse_statement(
                "UPDATE t SET a = " + repeated("[", 28) + "?" + repeated("]", 28) + " WHERE p = 1",
                deep.views())),
            too_deep);

  EXPECT_EQ(message_of(parse("SELECT a" + repeated(".a", 31) + " FROM t")), "");
  EXPECT_EQ(message_of(parse("SELECT a" + repeated(".a", 32) + " FROM t")),
            "Invalid ProjectionExpression: The document path has too many nesting levels; nesting "
            "levels: 33");
}

}  // namespace
}  // namespace jedlik::partiql
