#include "expression/condition.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/expression/notation.h"

namespace jedlik::expression {
namespace {

constexpr std::string_view kItem = R"({
  a: "k", s: "abc", su: "añ😀", n1: 5, n0: 5.00, bb: b"000102", bo: true, bo2: false, nu: null,
  l1: ["x", 1, [2], {q: 1}], m1: {x: 1, y: "y"}, m2: {y: "y", x: 1.0}, st: ss["b", "a"],
  st2: ss["a", "b"], nst: ns[1, 2], bst: bs[b"00", b"01"], es: "", el: []
})";

// All values that the cases use; each case is given those that it names.
constexpr std::string_view kValues[] = {
    ":x = \"x\"",       ":ab = \"ab\"",     ":abc = \"abc\"", ":e = \"\"",
    ":q = \"q\"",       ":n1 = 1",          ":n1x = 1.0",     ":n2 = 2",
    ":n3 = 3",          ":n4 = 4",          ":n5 = 5",        ":n8 = 8",
    ":b = b\"0001\"",   ":b1 = b\"01\"",    ":t = true",      ":f = false",
    ":nu = null",       ":l2 = [2]",        ":m = {q: 1}",    ":sab = ss[\"a\", \"b\"]",
    ":sa = ss[\"a\"]",  ":S = \"S\"",       ":SS = \"SS\"",   ":L = \"L\"",
    ":BOOL = \"BOOL\"", ":NULL = \"NULL\"", ":N = \"N\"",     ":M = \"M\"",
    ":BS = \"BS\"",     ":B = \"B\"",       ":NS = \"NS\"",
};

bool uses(std::string_view text, std::string_view placeholder) {
  for (size_t at = text.find(placeholder); at != text.npos; at = text.find(placeholder, at + 1)) {
    const size_t end = at + placeholder.size();
    if (end == text.size() || !(isalnum(static_cast<unsigned char>(text[end])) != 0)) return true;
  }
  return false;
}

std::string values_of(std::string_view text) {
  std::string values;
  for (const std::string_view value : kValues)
    if (uses(text, value.substr(0, value.find(' ')))) values.append(value).append("; ");
  return values;
}

bool matches(std::string_view text, std::string_view item) {
  Bindings bindings(values_of(text));
  const Result<Condition> condition = parse_condition(text, Kind::kFilter, bindings.placeholders());
  if (!condition) {
    ADD_FAILURE() << text << ": " << condition.error().message;
    return false;
  }
  const Bytes stored = stored_item(item);
  return condition->matches(value::ItemView(stored));
}

