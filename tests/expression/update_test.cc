#include "expression/update.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/expression/notation.h"

namespace jedlik::expression {
namespace {

constexpr std::string_view kBindings =
    ":v = \"x\"; :w = \"w\"; :n = 1; :l = [\"n\"]; :ss = ss[\"a\"]; :ns = ns[1]; "
    ":ss2 = ss[\"b\", \"c\", \"d\"]; :ss3 = ss[\"a\", \"b\", \"c\"]; :sq = ss[\"q\"]; "
    ":ns2 = ns[2, 3.0, 10]; :bs = bs[b\"00\"]; :big = 9.9e125; :whole = "
    "10000000000000000000000000000000000000; "
    ":tenth = 0.1; :tiny = 1e-130; :tiny2 = 1.5e-130; :one = 1; #n = name";

// The item that the cases update, which has the key `a`.
constexpr std::string_view kItem = R"({
  a: "k", s: "s", n: 5, l: ["0", "1", "2", "3"], m: {x: 1, y: "y", l: [0, 1, 2]}, st: ss["a", "b"],
  nst: ns[1, 2], bo: true
})";

struct UpdateCase {
  std::string_view text;
  // The attributes that are different afterwards, "-name" for one that is gone; or the refusal.
  std::string_view expected;
};

std::string changes(BytesView before, BytesView after) {
  const value::Item old_item = value::ItemView(before).to_item();
  const value::Item new_item = value::ItemView(after).to_item();
  std::string text;
  const auto add = [&text](const std::string& one) {
    text.append(text.empty() ? "" : ", ").append(one);
  };
  for (const value::Map::Entry& entry : new_item.entries()) {
    const value::Value* old_value = old_item.find(entry.first);
    const std::string now = value_notation(entry.second);
    if (!old_value || value_notation(*old_value) != now) add(entry.first + ": " + now);
  }
  for (const value::Map::Entry& entry : old_item.entries())
    if (!new_item.find(entry.first)) add("-" + entry.first);
  return text;
}

std::string updated(std::string_view text, std::string_view item) {
  Bindings bindings(kBindings);
  const Result<Update> update = parse_update(text, bindings.placeholders());
  if (!update) return update.error().message;
  const Bytes before = stored_item(item);
  const Result<UpdatedItem> after = update->apply(value::ItemView(before));
  if (!after) return after.error().message;
  EXPECT_TRUE(value::check_item(after->stored)) << text;
  EXPECT_EQ(after->size_bytes, value::ItemView(after->stored).size_bytes()) << text;
  return changes(before, after->stored);
}

