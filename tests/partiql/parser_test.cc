#include "partiql/parser.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/partiql/parse.h"

namespace jedlik::partiql {
namespace {

using expression::item_notation;
using expression::stored_item;

constexpr std::string_view kItem = R"({
  p: "k", s: "text", n: 5, b: b"00ff", yes: true, no: false, nil: null, l: ["e0", {x: 1}, [7, 8]],
  m: {x: 1, "a b": {y: "y"}}, st: ss["u", "v"], nt: ns[1, 2], value: "reserved", "d'q": 1
})";

struct ConditionCase {
  std::string_view where;
  bool holds;
};

constexpr ConditionCase kConditions[] = {
    {"s = 'text'", true},
    {"'text' = s", true},
    {"s = 'Text'", false},
    {"S = 'text'", false},
    {"\"s\" = 'text'", true},
    {"\"value\" = 'reserved'", true},
    {"\"d'q\" = 1", true},
    {"s <> 'text'", false},
    {"s != 'other'", true},
    {"n < 6 and n <= 5 AND n > -1 And n >= 5.0", true},
    {"n > 1e1", false},
    {"n = .5e1", true},
    {"n = 5 AND s = 'x' OR n = 5", true},
    {"n = 5 AND (s = 'x' OR n = 6)", false},
    {"NOT n = 6", true},
    {"NOT (n = 5 OR n = 6)", false},
    {"not not n = 5", true},
    {"(((n))) = (5)", true},
    {"n BETWEEN 5 AND 6 AND s = 'text'", true},
    {"n NOT BETWEEN 5 AND 6", false},
    {"n IN [1, 5]", true},
    {"n IN (1, 5)", true},
    {"n IN (4)", false},
    {"n NOT IN [1, 5]", false},
    {"s IN ['a', nosuch, 'text']", true},
    {"yes = true", true},
    {"yes = FALSE", false},
    {"nil = NULL", true},
    {"nil IS NULL", true},
    {"nil IS NOT NULL", false},
    {"nil IS MISSING", false},
    {"nosuch IS MISSING", true},
    {"nosuch IS NOT MISSING", false},
    {"nosuch IS NULL", false},
    {"nosuch IS NOT NULL", true},
    {"s IS NOT MISSING", true},
    {"l[0] = 'e0'", true},
    {"l[1].x = 1", true},
    {"l[1]['x'] = 1", true},
    {"l[2][1] = 8", true},
    {"l[9] IS MISSING", true},
    {"m.x = 1", true},
    {"m.\"a b\".y = 'y'", true},
    {"m['a b'].y = 'y'", true},
    {"m = {'a b': {'y': 'y'}, 'x': 1}", true},
    {"l[2] = [7, 8]", true},
    {"st = <<'v', 'u'>>", true},
    {"nt = <<1.0, 2>>", true},
    {"begins_with(s, 'te')", true},
    {"BEGINS_WITH(\"s\", 'ex')", false},
    {"contains(s, 'ex') AND contains(st, 'u') AND contains(l[2], 7)", true},
    {"attribute_type(b, 'B')", true},
    {"Attribute_Type(n, 'S')", false},
    {"size(s) = 4", true},
    {"SIZE(st) > 2", false},
    {"contains = 1", false},
    {"s = 'te' -- to the end of the line\n OR n = 5", true},
    {"s = /* not 'other' */ 'text'", true},
    {"s = 'text' /**/", true},
};

TEST(StatementParser, ReadsConditions) {
  const Bytes item = stored_item(kItem);
  for (const ConditionCase& one : kConditions) {
    const std::string text = "SELECT * FROM t WHERE " + std::string(one.where);
    const auto statement = parse(text);
    ASSERT_TRUE(statement.has_value()) << text << ": " << message_of(statement);
    EXPECT_EQ(statement->as<Select>()->where->matches(value::ItemView(item)), one.holds) << text;
  }
}