constexpr std::string_view kTrue[] = {
    // Equality: of all types, whatever the spelling of numbers and the order of sets and maps.
    "s = :abc",
    "s <> :n5",
    "zz <> :abc",
    "n1 = n0",
    "n1 = :n5",
    "st = :sab",
    "st = st2",
    "m1 = m2",
    "bo = :t",
    "bo <> :f",
    "bo = :t AND bo2 = :f",
    "nu = :nu",
    "st <> :sa",
    "l1[2] = :l2",
    "m1 <> :m",
    "l1[3] = :m",
    "es = :e",
    "bb <> :b",
    ":abc = s",
    "bo <> bo2",
    // What is not there equals nothing, so it is different from everything.
    "zz <> yy",
    "NOT zz = :abc",
    "size(zz) <> :n1",
    "NOT size(zz) = :n1",
    "size(n1) <> :n1",
    "size(s) <> :x",
    // Order, of S, N and B.
    "s < :x",
    "s <= :abc",
    "s >= :abc",
    "bb > :b",
    "n1 < :n8",
    "n1 > :n4",
    "n1 >= n0",
    "n1 <= n0",
    ":n4 < n1",
    "m1.x < n1",
    "NOT zz < :x",
    "NOT s > :n5",
    "es < :x",
    "n1 BETWEEN :n4 AND :n5",
    "n1 BETWEEN n0 AND :n8",
    "s BETWEEN :ab AND :x",
    "NOT zz BETWEEN :ab AND :x",
    "bb BETWEEN :b AND :b1",
    ":n4 BETWEEN :n1 AND n1",
    "n1 IN (:n4,:n5)",
    "s IN (:n5,n1,:abc)",
    "st IN (:sab)",
    "bo IN (:f,:t)",
    "l1[3] IN (:m)",
    "NOT zz IN (:n5)",
    ":t IN (:t)",
    // Functions.
    "attribute_exists(s)",
    "attribute_exists(m1.x)",
    "attribute_exists(l1[3].q)",
    "attribute_not_exists(s.x)",
    "attribute_not_exists(zz.x[0])",
    "attribute_not_exists(m1[0])",
    "attribute_not_exists(l1.x)",
    "attribute_not_exists(st.a)",
    "attribute_exists(nu)",
    "attribute_type(s,:S)",
    "attribute_type(bo,:BOOL)",
    "attribute_type(bo2,:BOOL)",
    "attribute_type(nu,:NULL)",
    "attribute_type(st,:SS)",
    "attribute_type(l1,:L)",
    "attribute_type(l1[1],:N)",
    "attribute_type(m1,:M)",
    "attribute_type(bst,:BS)",
    "attribute_type(bb,:B)",
    "attribute_type(nst,:NS)",
    "NOT attribute_type(zz,:S)",
    "attribute_type(size(s),:N)",
    "attribute_type(:t,:BOOL)",
    "begins_with(s,:ab)",
    "begins_with(s,:e)",
    "begins_with(s,es)",
    "begins_with(bb,:b)",
    "begins_with(:abc,s)",
    "NOT begins_with(n1,:x)",
    "contains(s,:ab)",
    "contains(s,:e)",
    "contains(es,:e)",
    "contains(l1,:x)",
    "contains(l1,:n1)",
    "contains(l1,:n1x)",
    "contains(l1,:l2)",
    "contains(l1,:m)",
    "contains(nst,:n1x)",
    "contains(bst,:b1)",
    "contains(bb,:b1)",
    "contains(bb,:b)",
    "contains(:abc,s)",
    "contains(nst,size(st))",
    "contains(:sab, m1.a) OR contains(st2, :ab) OR contains(:l2, :n2)",
    // Lengths of texts are counted in UTF-16 code units.
    "size(s) = :n3",
    "size(su) = :n4",
    "size(bb) = :n3",
    "size(l1) = :n4",
    "size(m1) = :n2",
    "size(st) = :n2",
    "size(nst) = :n2",
    "size(es) < :n1",
    "size(el) < :n1",
    "size(s) < size(l1)",
    "size(s) IN (:n2,:n3)",
    "size(s) BETWEEN :n2 AND :n3",
    "n1 > size(s)",
    "size(l1[0]) = :n1",
    "size(:abc) = size(s)",
    ":n3 = size(s)",
    // Logic.
    "s = :abc OR zz = :x AND n1 = :n1",
    "NOT s = :abc OR n1 = :n5",
    "attribute_exists(s) AND attribute_not_exists(zz)",
    "NOT NOT s = :abc",
    "NOT (s = :abc AND n1 = :n1)",
    "l1[1] = :n1",
    "l1[2][0] = :n2",
    "l1[3].q = m1.x",
};

constexpr std::string_view kFalse[] = {
    "s <> :abc",
    "zz = :abc",
    "zz = yy",
    "NOT zz <> yy",
    "s = :n5",
    "nst = :sab",
    "st = :sa",
    "s < :n5",
    "n1 < :x",
    "bo < bo2",
    "bo > zz",
    "zz < :x",
    "zz > yy",
    "s > :n5",
    "bb >= :b1",
    "l1 < m1",
    "nu <= nu2",
    "st >= st2",
    "s < :abc",
    "s > :abc",
    "zz BETWEEN :ab AND :x",
    "n1 BETWEEN s AND :n8",
    "n1 BETWEEN :n1 AND :n4",
    "n1 BETWEEN zz AND :n8",
    "s BETWEEN n1 AND n0",
    "bo BETWEEN bo2 AND zz",
    "zz IN (:n5)",
    "zz IN (yy)",
    "s IN (:n5)",
    "attribute_exists(zz)",
    "attribute_exists(m1.zz)",
    "attribute_exists(l1[4])",
    "attribute_exists(s[0])",
    "attribute_not_exists(s)",
    "attribute_type(zz,:S)",
    "attribute_type(s,:N)",
    "attribute_type(bo,:NULL)",
    "begins_with(s,:b)",
    "begins_with(n1,:x)",
    "begins_with(zz,:x)",
    "begins_with(s,:x)",
    "begins_with(s,zz)",
    "begins_with(bb,:ab)",
    "contains(s,:q)",
    "contains(s,:n1)",
    "contains(st,:x)",
    "contains(st,:sa)",
    "contains(st,:ab)",
    "contains(nst,:x)",
    "contains(m1,:x)",
    "contains(m1,:q)",
    "contains(n1,:n5)",
    "contains(bo,:t)",
    "contains(zz,:x)",
    "contains(l1,n0)",
    "contains(:sab,zz)",
    "contains(:sab,s)",
    "contains(st,:b1)",
    "contains(l1,bo)",
    "contains(l1,:e)",
    "contains(bst,:x)",
    "contains(size(s),:n3)",
    "contains(l1, size(s))",
    "size(su) = :n3",
    "size(su) = :n8",
    "size(n1) = :n1",
    "size(n1) < :n5",
    "size(n1) >= :n1",
    "size(bo) = :n1",
    "size(nu)=:n1",
    "size(zz) = :n1",
    "size(s) = :x",
    "size(s) < :x",
    "size(s) IN (:n2, :abc)",
    "(s = :abc OR zz = :x) AND n1 = :n1",
    "NOT (s = :abc AND n1 = :n5)",
    "NOT s = :abc AND n1 = :n1",
};

