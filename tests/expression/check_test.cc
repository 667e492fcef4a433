#include "expression/check.h"

#include <gtest/gtest.h>

#include <string>

#include "expression/condition.h"
#include "expression/projection.h"
#include "expression/update.h"
#include "tests/expression/notation.h"

namespace jedlik::expression {
namespace {

// The values and names of the cases below.
constexpr std::string_view kBindings =
    ":v = \"x\"; :w = \"z\"; :n = 1; :b = b\"61\"; :t = true; :nu = null; :l = [\"n\"]; "
    ":m = {k: 1}; :ss = ss[\"a\"]; :ns = ns[1]; :bs = bs[b\"61\"]; :S = \"S\"; #a = a; #n = name";

struct RefusalCase {
  std::string_view text;
  std::string_view message;  // without "Invalid <parameter>: "
};

constexpr std::string_view kWrongType =
    "Incorrect operand type for operator or function; operator or function: ";

// Messages are those that the service's engine gives (DynamoDB Local, and recordings in other
// servers where they say more).
constexpr RefusalCase kConditions[] = {
    // Words.
    {"foo(a) = :v", "Invalid function name; function: foo"},
    {"ATTRIBUTE_EXISTS(a)", "Invalid function name; function: ATTRIBUTE_EXISTS"},
    {"if_not_exists(a, :v) = :v",
     "The function is not allowed in a condition expression; function: if_not_exists"},
    {"list_append(a, :l) = :l",
     "The function is not allowed in a condition expression; function: list_append"},
    {"foo(bar(a))", "Invalid function name; function: foo"},
    {"attribute_exists(foo(a))", "Invalid function name; function: foo"},
    {"name = :v", "Attribute name is a reserved keyword; reserved keyword: name"},
    {"a = Name", "Attribute name is a reserved keyword; reserved keyword: Name"},
    {"a.b[0].size = :v", "Attribute name is a reserved keyword; reserved keyword: size"},
    {"size = :n", "Attribute name is a reserved keyword; reserved keyword: size"},
    {"size(a)", "The function is not allowed to be used this way in an expression; function: size"},
    {"NOT (size(a))",
     "The function is not allowed to be used this way in an expression; function: size"},
    {"attribute_exists(a) = :v",
     "The function is not allowed to be used this way in an expression; function: "
     "attribute_exists"},
    {"(begins_with(a, :v)) = :t",
     "The function is not allowed to be used this way in an expression; function: begins_with"},
    {"contains(attribute_exists(a), :v)",
     "The function is not allowed to be used this way in an expression; function: "
     "attribute_exists"},
    // Words are looked at before anything else, from left to right.
    {"name = :v AND foo(a)", "Attribute name is a reserved keyword; reserved keyword: name"},
    {"foo(a) AND name = :v", "Invalid function name; function: foo"},
    {"foo(name)", "Invalid function name; function: foo"},
    {"name = :v AND size(a)", "Attribute name is a reserved keyword; reserved keyword: name"},
    {"size(a) AND name = :v",
     "The function is not allowed to be used this way in an expression; function: size"},
    {"#u = :v AND name = :v", "Attribute name is a reserved keyword; reserved keyword: name"},
    {"begins_with(a, :n) AND name = :v",
     "Attribute name is a reserved keyword; reserved keyword: name"},
    // Placeholders and limits.
    {"#u = :undefined",
     "An expression attribute name used in the document path is not defined; attribute name: #u"},
    {":undefined = #u",
     "An expression attribute value used in expression is not defined; attribute value: "
     ":undefined"},
    {"a.#u = :v",
     "An expression attribute name used in the document path is not defined; attribute name: #u"},
    {"a[2147483648] = :v", "List index is not within the allowable range; index: [2147483648]"},
    {"a[99999999999999999999] = :u",
     "List index is not within the allowable range; index: [99999999999999999999]"},
    {"a.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b = :v",
     "The document path has too many nesting levels; nesting levels: 33"},
    // Operands, in the order of the text.
    {"begins_with(a)",
     "Incorrect number of operands for operator or function; operator or function: begins_with, "
     "number of operands: 1"},
    {"begins_with(a, :v, :v)",
     "Incorrect number of operands for operator or function; operator or function: begins_with, "
     "number of operands: 3"},
    {"attribute_exists(a, b)",
     "Incorrect number of operands for operator or function; operator or function: "
     "attribute_exists, number of operands: 2"},
    {"size(a, b) = :n",
     "Incorrect number of operands for operator or function; operator or function: size, number of "
     "operands: 2"},
    {"attribute_exists(:v)",
     "Operator or function requires a document path; operator or function: attribute_exists"},
    {"attribute_not_exists(size(a))",
     "Operator or function requires a document path; operator or function: attribute_not_exists"},
    {"a = #a",
     "The first operand must be distinct from the remaining operands for this operator or "
     "function; operator: =, first operand: [a]"},
    {"a.b[1] < a.b[1]",
     "The first operand must be distinct from the remaining operands for this operator or "
     "function; operator: <, first operand: [a, b, [1]]"},
    {"a IN (b, a)",
     "The first operand must be distinct from the remaining operands for this operator or "
     "function; operator: IN, first operand: [a]"},
    {"contains(a, a)",
     "The first operand must be distinct from the remaining operands for this operator or "
     "function; operator: contains, first operand: [a]"},
    {"attribute_type(a, a)",
     "The first operand must be distinct from the remaining operands for this operator or "
     "function; operator: attribute_type, first operand: [a]"},
    {"attribute_type(a, :v)",
     "Invalid attribute type name found; type: x, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"},
    {"begins_with(a, :n) AND #u = :v", "@begins_with, operand type: N"},
    {"#u = :v AND begins_with(a, :n)",
     "An expression attribute name used in the document path is not defined; attribute name: #u"},
    {"a BETWEEN :v AND :n",
     "The BETWEEN operator requires same data type for lower and upper bounds; lower bound "
     "operand: AttributeValue: {S:x}, upper bound operand: AttributeValue: {N:1}"},
    {"a BETWEEN :t AND :l",
     "Incorrect operand type for operator or function; operator or function: BETWEEN, operand "
     "type: BOOL"},
    {"a BETWEEN :b AND :m",
     "Incorrect operand type for operator or function; operator or function: BETWEEN, operand "
     "type: M"},
    {"a BETWEEN a AND :v",
     "The first operand must be distinct from the remaining operands for this operator or "
     "function; operator: BETWEEN, first operand: [a]"},
    {"a BETWEEN a AND :m",
     "Incorrect operand type for operator or function; operator or function: BETWEEN, operand "
     "type: M"},
    {"a = a AND b[2147483648] = :v",
     "List index is not within the allowable range; index: [2147483648]"},
    {"a BETWEEN :w AND :v",
     "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower "
     "bound operand: AttributeValue: {S:z}, upper bound operand: AttributeValue: {S:x}"},
    // Types, with "@" for the beginning of the message.
    {"a < :t", "@<, operand type: BOOL"},
    {"a <= :nu", "@<=, operand type: NULL"},
    {":l > a", "@>, operand type: L"},
    {"a >= :m", "@>=, operand type: M"},
    {"a < :ss", "@<, operand type: SS"},
    {"a < :ns", "@<, operand type: NS"},
    {"a < :bs", "@<, operand type: BS"},
    {"a BETWEEN :t AND :t", "@BETWEEN, operand type: BOOL"},
    {":ss BETWEEN a AND b", "@BETWEEN, operand type: SS"},
    {"begins_with(a, :t)", "@begins_with, operand type: BOOL"},
    {"begins_with(:n, a)", "@begins_with, operand type: N"},
    {"begins_with(size(a), :v)", "@begins_with, operand type: N"},
    {"begins_with(a, size(b))", "@begins_with, operand type: N"},
    {"attribute_type(a, :n)", "@attribute_type, operand type: N"},
    {"attribute_type(a, size(b))", "@attribute_type, operand type: N"},
    {"attribute_type(a, b)", "@attribute_type, operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}"},
    {"size(:n) = :n", "@size, operand type: N"},
    {"size(:t) = :n", "@size, operand type: BOOL"},
    {"size(:nu) = :n", "@size, operand type: NULL"},
    {"size(size(a)) = :n", "@size, operand type: N"},
};

std::string expected_message(std::string_view parameter, std::string_view message) {
  std::string text = "Invalid " + std::string(parameter) + ": ";
  if (message.starts_with('@')) {
    text.append(kWrongType);
    message.remove_prefix(1);
  }
  return text.append(message);
}

TEST(ConditionCheck, Refuses) {
  for (const RefusalCase& one : kConditions) {
    Bindings bindings(kBindings);
    const Result<Condition> condition =
        parse_condition(one.text, Kind::kCondition, bindings.placeholders());
    ASSERT_FALSE(condition.has_value()) << one.text;
    EXPECT_EQ(condition.error().message, expected_message("ConditionExpression", one.message))
        << one.text;
    EXPECT_EQ(condition.error().type, &error_types::kValidation);
  }
}

TEST(ConditionCheck, Accepts) {
  for (const std::string_view text :
       {":v = :v", ":v <> :n", "a = :l", "size(a) = size(a)", "a BETWEEN b AND :v",
        "size(a) BETWEEN size(a) AND :n", "contains(:n, a)", "contains(a, :m)",
        "attribute_type(:v, :S)", "size(:ss) = :n", "#n = :v", "a.#n = :v", "a[2147483647] = :v",
        "begins_with(:v, :v)", "a[0] = :v AND a.b = :v",
        "a.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b = :v"}) {
    Bindings bindings(kBindings);
    const Result<Condition> condition =
        parse_condition(text, Kind::kCondition, bindings.placeholders());
    EXPECT_TRUE(condition.has_value()) << text << ": " << condition.error().message;
  }
}

TEST(ConditionCheck, InTakesAHundredOperands) {
  const auto parse = [](int operands) {
    std::string text = "a IN (:v";
    for (int i = 1; i < operands; ++i)
      text += ",:v";
    Bindings bindings(kBindings);
    return parse_condition(text + ")", Kind::kFilter, bindings.placeholders());
  };
  EXPECT_TRUE(parse(100).has_value());
  EXPECT_EQ(parse(101).error().message,
            "Invalid FilterExpression: The IN operator is provided with too many operands; number "
            "of operands: 101");
}

constexpr std::string_view kOverlap =
    "Two document paths overlap with each other; must remove or rewrite one of these paths; path "
    "one: ";
constexpr std::string_view kConflict =
    "Two document paths conflict with each other; must remove or rewrite one of these paths; path "
    "one: ";

struct ClashCase {
  std::string_view text;
  std::string_view kind;
  std::string_view paths;
};

constexpr RefusalCase kUpdates[] = {
    {"SET b = foo(:v)", "Invalid function name; function: foo"},
    {"SET b = size(s)", "The function is not allowed in an update expression; function: size"},
    {"SET b = attribute_exists(s)",
     "The function is not allowed in an update expression; function: attribute_exists"},
    {"SET b = IF_NOT_EXISTS(b, :v)", "Invalid function name; function: IF_NOT_EXISTS"},
    {"SET name = :v", "Attribute name is a reserved keyword; reserved keyword: name"},
    {"SET b = name, c = foo(:v)", "Attribute name is a reserved keyword; reserved keyword: name"},
    {"REMOVE b.name", "Attribute name is a reserved keyword; reserved keyword: name"},
    {"ADD name :n", "Attribute name is a reserved keyword; reserved keyword: name"},
    {"SET b = :undefined, c = name",
     "Attribute name is a reserved keyword; reserved keyword: name"},
    {"SET #u = :v",
     "An expression attribute name used in the document path is not defined; attribute name: #u"},
    {"SET b = :n + :v, c = :undefined",
     "An expression attribute value used in expression is not defined; attribute value: "
     ":undefined"},
    {"SET b = :v, b = :undefined",
     "Two document paths overlap with each other; must remove or rewrite one of these paths; path "
     "one: [b], path two: [b]"},
    {"SET b = :undefined, c = #undefined",
     "An expression attribute name used in the document path is not defined; attribute name: "
     "#undefined"},
    {"SET b = if_not_exists(c, c)",
     "The first operand must be distinct from the remaining operands for this operator or "
     "function; operator: if_not_exists, first operand: [c]"},
    {"REMOVE b[2147483648]", "List index is not within the allowable range; index: [2147483648]"},
    {"SET b = if_not_exists(b)",
     "Incorrect number of operands for operator or function; operator or function: if_not_exists, "
     "number of operands: 1"},
    {"SET b = if_not_exists(b, :v, :v)",
     "Incorrect number of operands for operator or function; operator or function: if_not_exists, "
     "number of operands: 3"},
    {"SET b = if_not_exists(:v, b)",
     "Operator or function requires a document path; operator or function: if_not_exists"},
    {"SET b = if_not_exists(if_not_exists(b, :v), :v)",
     "Operator or function requires a document path; operator or function: if_not_exists"},
    {"SET b = list_append(:l)",
     "Incorrect number of operands for operator or function; operator or function: list_append, "
     "number of operands: 1"},
    {"SET b = list_append(:l, :n)", "@list_append, operand type: N"},
    {"SET b = list_append(:ss, :l)", "@list_append, operand type: SS"},
    {"SET b = :v + :n", "@+, operand type: S"},
    {"SET b = :n + :ss", "@+, operand type: SS"},
    {"SET b = :t - :n", "@-, operand type: BOOL"},
    {"ADD b :v",
     "Incorrect operand type for operator or function; operator: ADD, operand type: STRING"},
    {"ADD b :t",
     "Incorrect operand type for operator or function; operator: ADD, operand type: BOOLEAN"},
    {"ADD b :l",
     "Incorrect operand type for operator or function; operator: ADD, operand type: LIST"},
    {"ADD b :m",
     "Incorrect operand type for operator or function; operator: ADD, operand type: MAP"},
    {"ADD b :nu",
     "Incorrect operand type for operator or function; operator: ADD, operand type: NULL"},
    {"ADD b :b",
     "Incorrect operand type for operator or function; operator: ADD, operand type: BINARY"},
    {"DELETE b :n",
     "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER"},
    {"DELETE b :v",
     "Incorrect operand type for operator or function; operator: DELETE, operand type: STRING"},
};

TEST(UpdateCheck, Refuses) {
  for (const RefusalCase& one : kUpdates) {
    Bindings bindings(kBindings);
    const Result<Update> update = parse_update(one.text, bindings.placeholders());
    ASSERT_FALSE(update.has_value()) << one.text;
    EXPECT_EQ(update.error().message, expected_message("UpdateExpression", one.message))
        << one.text;
  }
}

constexpr ClashCase kUpdateClashes[] = {
    {"SET b = :v, b = :v", kOverlap, "[b], path two: [b]"},
    {"SET b = :v, b.c = :v", kOverlap, "[b], path two: [b, c]"},
    {"SET b.c = :v, b = :v", kOverlap, "[b, c], path two: [b]"},
    {"SET a = :v, #a = :v", kOverlap, "[a], path two: [a]"},
    {"SET b[0] = :v, b.c = :v", kConflict, "[b, [0]], path two: [b, c]"},
    {"SET b.c = :v, b[0] = :v", kConflict, "[b, c], path two: [b, [0]]"},
    {"SET b[0] = :v, b[0] = :v", kOverlap, "[b, [0]], path two: [b, [0]]"},
    {"SET b[0] = :v, b[0].c = :v", kOverlap, "[b, [0]], path two: [b, [0], c]"},
    {"SET b[0].c = :v, b[0][1] = :v", kConflict, "[b, [0], c], path two: [b, [0], [1]]"},
    {"SET b.c = :v REMOVE b", kOverlap, "[b, c], path two: [b]"},
    {"REMOVE b, c, b", kOverlap, "[b], path two: [b]"},
    // Before the operands are looked at.
    {"SET b = list_append(:l), c = :v, c = :v", kOverlap, "[c], path two: [c]"},
    {"ADD b :v SET c = :v, c = :v", kOverlap, "[c], path two: [c]"},
};

constexpr ClashCase kProjectionClashes[] = {
    {"s,s", kOverlap, "[s], path two: [s]"},
    {"m.x,m", kOverlap, "[m, x], path two: [m]"},
    {"m,m.x", kOverlap, "[m], path two: [m, x]"},
    {"m.x,m[0]", kConflict, "[m, x], path two: [m, [0]]"},
    {"l[0].x,l[0]", kOverlap, "[l, [0], x], path two: [l, [0]]"},
    {"#a,a", kOverlap, "[a], path two: [a]"},
};

TEST(UpdateCheck, RefusesPathsThatMeet) {
  for (const ClashCase& one : kUpdateClashes) {
    Bindings bindings(kBindings);
    const Result<Update> update = parse_update(one.text, bindings.placeholders());
    ASSERT_FALSE(update.has_value()) << one.text;
    EXPECT_EQ(update.error().message,
              "Invalid UpdateExpression: " + std::string(one.kind).append(one.paths));
  }
}

TEST(ProjectionCheck, RefusesPathsThatMeet) {
  for (const ClashCase& one : kProjectionClashes) {
    Bindings bindings(kBindings);
    const Result<Projection> projection = parse_projection(one.text, bindings.placeholders());
    ASSERT_FALSE(projection.has_value()) << one.text;
    EXPECT_EQ(projection.error().message,
              "Invalid ProjectionExpression: " + std::string(one.kind).append(one.paths));
  }
}

TEST(ProjectionCheck, RefusesWords) {
  const RefusalCase cases[] = {
      {"s, name", "Attribute name is a reserved keyword; reserved keyword: name"},
      {"s, s, name", "Attribute name is a reserved keyword; reserved keyword: name"},
      {"#u, s",
       "An expression attribute name used in the document path is not defined; attribute name: "
       "#u"},
      {"s, s, #u",
       "An expression attribute name used in the document path is not defined; attribute name: "
       "#u"},
      {"a.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b",
       "The document path has too many nesting levels; nesting levels: 33"},
  };
  for (const RefusalCase& one : cases) {
    Bindings bindings(kBindings);
    const Result<Projection> projection = parse_projection(one.text, bindings.placeholders());
    ASSERT_FALSE(projection.has_value()) << one.text;
    EXPECT_EQ(projection.error().message, expected_message("ProjectionExpression", one.message));
  }
}

TEST(ProjectionCheck, ManyPathsAreSearchedForClashesToo) {
  std::string text;
  for (int i = 0; i < 600; ++i)
    text.append("a").append(std::to_string(i)).append(",");
  Bindings bindings("");
  EXPECT_TRUE(parse_projection(text + "b", bindings.placeholders()).has_value());
  EXPECT_EQ(parse_projection(text + "a17.x", bindings.placeholders()).error().message,
            "Invalid ProjectionExpression: " + std::string(kOverlap) + "[a17], path two: [a17, x]");
  EXPECT_EQ(
      parse_projection(text + "b.c,b[1]", bindings.placeholders()).error().message,
      "Invalid ProjectionExpression: " + std::string(kConflict) + "[b, c], path two: [b, [1]]");
}

}  // namespace
}  // namespace jedlik::expression
