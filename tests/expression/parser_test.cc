#include "expression/parser.h"

#include <gtest/gtest.h>

#include <string>

#include "expression/printer.h"

namespace jedlik::expression {
namespace {

struct SyntaxErrorCase {
  std::string_view text;
  std::string_view token;
  std::string_view near;
};

void expect_syntax_error(const SyntaxErrorCase& one, std::string_view parameter,
                         const Result<Tree>& tree) {
  ASSERT_FALSE(tree.has_value()) << one.text;
  std::string message = "Invalid ";
  message.append(parameter)
      .append(": Syntax error; token: \"")
      .append(one.token)
      .append("\", near: \"")
      .append(one.near)
      .append("\"");
  EXPECT_EQ(tree.error().message, message) << one.text;
}

// Tokens and neighbours are those of DynamoDB Local.
constexpr SyntaxErrorCase kConditionSyntaxErrors[] = {
    {"a", "<EOF>", "a"},
    {"a=:v)", ")", ":v)"},
    {"(a=:v", "<EOF>", ":v"},
    {"NOT", "<EOF>", "NOT"},
    {"attribute_exists", "<EOF>", "attribute_exists"},
    {"attribute_exists(", "<EOF>", "("},
    {"attribute_exists()", ")", "()"},
    {"attribute_exists(a", "<EOF>", "a"},
    {"attribute_exists(a,)", ")", ",)"},
    {"attribute_exists(a))", ")", "))"},
    {"foo()", ")", "()"},
    {"foo(", "<EOF>", "("},
    {"size(a", "<EOF>", "a"},
    {"a,b", ",", "a,b"},
    {"a=:v:w", ":w", ":v:w"},
    {":v", "<EOF>", ":v"},
    {"#n", "<EOF>", "#n"},
    {"*", "*", "*"},
    {"%", "%", "%"},
    {"a =   ", "<EOF>", "=   "},
    {"   a = ", "<EOF>", "= "},
    {"a = :v )  b", ")", ":v )  b"},
    {"a = \"x y\" z", "\"x y\"", "= \"x y\" z"},
    {"a = \"x", "\"", "= \"x"},
    {"a = 12ab", "12", "= 12ab"},
    {"12ab = :v", "12", "12ab"},
    {"a = 1.5", "1", "= 1."},
    {"a[1.5] = :v", ".", "1.5"},
    {"a[1e5]=:v", "e5", "1e5]"},
    {"#é = :v", "#", "#é"},
    {"a <= = :v", "=", "<= = :v"},
    {"(((b = :v)", "<EOF>", ")"},
    {"(b) AND c = :v", "AND", ") AND c"},
    {"(b)", "<EOF>", ")"},
    {"NOT (b)", "<EOF>", ")"},
    {"(a = :v) (b = :v)", "(", ") (b"},
    {"  = :v", "=", "  = :v"},
    {"  b c", "c", "b c"},
    {"b[0]c = :v", "c", "]c ="},
    {"b.c d = :v", "d", "c d ="},
    {"a = :v AND   ", "<EOF>", "AND   "},
};

TEST(ConditionParser, SaysWhereTheTextStopsMakingSense) {
  for (const SyntaxErrorCase& one : kConditionSyntaxErrors)
    expect_syntax_error(one, "ConditionExpression", read_condition(one.text, Kind::kCondition));
}

constexpr SyntaxErrorCase kUpdateSyntaxErrors[] = {
    {" ", "<EOF>", " "},
    {"SET", "<EOF>", "SET"},
    {"SET b", "<EOF>", "b"},
    {"SET b =", "<EOF>", "="},
    {"SET b = :v,", "<EOF>", ","},
    {"SET b = :v REMOVE", "<EOF>", "REMOVE"},
    {"REMOVE b,", "<EOF>", ","},
    {"REMOVE b c", "c", "b c"},
    {"REMOVE b = :v", "=", "b = :v"},
    {"ADD b", "<EOF>", "b"},
    {"ADD b c", "c", "b c"},
    {"ADD b + :n", "+", "b + :n"},
    {"ADD b if_not_exists(b,:n)", "if_not_exists", "b if_not_exists("},
    {"DELETE b", "<EOF>", "b"},
    {"DELETE b c", "c", "b c"},
    {"b = :v", "b", "b ="},
    {"SET :v = b", ":v", "SET :v ="},
    {"SET b = c = d", "=", "c = d"},
    {"SET b = :n + :n + :n", "+", ":n + :n"},
    {"SET b = :n - (:n + :n)", "+", ":n + :n"},
    {"SET b = (:n + :n) + :n", "+", ") + :n"},
    {"SET b = :n * :n", "*", ":n * :n"},
    {"SET b = -:n", "-", "= -:n"},
    {"SET b == :v", "=", "== :v"},
    {"SET b <> :v", "<>", "b <> :v"},
    {"SET b = :v AND c = :v", "AND", ":v AND c"},
    {"SET b = :v; ", ";", ":v; "},
    {"SET b = if_not_exists(b,:n+:n)", "+", ":n+:n"},
    {"SET if_not_exists(b,:v) = :v", "(", "if_not_exists(b"},
    {"REMOVE :v", ":v", "REMOVE :v"},
    {"REMOVE foo(b)", "(", "foo(b"},
    {"SET set = :v", "set", "SET set ="},
    {"REMOVE add", "add", "REMOVE add"},
    {"SETb = :v", "SETb", "SETb ="},
    {"SET b=:vREMOVE c", "c", ":vREMOVE c"},
    {"SET b=:v,REMOVE c", "REMOVE", ",REMOVE c"},
};

TEST(UpdateParser, SaysWhereTheTextStopsMakingSense) {
  for (const SyntaxErrorCase& one : kUpdateSyntaxErrors)
    expect_syntax_error(one, "UpdateExpression", read_update(one.text));
}

constexpr SyntaxErrorCase kProjectionSyntaxErrors[] = {
    {" ", "<EOF>", " "},   {"s,", "<EOF>", ","},      {"s n", "n", "s n"},
    {",s", ",", ",s"},     {"s,,n", ",", ",,n"},      {"size(s)", "(", "size(s"},
    {"(s)", "(", "(s"},    {":v", ":v", ":v"},        {"s = :v", "=", "s = :v"},
    {"s;", ";", "s;"},     {"s.", "<EOF>", "."},      {"s[", "<EOF>", "["},
    {"s[]", "]", "[]"},    {"s[a]", "a", "[a]"},      {"s[0", "<EOF>", "0"},
    {"1", "1", "1"},       {"s.1", "1", ".1"},        {"s AND n", "AND", "s AND n"},
    {"and", "and", "and"}, {"SET s", "SET", "SET s"},
};

TEST(ProjectionParser, SaysWhereTheTextStopsMakingSense) {
  for (const SyntaxErrorCase& one : kProjectionSyntaxErrors)
    expect_syntax_error(one, "ProjectionExpression", read_projection(one.text));
}

struct PrintedCase {
  std::string_view text;
  std::string_view printed;
};

// What is accepted, in the shortest form of the tree that it makes.
constexpr PrintedCase kConditions[] = {
    {"a=:v", "a = :v"},
    {"\n a\t=\r\n:v\f", "a = :v"},
    {"_a <> #b", "_a <> #b"},
    {"a . b [ 0 ] . #c [01] < :v", "a.b[0].#c[01] < :v"},
    {"a <= :v or a >= :v and not a > :v", "a <= :v OR a >= :v AND NOT a > :v"},
    {"(a = :v OR b = :v) AND c = :v", "(a = :v OR b = :v) AND c = :v"},
    {"a = :v OR (b = :v AND c = :v)", "a = :v OR b = :v AND c = :v"},
    {"(a = :v AND b = :v) AND c = :v", "(a = :v AND b = :v) AND c = :v"},
    {"a = :v AND (b = :v AND c = :v)", "a = :v AND (b = :v AND c = :v)"},
    {"a = :v AND b = :v AND c = :v", "a = :v AND b = :v AND c = :v"},
    {"NOT (a = :v)", "NOT a = :v"},
    {"NOT NOT a = :v", "NOT NOT a = :v"},
    {"NOT (a = :v OR b = :v)", "NOT (a = :v OR b = :v)"},
    {"NOT (a = :v AND b = :v)", "NOT (a = :v AND b = :v)"},
    {"a between :v and :w and b in(:v,:w , c)", "a BETWEEN :v AND :w AND b IN (:v, :w, c)"},
    {"(a) = (:v)", "a = :v"},
    {"((a) = (:v))", "a = :v"},
    {"NOT (a) IN ((:v), b)", "NOT a IN (:v, b)"},
    {"(size(a)) > :v", "size(a) > :v"},
    {"((size(a)) > :v)", "size(a) > :v"},
    {"(attribute_exists((a)))", "attribute_exists(a)"},
    {"foo(a, bar(:v), b.c) = :w", "foo(a, bar(:v), b.c) = :w"},
    {"contains (a, :v)", "contains(a, :v)"},
    {"a[2147483648] = :v", "a[2147483648] = :v"},
};

TEST(ConditionParser, ReadsWhatItPrints) {
  for (const PrintedCase& one : kConditions) {
    const Result<Tree> tree = read_condition(one.text, Kind::kFilter);
    ASSERT_TRUE(tree.has_value()) << one.text << ": " << tree.error().message;
    EXPECT_EQ(to_text(*tree), one.printed);
    const Result<Tree> again = read_condition(one.printed, Kind::kFilter);
    ASSERT_TRUE(again.has_value()) << one.printed;
    EXPECT_TRUE(equal(*tree, *again)) << one.text;
  }
}

constexpr PrintedCase kUpdates[] = {
    {"set b=:v remove c,d[1] add e :n,f :n delete g :s",
     "SET b = :v REMOVE c, d[1] ADD e :n, f :n DELETE g :s"},
    {"DELETE g :s SET #a.b[2].c = n+:n, d = n-:n",
     "DELETE g :s SET #a.b[2].c = n + :n, d = n - :n"},
    {"SET b = (:v)", "SET b = :v"},
    {"SET b = (:n + (:n))", "SET b = :n + :n"},
    {"SET b = (:n) - :n", "SET b = :n - :n"},
    {"SET b = if_not_exists(b, list_append((c), :l)) + :n",
     "SET b = if_not_exists(b, list_append(c, :l)) + :n"},
};

TEST(UpdateParser, ReadsWhatItPrints) {
  for (const PrintedCase& one : kUpdates) {
    const Result<Tree> tree = read_update(one.text);
    ASSERT_TRUE(tree.has_value()) << one.text << ": " << tree.error().message;
    EXPECT_EQ(to_text(*tree), one.printed);
    const Result<Tree> again = read_update(one.printed);
    ASSERT_TRUE(again.has_value()) << one.printed;
    EXPECT_TRUE(equal(*tree, *again)) << one.text;
  }
}

TEST(ProjectionParser, ReadsWhatItPrints) {
  const Result<Tree> tree = read_projection(" a ,b . c[ 3 ] ,#d");
  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(to_text(*tree), "a, b.c[3], #d");
}

TEST(Printer, DifferentTreesAreNotEqual) {
  const std::string_view texts[] = {
      "a = :v",
      "b = :v",
      "a = :w",
      "a <> :v",
      "a.b = :v",
      "a[0] = :v",
      "a[1] = :v",
      "#a = :v",
      "NOT a = :v",
      "f(a)",
      "g(a)",
      "f(a, a)",
      "a IN (:v)",
      "a IN (:v, :v)",
      "a = :v AND a = :v",
      "a = :v OR a = :v",
      "a = :v AND a = :v AND a = :v",
  };
  for (const std::string_view x : texts) {
    for (const std::string_view y : texts) {
      const Result<Tree> left = read_condition(x, Kind::kCondition);
      const Result<Tree> right = read_condition(y, Kind::kCondition);
      ASSERT_TRUE(left && right);
      EXPECT_EQ(equal(*left, *right), x == y) << x << " / " << y;
    }
  }
}

TEST(Parser, RefusesRedundantParentheses) {
  for (const std::string_view text :
       {"((a = :v))", "(((a = :v)) AND a = :v)", "((a)) = :v", "NOT ((a = :v))", "a = ((:v))",
        "a IN (((:v)))", "attribute_exists(((a)))", "((attribute_exists(a)))"}) {
    const Result<Tree> tree = read_condition(text, Kind::kCondition);
    ASSERT_FALSE(tree.has_value()) << text;
    EXPECT_EQ(tree.error().message,
              "Invalid ConditionExpression: The expression has redundant parentheses;")
        << text;
  }
  const Result<Tree> update = read_update("SET a = ((:v))");
  ASSERT_FALSE(update.has_value());
  EXPECT_EQ(update.error().message,
            "Invalid UpdateExpression: The expression has redundant parentheses;");
  EXPECT_TRUE(read_condition("((a = :v) AND a = :v)", Kind::kCondition).has_value());
  EXPECT_TRUE(read_condition("b IN ((:v))", Kind::kCondition).has_value());
}

TEST(UpdateParser, RefusesASectionThatComesTwice) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"SET a = :v SET b = :v", "SET"},      {"set a = :v remove c set b = :v", "SET"},
      {"REMOVE a REMOVE b", "REMOVE"},       {"ADD a :n ADD b :n", "ADD"},
      {"DELETE a :s DELETE b :s", "DELETE"},
  };
  for (const auto& [text, section] : cases) {
    const Result<Tree> tree = read_update(text);
    ASSERT_FALSE(tree.has_value()) << text;
    EXPECT_EQ(tree.error().message,
              "Invalid UpdateExpression: The \"" + std::string(section) +
                  "\" section can only be used once in an update expression;");
  }
}