TEST(Condition, HoldsForTheItem) {
  for (const std::string_view text : kTrue)
    EXPECT_TRUE(matches(text, kItem)) << text;
}

TEST(Condition, DoesNotHoldForTheItem) {
  for (const std::string_view text : kFalse)
    EXPECT_FALSE(matches(text, kItem)) << text;
}

TEST(Condition, NoItemIsOneWithoutAttributes) {
  const std::pair<std::string_view, bool> cases[] = {
      {"attribute_exists(a)", false},
      {"attribute_not_exists(a)", true},
      {"a = :x", false},
      {"a <> :x", true},
      {"a < :x", false},
      {"NOT a = :x", true},
      {"size(a) = :n1", false},
      {":x = :x", true},
      {"contains(:abc, a)", false},
  };
  for (const auto& [text, expected] : cases) {
    Bindings bindings(values_of(text));
    const Result<Condition> condition =
        parse_condition(text, Kind::kCondition, bindings.placeholders());
    ASSERT_TRUE(condition.has_value()) << text;
    EXPECT_EQ(condition->matches(std::nullopt), expected) << text;
    EXPECT_EQ(matches(text, "{}"), expected) << text;
  }
}

TEST(Condition, NamesAreResolvedEverywhereInAPath) {
  Bindings bindings("#l = l1; #q = q; #dot = x.y; :v = 1");
  const Bytes item = stored_item("{l1: [{q: 1}], \"x.y\": 1, x: {y: 2}}");
  for (const std::string_view text : {"#l[0].#q = :v", "#dot = :v"}) {
    const Result<Condition> condition =
        parse_condition(text, Kind::kCondition, bindings.placeholders());
    ASSERT_TRUE(condition.has_value()) << text;
    EXPECT_TRUE(condition->matches(value::ItemView(item))) << text;
  }
}

TEST(Condition, NamesTheAttributesThatItTouches) {
  Bindings bindings("#n = name; :v = 1");
  const Result<Condition> condition = parse_condition("b.c = :v OR #n > :v AND size(a[0]) = b.d",
                                                      Kind::kFilter, bindings.placeholders());
  ASSERT_TRUE(condition.has_value());
  EXPECT_EQ(condition->attribute_names(), (std::vector<std::string_view>{"a", "b", "name"}));
}

TEST(Condition, AFilterMayNotNameKeyAttributes) {
  const std::string_view key[] = {"pk", "sk"};
  Bindings bindings(":v = 1");
  const auto refusal = [&](std::string_view text) {
    const Result<Condition> condition =
        parse_condition(text, Kind::kFilter, bindings.placeholders());
    const Status status = condition->check_names_no_key(key);
    return status ? std::string() : status.error().message;
  };
  EXPECT_EQ(refusal("a = :v AND pkk = :v"), "");
  EXPECT_EQ(refusal("a = :v AND NOT size(sk) = :v"),
            "Filter Expression can only contain non-primary key attributes: Primary key attribute: "
            "sk");
  EXPECT_EQ(refusal("pk.x = :v OR a = :v"),
            "Filter Expression can only contain non-primary key attributes: Primary key attribute: "
            "pk");
}

TEST(Condition, KeyAttributesAreScalars) {
  const std::string_view key[] = {"pk"};
  Bindings bindings(":v = 1");
  const Result<Condition> whole =
      parse_condition("pk = :v AND a.pk = :v", Kind::kCondition, bindings.placeholders());
  EXPECT_TRUE(whole->check_keys_are_whole(key).has_value());
  const Result<Condition> inside =
      parse_condition("pk.a = :v", Kind::kCondition, bindings.placeholders());
  EXPECT_EQ(inside->check_keys_are_whole(key).error().message,
            "Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
            "allowed: Key: pk");
}

// Both the text that is searched and the one that is sought come from clients.
TEST(Condition, SearchingInALongTextIsLinear) {
  const std::string whole = "{s: \"" + std::string(350'000, 'a') + "\"}";
  Bindings bindings(":v = \"" + std::string(170'000, 'a') + "b" + std::string(170'000, 'a') + "\"");
  const Result<Condition> condition =
      parse_condition("contains(s, :v)", Kind::kFilter, bindings.placeholders());
  ASSERT_TRUE(condition.has_value());
  const Bytes item = stored_item(whole);
  EXPECT_FALSE(condition->matches(value::ItemView(item)));
}

}  // namespace
}  // namespace jedlik::expression