constexpr UpdateCase kChanges[] = {
    // SET
    {"SET b = :v", R"(b: "x")"},
    {"SET s = :v", R"(s: "x")"},
    {"SET s = s", ""},
    {"SET #n = :v, b = n", R"(b: 5, name: "x")"},
    {"SET m.zz = :v", R"(m: {l: [0, 1, 2], x: 1, y: "y", zz: "x"})"},
    {"SET m.x = :v, m.l[1] = :w", R"(m: {l: [0, "w", 2], x: "x", y: "y"})"},
    {"SET m.l[0] = :v, m.l[2] = :w", R"(m: {l: ["x", 1, "w"], x: 1, y: "y"})"},
    {"SET l[1] = :v", R"(l: ["0", "x", "2", "3"])"},
    {"SET l[10] = :v", R"(l: ["0", "1", "2", "3", "x"])"},
    {"SET l[10] = :v, l[7] = :n", R"(l: ["0", "1", "2", "3", 1, "x"])"},
    {"SET l[7] = :v, l[10] = :n, l[0] = :w", R"(l: ["w", "1", "2", "3", "x", 1])"},
    {"SET b = m", R"(b: {l: [0, 1, 2], x: 1, y: "y"})"},
    {"SET m.x = m", R"(m: {l: [0, 1, 2], x: {l: [0, 1, 2], x: 1, y: "y"}, y: "y"})"},
    {"SET m = m.x", "m: 1"},
    // All is computed from the item as it was.
    {"SET l[1] = l[0], l[0] = l[1]", R"(l: ["1", "0", "2", "3"])"},
    {"SET n = n + :n, b = n", "n: 6, b: 5"},
    {"SET s = n, n = s", R"(s: 5, n: "s")"},
    // Functions and sums.
    {"SET b = n + :n", "b: 6"},
    {"SET b = n - m.x", "b: 4"},
    {"SET b = :n - n", "b: -4"},
    {"SET b = if_not_exists(zz, s)", R"(b: "s")"},
    {"SET b = if_not_exists(n, zz)", "b: 5"},
    {"SET b = if_not_exists(m.zz.q, :v)", R"(b: "x")"},
    {"SET b = if_not_exists(s.q, :v)", R"(b: "x")"},
    {"SET b = if_not_exists(b, :n) + :n", "b: 2"},
    {"SET n = if_not_exists(n, :v)", ""},
    {"SET b = if_not_exists(b, if_not_exists(c, :v))", R"(b: "x")"},
    {"SET l = list_append(l, :l)", R"(l: ["0", "1", "2", "3", "n"])"},
    {"SET l = list_append(:l, l)", R"(l: ["n", "0", "1", "2", "3"])"},
    {"SET b = list_append(m.l, l)", R"(b: [0, 1, 2, "0", "1", "2", "3"])"},
    {"SET b = list_append(if_not_exists(zz, :l), :l)", R"(b: ["n", "n"])"},
    {"SET b = list_append(list_append(:l, :l), :l)", R"(b: ["n", "n", "n"])"},
    {"SET b = a", R"(b: "k")"},
    // REMOVE
    {"REMOVE zz", ""},
    {"REMOVE s, bo", "-s, -bo"},
    {"REMOVE m.zz", ""},
    {"REMOVE m.x", R"(m: {l: [0, 1, 2], y: "y"})"},
    {"REMOVE m.x, m.y, m.l", "m: {}"},
    {"REMOVE l[1]", R"(l: ["0", "2", "3"])"},
    {"REMOVE l[1], l[2]", R"(l: ["0", "3"])"},
    {"REMOVE l[2], l[0]", R"(l: ["1", "3"])"},
    {"REMOVE l[9]", ""},
    {"REMOVE l[0], l[1], l[2], l[3]", "l: []"},
    {"REMOVE m.l[0], m.l[1]", R"(m: {l: [2], x: 1, y: "y"})"},
    // Indexes are those of the item as it was.
    {"REMOVE l[0] SET l[1] = :v", R"(l: ["x", "2", "3"])"},
    {"REMOVE l[0] SET l[9] = :v", R"(l: ["1", "2", "3", "x"])"},
    {"SET l[0] = :v REMOVE l[1]", R"(l: ["x", "2", "3"])"},
    {"SET b = l[0] REMOVE l", R"(b: "0", -l)"},
    // ADD
    {"ADD n :n", "n: 6"},
    {"ADD zz :n", "zz: 1"},
    {"ADD m.x :n", R"(m: {l: [0, 1, 2], x: 2, y: "y"})"},
    {"ADD m.zz :n", R"(m: {l: [0, 1, 2], x: 1, y: "y", zz: 1})"},
    {"ADD m.l[0] :n", R"(m: {l: [1, 1, 2], x: 1, y: "y"})"},
    {"ADD l[9] :n", R"(l: ["0", "1", "2", "3", 1])"},
    {"ADD st :ss", ""},
    {"ADD st :ss2", R"(st: ss["a", "b", "c", "d"])"},
    {"ADD nst :ns2", "nst: ns[1, 10, 2, 3]"},
    {"ADD zz :bs", R"(zz: bs[b"00"])"},
    // DELETE
    {"DELETE st :ss", R"(st: ss["b"])"},
    {"DELETE st :ss3", "-st"},
    {"DELETE st :sq", ""},
    {"DELETE nst :ns2", "nst: ns[1]"},
    {"DELETE zz :ss", ""},
    {"DELETE m.zz :ss", ""},
    {"DELETE l[9] :ss", ""},
    // All at once.
    {"SET b = :v, m.x = :w REMOVE s, l[0] ADD n :n DELETE st :ss",
     R"(n: 6, l: ["1", "2", "3"], m: {l: [0, 1, 2], x: "w", y: "y"}, st: ss["b"], b: "x", -s)"},
};

TEST(Update, ChangesTheItem) {
  for (const UpdateCase& one : kChanges)
    EXPECT_EQ(updated(one.text, kItem), one.expected) << one.text;
}

constexpr std::string_view kInvalidPath =
    "The document path provided in the update expression is invalid for update";