std::string repeated(std::string_view text, size_t times) {
  std::string result;
  while (times-- > 0)
    result += text;
  return result;
}

TEST(Parser, RefusesWhatIsEmptyOrTooLong) {
  EXPECT_EQ(read_condition("", Kind::kFilter).error().message,
            "Invalid FilterExpression: The expression can not be empty;");
  EXPECT_EQ(read_projection("").error().message,
            "Invalid ProjectionExpression: The expression can not be empty;");
  EXPECT_EQ(read_update("").error().message,
            "Invalid UpdateExpression: The expression can not be empty;");
  EXPECT_TRUE(read_condition("a = :v" + repeated(" ", 4090), Kind::kFilter).has_value());
  EXPECT_EQ(read_condition("a = :v" + repeated(" ", 4091), Kind::kFilter).error().message,
            "Invalid FilterExpression: Expression size has exceeded the maximum allowed size; "
            "expression size: 4097");
  EXPECT_EQ(read_condition("a = :v" + repeated(" ", 4091), Kind::kCondition).error().message,
            "Invalid ConditionExpression: Expression size has exceeded the maximum allowed size;");
}

TEST(Parser, RefusesTooManyOperators) {
  const std::string_view message =
      "Invalid ConditionExpression: The expression contains too many operators; operator count: "
      "301";
  const auto read = [](const std::string& text) { return read_condition(text, Kind::kCondition); };
  EXPECT_TRUE(read(repeated("NOT ", 299) + "b=:v").has_value());
  EXPECT_EQ(read(repeated("NOT ", 300) + "b=:v").error().message, message);
  EXPECT_EQ(read(repeated("NOT ", 1000) + "b=:v").error().message, message);
  EXPECT_TRUE(read(repeated("b=:v OR ", 149) + "b=:v").has_value());
  EXPECT_EQ(read(repeated("b=:v OR ", 150) + "b=:v").error().message, message);
  EXPECT_TRUE(read(repeated("size(b)=:v OR ", 99) + "size(b)=:v").has_value());
  EXPECT_EQ(read(repeated("size(b)=:v OR ", 100) + "size(b)=:v").error().message, message);
}

