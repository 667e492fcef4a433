#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <string>

#include "expression/compare.h"
#include "partiql/key_tests.h"
#include "tests/expression/random_item.h"
#include "tests/partiql/parse.h"

// Random conditions, each written as a statement has it and as an expression has it: they hold of
// the same items, and what is told of key attributes is true of all items of which they hold.
namespace jedlik::partiql {
namespace {

using expression::Condition;
using expression::KeyOperator;
using expression::KeyTest;
using expression::Placeholders;
using expression::RandomItems;
using value::ItemView;
using value::Value;
using value::ValueView;

// One condition in both languages.
struct Texts {
  std::string statement;
  std::string expression;
};

class Generator {
 public:
  explicit Generator(value::RandomValues& random) : random_(random), items_(random) {}

  // Its values are often those of conditions.
  value::Item item() {
    value::Item item = items_.map(2);
    for (const char* name : {"a", "b", "c", "d"})
      if (random_.one_in(2)) item.set(name, ordered());
    return item;
  }

  void forget_values() { values_.clear(); }
  const std::deque<Bytes>& values() const { return values_; }

  // The values that stand in the text, for both languages: the nth is the nth ? and ":vn".
  Placeholders placeholders() {
    Placeholders placeholders;
    names_.clear();
    for (size_t i = 0; i < values_.size(); ++i)
      placeholders.add_value(names_.emplace_back(":v" + std::to_string(i)), values_[i], nullptr);
    return placeholders;
  }

  Texts condition(int depth) {
    if (depth > 0 && random_.one_in(2)) return logic(depth);
    switch (random_.up_to(7)) {
      case 0: {
        const std::string path = this->path();
        const bool negated = random_.one_in(2);
        return {path + (negated ? " IS NOT MISSING" : " is missing"),
                (negated ? "attribute_exists(" : "attribute_not_exists(") + path + ")"};
      }
      case 1: {
        const std::string path = this->path();
        const Texts first = value();
        const Texts second = value();
        const bool negated = random_.one_in(3);
        const std::string in = " IN (" + first.expression + ", " + second.expression + ")";
        return {path + (negated ? " NOT IN [" : " IN [") + first.statement + ", " +
                    second.statement + "]",
                (negated ? "NOT " : "") + path + in};
      }
      case 2: {
        const std::string path = this->path();
        const Texts text = value_of(Value(items_.text()));
        return {"Begins_With(" + path + ", " + text.statement + ")",
                "begins_with(" + path + ", " + text.expression + ")"};
      }
      case 3: {
        const std::string path = this->path();
        const Texts part = value();
        return {"contains(" + path + ", " + part.statement + ")",
                "contains(" + path + ", " + part.expression + ")"};
      }
      default:
        return comparison();
    }
  }

 private:
  Texts logic(int depth) {
    const Texts left = condition(depth - 1);
    if (random_.one_in(4)) return {"NOT (" + left.statement + ")", "NOT (" + left.expression + ")"};
    const Texts right = condition(depth - 1);
    const std::string word = random_.one_in(2) ? " AND " : " OR ";
    return {"(" + left.statement + ")" + word + "(" + right.statement + ")",
            "(" + left.expression + ")" + word + "(" + right.expression + ")"};
  }

  Texts comparison() {
    static constexpr const char* kOperators[] = {"=", "=", "<>", "<", "<=", ">", ">="};
    const std::string op = kOperators[random_.up_to(6)];
    const bool is_ordered = op != "=" && op != "<>";
    const std::string path = this->path();
    const Texts other = is_ordered ? value_of(ordered()) : value();
    const std::string spaced = " " + op + " ";
    if (random_.one_in(4)) {
      return {other.statement + spaced + path, other.expression + spaced + path};
    }
    return {path + spaced + other.statement, path + spaced + other.expression};
  }

  std::string path() {
    std::string path = items_.name();
    if (random_.one_in(4)) path += random_.one_in(2) ? ".a" : "[1]";
    return path;
  }

  Value ordered() {
    if (random_.one_in(2)) return Value(items_.number());
    return Value(items_.text());
  }

  Texts value() { return value_of(random_.one_in(4) ? items_.any(2) : ordered()); }

  Texts value_of(const Value& value) {
    const std::string number = std::to_string(values_.size());
    values_.push_back(value::store_value(value));
    return {"?", ":v" + number};
  }

  value::RandomValues& random_;
  RandomItems items_;
  std::deque<Bytes> values_;
  std::deque<std::string> names_;
};

bool passes(const ItemView& item, std::string_view attribute, const KeyTest& test) {
  const auto found = item.find(attribute);
  if (!found || !expression::same_type(*found, test.value)) return false;
  const bool is_before = found->bytes() < test.value.bytes();
  const bool is_after = found->bytes() > test.value.bytes();
  switch (test.op) {
    case KeyOperator::kEqual:
      return value::equal(*found, test.value);
    case KeyOperator::kLess:
      return is_before;
    case KeyOperator::kLessOrEqual:
      return !is_after;
    case KeyOperator::kGreater:
      return is_after;
    case KeyOperator::kGreaterOrEqual:
      return !is_before;
    case KeyOperator::kBeginsWith:
      return found->bytes().starts_with(test.value.bytes());
    case KeyOperator::kBetween:
      return !is_before && found->bytes() <= test.upper->bytes();
  }
  return false;
}

// How often something was told at all.
struct Told {
  int values = 0;
  int tests = 0;
};

void check_keys(const Condition& condition, const ItemView& item, const std::string& text,
                Told& told) {
  for (const std::string_view attribute : {"a", "b", "c", "d"}) {
    if (const auto values = possible_values(condition, attribute)) {
      ++told.values;
      const auto found = item.find(attribute);
      const auto is_found = [&](const ValueView& value) { return value::equal(value, *found); };
      ASSERT_TRUE(found && std::any_of(values->begin(), values->end(), is_found)) << text;
    }
    if (const auto test = key_test(condition, attribute)) {
      ++told.tests;
      ASSERT_TRUE(passes(item, attribute, *test)) << text;
    }
  }
}

TEST(RandomStatements, HoldOfTheItemsOfWhichExpressionsHold) {
  value::RandomValues random;
  Generator generator(random);
  int held = 0;
  Told told;
  for (int round = 0; round < 4000; ++round) {
    generator.forget_values();
    const Texts texts = generator.condition(3);
    Placeholders placeholders = generator.placeholders();
    const auto expected =
        parse_condition(texts.expression, expression::Kind::kFilter, placeholders);
    ASSERT_TRUE(expected.has_value()) << texts.expression << ": " << expected.error().message;
    std::vector<ValueView> parameters;
    for (const Bytes& value : generator.values())
      parameters.emplace_back(value);
    const std::string text = "SELECT * FROM t WHERE " + texts.statement;
    const auto statement = parse_statement(text, parameters);
    ASSERT_TRUE(statement.has_value()) << text << ": " << message_of(statement);
    const Condition& where = *statement->as<Select>()->where;
    for (int i = 0; i < 8; ++i) {
      const Bytes stored = value::store_item(generator.item());
      const ItemView item(stored);
      const bool holds = expected->matches(item);
      ASSERT_EQ(where.matches(item), holds) << text;
      if (!holds) continue;
      ++held;
      check_keys(where, item, text, told);
    }
  }
  // The cases are worth something.
  EXPECT_GT(held, 4000);
  EXPECT_GT(told.values, 100);
  EXPECT_GT(told.tests, 200);
}

}  // namespace
}  // namespace jedlik::partiql