constexpr std::string_view kMissing =
    "The provided expression refers to an attribute that does not exist in the item";
constexpr std::string_view kWrongType =
    "An operand in the update expression has an incorrect data type";
constexpr std::string_view kOverflow =
    "Number overflow. Attempting to store a number with magnitude larger than supported range";
constexpr std::string_view kUnderflow =
    "Number underflow. Attempting to store a number with magnitude smaller than supported range";
constexpr std::string_view kPrecision =
    "Attempting to store more than 38 significant digits in a Number";

constexpr UpdateCase kRefusals[] = {
    {"SET zz.x = :v", kInvalidPath},
    {"SET m.zz.q = :v", kInvalidPath},
    {"SET m[0] = :v", kInvalidPath},
    {"SET l.x = :v", kInvalidPath},
    {"SET s.x = :v", kInvalidPath},
    {"SET s[0] = :v", kInvalidPath},
    {"SET st[0] = :v", kInvalidPath},
    {"SET l[0].x = :v", kInvalidPath},
    {"SET l[9].x = :v", kInvalidPath},
    {"SET zz[0] = :v", kInvalidPath},
    {"REMOVE zz.x", kInvalidPath},
    {"REMOVE m.zz.q", kInvalidPath},
    {"REMOVE m[0]", kInvalidPath},
    {"REMOVE l.x", kInvalidPath},
    {"REMOVE s[0]", kInvalidPath},
    {"ADD zz.x :n", kInvalidPath},
    {"ADD s.x :n", kInvalidPath},
    {"DELETE zz.x :ss", kInvalidPath},
    {"DELETE m.x.y :ss", kInvalidPath},
    {"SET b = zz", kMissing},
    {"SET b = m.zz", kMissing},
    {"SET b = l[9]", kMissing},
    {"SET b = s.x", kMissing},
    {"SET b = b", kMissing},
    {"SET b = n, c = b", kMissing},
    {"SET b = n + zz", kMissing},
    {"SET b = zz + s", kMissing},
    {"SET b = if_not_exists(zz, zz2)", kMissing},
    {"SET b = list_append(zz, l)", kMissing},
    {"SET b = n + s", kWrongType},
    {"SET b = s + zz", kWrongType},
    {"SET b = list_append(l, s)", kWrongType},
    {"SET b = list_append(s, zz)", kWrongType},
    {"SET b = list_append(l, :l) + :n", kWrongType},
    {"ADD s :n", kWrongType},
    {"ADD st :n", kWrongType},
    {"ADD n :ss", kWrongType},
    {"ADD st :ns", kWrongType},
    {"ADD l[0] :n", kWrongType},
    {"ADD l :n", kWrongType},
    {"DELETE st :ns", kWrongType},
    {"DELETE s :ss", kWrongType},
    {"DELETE n :ns", kWrongType},
    {"DELETE l[0] :ss", kWrongType},
    {"SET b = :big + :big", kOverflow},
    {"SET b = :whole + :tenth", kPrecision},
    {"SET b = :big - :tenth", kPrecision},
    {"SET b = :one - :tiny", kPrecision},
    {"SET b = :tiny - :tiny2", kUnderflow},
    {"ADD n :big", kPrecision},
};

TEST(Update, RefusesWhatCannotBeDone) {
  for (const UpdateCase& one : kRefusals)
    EXPECT_EQ(updated(one.text, kItem), one.expected) << one.text;
}

TEST(Update, OfNoItemStartsWithItsKey) {
  const UpdateCase cases[] = {
      {"SET b = a", R"(b: "k")"},
      {"SET b = if_not_exists(c, :v)", R"(b: "x")"},
      {"REMOVE b", ""},
      {"ADD b :n", "b: 1"},
      {"ADD b :ss", R"(b: ss["a"])"},
      {"DELETE b :ss", ""},
      {"SET b = c", kMissing},
      {"SET b.c = :v", kInvalidPath},
      {"REMOVE b.c", kInvalidPath},
  };
  for (const UpdateCase& one : cases)
    EXPECT_EQ(updated(one.text, R"({a: "k"})"), one.expected) << one.text;
}