TEST(StatementParser, PutsParametersInTheirPlaces) {
  const Bytes item = stored_item(kItem);
  const Parameters parameters{"\"text\"", "b\"00ff\"", "5", "\"u\""};
  const auto statement = parse_statement(
      "SELECT * FROM t WHERE s = ? AND b IN [?] AND n BETWEEN 1 AND ? AND st = <<'v', ?>>",
      parameters.views());
  ASSERT_TRUE(statement.has_value()) << message_of(statement);
  EXPECT_TRUE(statement->as<Select>()->where->matches(value::ItemView(item)));
}

struct SelectCase {
  std::string_view list;
  std::string_view result;
};

constexpr SelectCase kLists[] = {
    {"*", kItem},
    {"s", R"({s: "text"})"},
    {"n, s", R"({n: 5, s: "text"})"},
    {"nosuch", "{}"},
    {"m.x", "{x: 1}"},
    {"m.\"a b\".y, n", R"({y: "y", n: 5})"},
    {"m.\"a b\"", R"({"a b": {y: "y"}})"},
    {"l[0]", R"({"l[0]": "e0"})"},
    {"l[1].x", "{x: 1}"},
    {"l[2][1], l[2][0]", R"({"l[2][1]": 8, "l[2][0]": 7})"},
    {"l[9], m.nosuch, s.x, n[0]", "{}"},
    {"l[1].x, m.x", "{x: 1}"},
};

TEST(StatementParser, ReadsWhatIsSelected) {
  const Bytes item = stored_item(kItem);
  for (const SelectCase& one : kLists) {
    const std::string text = "SELECT " + std::string(one.list) + " FROM t";
    const auto statement = parse(text);
    ASSERT_TRUE(statement.has_value()) << text << ": " << message_of(statement);
    const auto& list = statement->as<Select>()->list;
    Bytes result = item;
    if (list) {
      result.clear();
      list->apply(value::ItemView(item), result);
    }
    ASSERT_TRUE(value::check_item(result)) << text;
    EXPECT_EQ(item_notation(result), item_notation(stored_item(one.result))) << text;
  }
  const std::string text = "SELECT m.x, l[0], m.y, n FROM t";
  const auto statement = parse(text);
  EXPECT_EQ(statement->as<Select>()->list->attribute_names(),
            (std::vector<std::string_view>{"l", "m", "n"}));
}

TEST(StatementParser, ReadsTablesIndexesAndOrders) {
  const std::string text =
      "select * from \"my \"\"table\"\"\".\"my.index\" where p = 'a' order by s desc, p asc, q;";
  const auto statement = parse(text);
  ASSERT_TRUE(statement.has_value()) << message_of(statement);
  const auto& select = *statement->as<Select>();
  EXPECT_EQ(select.table, "my \"table\"");
  EXPECT_EQ(select.index, "my.index");
  ASSERT_EQ(select.order.size(), 3u);
  EXPECT_EQ(select.order[0].attribute, "s");
  EXPECT_EQ(select.order[0].direction, OrderBy::Direction::kDescending);
  EXPECT_EQ(select.order[1].direction, OrderBy::Direction::kAscending);
  EXPECT_EQ(select.order[2].direction, OrderBy::Direction::kAscending);
  EXPECT_TRUE(statement->is_select());
}

TEST(StatementParser, ReadsExists) {
  const auto statement = parse("EXISTS(SELECT * FROM t WHERE p = 'a' AND v IS MISSING)");
  ASSERT_TRUE(statement.has_value()) << message_of(statement);
  EXPECT_EQ(statement->as<Exists>()->select.table, "t");
  EXPECT_TRUE(statement->as<Exists>()->select.where);
  EXPECT_FALSE(statement->is_select());
}

struct ItemCase {
  std::string_view literal;
  std::string_view item;
};