// The parser and all that walks its trees are recursive: what would nest too deep is refused on the
// way down.
TEST(Parser, HostileNestingIsRefused) {
  const std::string openers[] = {
      repeated("(", 4000),    repeated("NOT ", 1000),     repeated("NOT(", 1000),
      repeated("(NOT ", 800), repeated("size(", 800),     repeated("size((", 600),
      repeated("f(", 2000),   "a=" + repeated("(", 4000), "a IN (" + repeated("(", 4000),
  };
  for (const std::string& opener : openers) {
    EXPECT_FALSE(read_condition(opener, Kind::kCondition).has_value());
    EXPECT_FALSE(read_condition(opener + "a", Kind::kKeyCondition).has_value());
    EXPECT_FALSE(read_update("SET a=" + opener).has_value());
    EXPECT_FALSE(read_projection(opener).has_value());
  }
  EXPECT_FALSE(
      read_condition(repeated("(", 1000) + "a=:v" + repeated(")", 1000), Kind::kCondition));
}

TEST(Parser, TheDeepestThatIsAllowedIsRead) {
  const std::string deep = repeated("(", 149) + "b=:v" + repeated(" AND b=:v)", 149);
  EXPECT_TRUE(read_condition(deep, Kind::kCondition).has_value());
  const std::string negated =
      repeated("NOT (", 150) + repeated("NOT ", 100) + "b=:v" + repeated(")", 150);
  const Result<Tree> tree = read_condition(negated, Kind::kCondition);
  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(to_text(*tree), repeated("NOT ", 250) + "b = :v");
}

}  // namespace
}  // namespace jedlik::expression
