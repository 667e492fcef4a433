#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "expression/legacy_condition.h"
#include "expression/legacy_update.h"
#include "tests/expression/notation.h"
#include "tests/expression/random_item.h"
#include "tests/value/random_values.h"

// The parameters from before expressions are held against the expressions that say the same.
namespace jedlik::expression {
namespace {

using value::RandomValues;

// An operator, and the expression of the same meaning; ":v" and ":w" are its values.
struct Pair {
  std::string op;
  size_t values;
  std::string expression;
};

const std::vector<Pair> kPairs = {
    {"EQ", 1, "a = :v"},
    {"NE", 1, "a <> :v"},
    {"LT", 1, "a < :v"},
    {"LE", 1, "a <= :v"},
    {"GT", 1, "a > :v"},
    {"GE", 1, "a >= :v"},
    {"BETWEEN", 2, "a BETWEEN :v AND :w"},
    {"IN", 2, "a IN (:v, :w)"},
    {"BEGINS_WITH", 1, "begins_with(a, :v)"},
    {"CONTAINS", 1, "contains(a, :v)"},
    {"NOT_CONTAINS", 1, "attribute_exists(a) AND NOT contains(a, :v)"},
    {"NULL", 0, "attribute_not_exists(a)"},
    {"NOT_NULL", 0, "attribute_exists(a)"},
};

TEST(LegacyCondition, MeansWhatTheExpressionMeans) {
  RandomValues random;
  RandomItems items(random);
  int held = 0;
  int compared = 0;
  for (int round = 0; round < 6000; ++round) {
    const Pair& pair = kPairs[random.up_to(kPairs.size() - 1)];
    const std::vector<Bytes> stored = {
        value::store_value(random.one_in(3) ? items.set() : items.scalar()),
        value::store_value(random.one_in(3) ? items.set() : items.scalar())};
    LegacyComparison comparison{"a", pair.op, {}};
    Placeholders placeholders;
    for (size_t i = 0; i < pair.values; ++i) {
      comparison.values.emplace_back(BytesView(stored[i]));
      placeholders.add_value(i == 0 ? ":v" : ":w", stored[i], nullptr);
    }
    if (!check_comparison(comparison)) continue;
    const auto condition = parse_condition(pair.expression, Kind::kCondition, placeholders);
    if (!condition) continue;
    ++compared;
    const Condition legacy = translate_condition({&comparison, 1}, Junction::kAnd);
    for (int i = 0; i < 4; ++i) {
      const Bytes item = value::store_item(items.map(2));
      const bool expected = condition->matches(value::ItemView(item));
      held += static_cast<int>(expected);
      ASSERT_EQ(legacy.matches(value::ItemView(item)), expected)
          << pair.op << " on " << item_notation(item);
    }
    ASSERT_EQ(legacy.matches(std::nullopt), condition->matches(std::nullopt)) << pair.op;
  }
  // The cases are worth something.
  EXPECT_GT(compared, 1000);
  EXPECT_GT(held, compared / 4);
}

TEST(LegacyCondition, JoinsItsComparisons) {
  const Bytes one = stored_value("1");
  const std::vector<LegacyComparison> both = {{"a", "EQ", {value::ValueView(BytesView(one))}},
                                              {"b", "NOT_NULL", {}}};
  const Bytes item = stored_item("{a: 2, b: 1}");
  EXPECT_FALSE(translate_condition(both, Junction::kAnd).matches(value::ItemView(item)));
  EXPECT_TRUE(translate_condition(both, Junction::kOr).matches(value::ItemView(item)));
}

struct UpdateCase {
  std::string item;
  std::string action;
  std::string value;  // empty for none
  std::string after;  // or what the refusal says
};

TEST(LegacyUpdate, ChangesOneAttribute) {
  const std::string mismatch = "Type mismatch for attribute to update";
  const std::vector<UpdateCase> cases = {
      {"{a: 1}", "PUT", "\"x\"", "{a: \"x\"}"},
      {"{}", "PUT", "[1]", "{a: [1]}"},
      {"{a: 1, b: 2}", "DELETE", "", "{b: 2}"},
      {"{b: 2}", "DELETE", "", "{b: 2}"},
      {"{a: 1}", "ADD", "2", "{a: 3}"},
      {"{}", "ADD", "2", "{a: 2}"},
      {"{a: ss[\"x\"]}", "ADD", "ss[\"y\"]", "{a: ss[\"x\", \"y\"]}"},
      {"{a: [1]}", "ADD", "[2]", "{a: [1, 2]}"},
      {"{}", "ADD", "[2]", "{a: [2]}"},
      {"{a: ns[1, 2]}", "DELETE", "ns[2, 3]", "{a: ns[1]}"},
      {"{a: ns[1]}", "DELETE", "ns[1]", "{}"},
      {"{}", "DELETE", "ns[1]", "{}"},
      {"{a: \"x\"}", "ADD", "2", mismatch},
      {"{a: ns[1]}", "ADD", "[2]", mismatch},
      {"{a: ns[1]}", "DELETE", "ss[\"x\"]", mismatch},
  };
  for (const UpdateCase& c : cases) {
    const Bytes operand = c.value.empty() ? Bytes() : stored_value(c.value);
    LegacyUpdate change{"a", c.action, std::nullopt};
    if (!operand.empty()) change.value.emplace(BytesView(operand));
    const auto update = translate_update({&change, 1});
    ASSERT_TRUE(update) << update.error().message;
    const Bytes before = stored_item(c.item);
    const auto after = update->apply(value::ItemView(before));
    const std::string found = after ? item_notation(after->stored) : after.error().message;
    EXPECT_EQ(found, after ? item_notation(stored_item(c.after)) : c.after)
        << c.item << " " << c.action << " " << c.value;
  }
}

}  // namespace
}  // namespace jedlik::expression