constexpr ItemCase kItems[] = {
    {"{}", "{}"},
    {"{'p': 'it''s', 'q': \n'x'}", R"({p: "it's", q: "x"})"},
    {"{'p': 1, 'q': -1.50, 'r': +1}", ""},
    {"{'p': 1, 'q': -1.50, 'r': 12e-1}", "{p: 1, q: -1.5, r: 1.2}"},
    {"{'a': true, 'b': False, 'c': null}", "{a: true, b: false, c: null}"},
    {"{'l': [], 'm': {}, 'n': [1, ['x', {'y': <<1>>}]]}",
     R"({l: [], m: {}, n: [1, ["x", {y: ns[1]}]]})"},
    {"{'s': <<'a', 'b'>>, 'n': <<3, 4.5>>}", R"({s: ss["a", "b"], n: ns[3, 4.5]})"},
    {"{'a': 1, 'b': 2, 'a': 3}", "{a: 3, b: 2}"},
    {"{'?': '?'}", R"({"?": "?"})"},
};

TEST(StatementParser, ReadsItems) {
  for (const ItemCase& one : kItems) {
    const std::string text = "INSERT INTO t VALUE " + std::string(one.literal);
    const auto statement = parse(text);
    ASSERT_EQ(statement.has_value(), !one.item.empty()) << text << ": " << message_of(statement);
    if (!statement) continue;
    const Bytes& item = statement->as<Insert>()->item;
    ASSERT_TRUE(value::check_item(item)) << text;
    EXPECT_EQ(item_notation(item), item_notation(stored_item(one.item))) << text;
  }
  const Parameters whole{R"({p: "a", l: [b"01", bs[b"02"]]})"};
  const auto statement = parse_statement("INSERT INTO t VALUE ?", whole.views());
  ASSERT_TRUE(statement.has_value()) << message_of(statement);
  EXPECT_EQ(item_notation(statement->as<Insert>()->item),
            item_notation(stored_item(R"({p: "a", l: [b"01", bs[b"02"]]})")));
}

struct UpdateCase {
  std::string_view changes;
  std::string_view result;  // a message where it is not an item
};

constexpr std::string_view kMissing =
    "The provided expression refers to an attribute that does not exist in the item";
constexpr std::string_view kWrongType =
    "An operand in the update expression has an incorrect data type";

constexpr UpdateCase kUpdates[] = {
    {"SET a = 1", R"({a: 1, n: 5, l: ["x"], m: {y: 1}, st: ss["u"]})"},
    {"SET n = 'n' SET m.y = [2]", R"({n: "n", l: ["x"], m: {y: [2]}, st: ss["u"]})"},
    {"SET n = 1, m.z = 2", R"({n: 1, l: ["x"], m: {y: 1, z: 2}, st: ss["u"]})"},
    {"SET n = 1, REMOVE l, SET b = 2", R"({n: 1, m: {y: 1}, st: ss["u"], b: 2})"},
    {"REMOVE n REMOVE m.y", R"({l: ["x"], m: {}, st: ss["u"]})"},
    {"REMOVE n, l[0]", R"({l: [], m: {y: 1}, st: ss["u"]})"},
    {"REMOVE nosuch", R"({n: 5, l: ["x"], m: {y: 1}, st: ss["u"]})"},
    {"SET n = n + 1", R"({n: 6, l: ["x"], m: {y: 1}, st: ss["u"]})"},
    {"SET n = 10 - n - (m.y + 1)", R"({n: 3, l: ["x"], m: {y: 1}, st: ss["u"]})"},
    {"SET n = m.y", R"({n: 1, l: ["x"], m: {y: 1}, st: ss["u"]})"},
    {"SET n = nosuch", kMissing},
    {"SET n = n + l", kWrongType},
    {"SET l[0] = 'y' SET n = -1", R"({n: -1, l: ["y"], m: {y: 1}, st: ss["u"]})"},
    {"SET l = list_append(l, [1, <<2>>])", R"({n: 5, l: ["x", 1, ns[2]], m: {y: 1}, st: ss["u"]})"},
    {"SET l = LIST_APPEND([0], list_append(l, l))",
     R"({n: 5, l: [0, "x", "x"], m: {y: 1}, st: ss["u"]})"},
    {"SET st = set_add(st, <<'u', 'v'>>)", R"({n: 5, l: ["x"], m: {y: 1}, st: ss["u", "v"]})"},
    {"SET m.s = SET_ADD(m.s, <<1>>)", R"({n: 5, l: ["x"], m: {y: 1, s: ns[1]}, st: ss["u"]})"},
    {"SET st = set_delete(st, <<'u', 'v'>>)", R"({n: 5, l: ["x"], m: {y: 1}})"},
    {"SET st = set_delete(st, <<'v'>>)", R"({n: 5, l: ["x"], m: {y: 1}, st: ss["u"]})"},
    {"SET st = set_add(st, <<1>>)", kWrongType},
    {"SET q.r = 1", "The document path provided in the update expression is invalid for update"},
};

TEST(StatementParser, ReadsUpdates) {
  const Bytes old = stored_item(R"({n: 5, l: ["x"], m: {y: 1}, st: ss["u"]})");
  for (const UpdateCase& one : kUpdates) {
    const std::string text = "UPDATE t " + std::string(one.changes) + " WHERE p = 'a'";
    const auto statement = parse(text);
    ASSERT_TRUE(statement.has_value()) << text << ": " << message_of(statement);
    const auto updated = statement->as<Update>()->changes.apply(value::ItemView(old));
    if (!one.result.starts_with("{")) {
      ASSERT_FALSE(updated.has_value()) << text;
      EXPECT_EQ(updated.error().message, one.result) << text;
      continue;
    }
    ASSERT_TRUE(updated.has_value()) << text << ": " << updated.error().message;
    EXPECT_EQ(item_notation(updated->stored), item_notation(stored_item(one.result))) << text;
  }
}

TEST(StatementParser, ReadsWhatIsReturned) {
  const std::pair<std::string_view, Returning> kClauses[] = {
      {"", Returning::kNothing},
      {"RETURNING ALL OLD *", Returning::kAllOld},
      {"returning modified old *", Returning::kModifiedOld},
      {"RETURNING ALL NEW *", Returning::kAllNew},
      {"RETURNING MODIFIED NEW *;", Returning::kModifiedNew},
  };
  for (const auto& [clause, returning] : kClauses) {
    const std::string text = "UPDATE t SET a = 1 WHERE p = 1 " + std::string(clause);
    const auto statement = parse(text);
    ASSERT_TRUE(statement.has_value()) << text << ": " << message_of(statement);
    EXPECT_EQ(statement->as<Update>()->returning, returning) << text;
  }
  const auto deletion = parse("DELETE FROM t WHERE p = 1 RETURNING ALL OLD *");
  EXPECT_EQ(deletion->as<Delete>()->returning, Returning::kAllOld);
  EXPECT_EQ(parse("DELETE FROM t")->as<Delete>()->returning, Returning::kNothing);
}

TEST(StatementParser, AStatementMayBeMoved) {
  const std::string text = "SELECT \"a\" FROM t WHERE \"s\" = 'te''xt' ORDER BY \"s\"";
  auto first = parse(text);
  ASSERT_TRUE(first.has_value());
  const Statement second = *std::move(first);
  first = parse("DELETE FROM other");
  const Bytes item = stored_item(R"({s: "te'xt", a: 1})");
  EXPECT_TRUE(second.as<Select>()->where->matches(value::ItemView(item)));
  EXPECT_EQ(second.as<Select>()->order[0].attribute, "s");
  EXPECT_EQ(second.as<Select>()->list->attribute_names(), std::vector<std::string_view>{"a"});
}

}  // namespace
}  // namespace jedlik::partiql