TEST(Update, ResultsAreNotNestedTooDeep) {
  const auto nested_lists = [](int levels) {
    return std::string(static_cast<size_t>(levels), '[') + "1" +
           std::string(static_cast<size_t>(levels), ']');
  };
  const auto result = [&](std::string_view text, int levels) {
    Bindings bindings(":d = " + nested_lists(levels));
    const Result<Update> update = parse_update(text, bindings.placeholders());
    const Bytes item = stored_item(kItem);
    const Result<UpdatedItem> after = update->apply(value::ItemView(item));
    return after ? std::string() : after.error().message;
  };
  const std::string_view message =
      "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels "
      "beyond supported limit";
  EXPECT_EQ(result("SET b = :d", 31), "");
  EXPECT_EQ(result("SET m.y = :d", 30), "");
  EXPECT_EQ(result("SET m.y = :d", 31), message);
  EXPECT_EQ(result("SET l[0] = :d", 31), message);
  EXPECT_EQ(result("SET l[9] = :d", 31), message);
}

TEST(Update, KeyAttributesStayAsTheyAre) {
  const std::string_view key[] = {"a", "b"};
  const auto refusal = [&](std::string_view text) {
    Bindings bindings(kBindings);
    const Result<Update> update = parse_update(text, bindings.placeholders());
    const Status status = update->check_names_no_key(key);
    return status ? std::string() : status.error().message;
  };
  EXPECT_EQ(refusal("SET c = a, d.a = :v REMOVE e"), "");
  EXPECT_EQ(refusal("SET c = :v, a = :v"),
            "One or more parameter values were invalid: Cannot update attribute a. This attribute "
            "is part of the key");
  EXPECT_EQ(refusal("REMOVE b.c"),
            "One or more parameter values were invalid: Cannot update attribute b. This attribute "
            "is part of the key");
}

struct ChangedPathsCase {
  std::string_view text;
  std::string_view updated_old;
  std::string_view updated_new;
};

constexpr ChangedPathsCase kChangedPaths[] = {
    {"SET s = :v, zz = :v", R"({s: "s"})", R"({s: "x", zz: "x"})"},
    {"SET m.x = :v", "{m: {x: 1}}", R"({m: {x: "x"}})"},
    {"REMOVE m.x", "{m: {x: 1}}", "{}"},
    {"SET l[1] = :v", R"({l: ["1"]})", R"({l: ["x"]})"},
    {"SET m.l[1] = :v, m.l[2] = :w", "{m: {l: [1, 2]}}", R"({m: {l: ["x", "w"]}})"},
    {"DELETE st :ss3", R"({st: ss["a", "b"]})", "{}"},
    {"ADD n :n", "{n: 5}", "{n: 6}"},
    {"REMOVE zz", "{}", "{}"},
};

TEST(Update, ChangedPathsAreChosenFromTheOldAndTheNewItem) {
  for (const ChangedPathsCase& one : kChangedPaths) {
    Bindings bindings(kBindings);
    const Result<Update> update = parse_update(one.text, bindings.placeholders());
    ASSERT_TRUE(update.has_value()) << one.text;
    const Bytes before = stored_item(kItem);
    const Result<UpdatedItem> after = update->apply(value::ItemView(before));
    ASSERT_TRUE(after.has_value()) << one.text;
    Bytes old_parts;
    Bytes new_parts;
    update->changed_paths().apply(value::ItemView(before), old_parts);
    update->changed_paths().apply(value::ItemView(after->stored), new_parts);
    EXPECT_EQ(item_notation(old_parts), item_notation(stored_item(one.updated_old))) << one.text;
    EXPECT_EQ(item_notation(new_parts), item_notation(stored_item(one.updated_new))) << one.text;
  }
}

TEST(Update, CanBeAppliedAgain) {
  Bindings bindings(kBindings);
  const Result<Update> update =
      parse_update("SET n = n + :n, l = list_append(l, :l)", bindings.placeholders());
  ASSERT_TRUE(update.has_value());
  const Bytes item = stored_item(kItem);
  const Result<UpdatedItem> first = update->apply(value::ItemView(item));
  const Result<UpdatedItem> again = update->apply(value::ItemView(item));
  ASSERT_TRUE(first && again);
  EXPECT_EQ(first->stored, again->stored);
  const Result<UpdatedItem> next = update->apply(value::ItemView(first->stored));
  EXPECT_EQ(changes(first->stored, next->stored), R"(n: 7, l: ["0", "1", "2", "3", "n", "n"])");
}

}  // namespace
}  // namespace jedlik::expression
