// Random conditions on random items, against an evaluator that works on trees and is as plain as
// can be.

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "expression/condition.h"
#include "expression/parser.h"
#include "expression/printer.h"
#include "tests/expression/notation.h"
#include "tests/expression/random_item.h"

namespace jedlik::expression {
namespace {

using value::Item;
using value::Value;

// A condition or an operand as the test made it.
struct Model {
  std::string word;  // "AND", "=", "size", ...; "path" and "value" for leaves
  std::vector<Model> children;
  std::string text;                // of leaves
  std::optional<Value> value;      // of "value"
  std::vector<std::string> steps;  // of "path": names, and indexes in digits
};

std::optional<Value> look_up(const Item& item, const std::vector<std::string>& steps) {
  std::optional<Value> here = Value(item);
  for (const std::string& step : steps) {
    if (!here) return std::nullopt;
    if (isdigit(static_cast<unsigned char>(step.front())) != 0) {
      const auto* list = here->as<value::List>();
      const size_t index = std::stoul(step);
      if (!list || index >= list->size()) return std::nullopt;
      here = Value((*list)[index]);
    } else {
      const auto* map = here->as<value::Map>();
      const Value* found = map ? map->find(step) : nullptr;
      here = found ? std::optional(Value(*found)) : std::nullopt;
    }
  }
  return here;
}

size_t utf16_units(const std::string& text) {
  size_t units = 0;
  for (size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const size_t bytes = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    units += bytes == 4 ? 2 : 1;
    i += bytes;
  }
  return units;
}

std::optional<size_t> size_of_tree(const Value& value) {
  if (const auto* one = value.as<std::string>()) return utf16_units(*one);
  if (const auto* one = value.as<value::Binary>()) return one->bytes.size();
  if (const auto* one = value.as<value::List>()) return one->size();
  if (const auto* one = value.as<value::Map>()) return one->size();
  if (const auto* one = value.as<value::StringSet>()) return one->members.size();
  if (const auto* one = value.as<value::NumberSet>()) return one->members.size();
  if (const auto* one = value.as<value::BinarySet>()) return one->members.size();
  return std::nullopt;
}

std::optional<Value> operand(const Model& model, const Item& item) {
  if (model.word == "value") return model.value;
  if (model.word == "path") return look_up(item, model.steps);
  const std::optional<Value> inside = operand(model.children[0], item);
  const std::optional<size_t> size = inside ? size_of_tree(*inside) : std::nullopt;
  if (!size) return std::nullopt;
  return Value(value::Number(static_cast<int64_t>(*size)));
}

bool equal_trees(const std::optional<Value>& a, const std::optional<Value>& b) {
  return a && b && value_notation(*a) == value_notation(*b);
}

// Less than 0, 0, more than 0; nothing where there is no order.
std::optional<int> compare(const std::optional<Value>& a, const std::optional<Value>& b) {
  if (!a || !b) return std::nullopt;
  const auto sign = [](auto order) { return order < 0 ? -1 : order > 0 ? 1 : 0; };
  if (a->as<std::string>() && b->as<std::string>())
    return sign(a->as<std::string>()->compare(*b->as<std::string>()));
  if (a->as<value::Binary>() && b->as<value::Binary>())
    return sign(a->as<value::Binary>()->bytes.compare(b->as<value::Binary>()->bytes));
  if (a->as<value::Number>() && b->as<value::Number>())
    return sign(*a->as<value::Number>() <=> *b->as<value::Number>());
  return std::nullopt;
}

bool begins(const std::optional<Value>& a, const std::optional<Value>& b) {
  if (!a || !b) return false;
  if (a->as<std::string>() && b->as<std::string>())
    return a->as<std::string>()->rfind(*b->as<std::string>(), 0) == 0;
  if (a->as<value::Binary>() && b->as<value::Binary>())
    return a->as<value::Binary>()->bytes.rfind(b->as<value::Binary>()->bytes, 0) == 0;
  return false;
}

bool holds_part(const std::optional<Value>& a, const std::optional<Value>& b) {
  if (!a || !b) return false;
  const auto has = [](const auto& members, const auto& member) {
    return std::find(members.begin(), members.end(), member) != members.end();
  };
  const auto* text = b->as<std::string>();
  const auto* binary = b->as<value::Binary>();
  const auto* number = b->as<value::Number>();
  if (const auto* one = a->as<std::string>()) return text && one->find(*text) != std::string::npos;
  if (const auto* one = a->as<value::Binary>())
    return binary && one->bytes.find(binary->bytes) != std::string::npos;
  if (const auto* one = a->as<value::StringSet>()) return text && has(one->members, *text);
  if (const auto* one = a->as<value::NumberSet>()) return number && has(one->members, *number);
  if (const auto* one = a->as<value::BinarySet>())
    return binary && has(one->members, binary->bytes);
  if (const auto* one = a->as<value::List>())
    return std::any_of(one->begin(), one->end(),
                       [&](const Value& element) { return equal_trees(element, b); });
  return false;
}

bool holds(const Model& model, const Item& item) {
  const auto child = [&](size_t i) { return operand(model.children[i], item); };
  const std::string& word = model.word;
  if (word == "AND" || word == "OR" || word == "NOT") {
    const bool first = holds(model.children[0], item);
    if (word == "NOT") return !first;
    const bool second = holds(model.children[1], item);
    return word == "AND" ? first && second : first || second;
  }
  if (word == "=") return equal_trees(child(0), child(1));
  if (word == "<>") return !equal_trees(child(0), child(1));
  if (word == "IN")
    return std::any_of(model.children.begin() + 1, model.children.end(), [&](const Model& other) {
      return equal_trees(child(0), operand(other, item));
    });
  if (word == "attribute_exists") return child(0).has_value();
  if (word == "attribute_not_exists") return !child(0).has_value();
  if (word == "attribute_type")
    return child(0) && value::type_name(child(0)->type()) == *child(1)->as<std::string>();
  if (word == "begins_with") return begins(child(0), child(1));
  if (word == "contains") return holds_part(child(0), child(1));
  const std::optional<int> order = compare(child(0), child(1));
  if (word == "BETWEEN") {
    const std::optional<int> upper = compare(child(0), child(2));
    return order && upper && *order >= 0 && *upper <= 0;
  }
  if (!order) return false;
  if (word == "<") return *order < 0;
  if (word == "<=") return *order <= 0;
  if (word == ">") return *order > 0;
  return *order >= 0;
}

class Generator {
 public:
  explicit Generator(value::RandomValues& random) : random_(random), items_(random) {}

  Model condition(int levels) {
    if (levels > 0 && random_.one_in(2)) {
      const size_t kind = random_.up_to(4);
      if (kind == 0) return {"NOT", {condition(levels - 1)}};
      return {kind < 3 ? "AND" : "OR", {condition(levels - 1), condition(levels - 1)}};
    }
    return comparison();
  }

  // With parentheses where they are needed, and here and there where they are not.
  std::string text(const Model& model) {
    const std::string& word = model.word;
    if (word == "path" || word == "value") return model.text;
    if (word == "NOT") return "NOT " + part(model.children[0], word);
    if (word == "AND" || word == "OR")
      return part(model.children[0], word) + " " + word + " " + part(model.children[1], word);
    if (word == "BETWEEN")
      return text(model.children[0]) + " BETWEEN " + text(model.children[1]) + " AND " +
             text(model.children[2]);
    if (word == "IN") return text(model.children[0]) + " IN (" + list(model, 1) + ")";
    if (isalpha(static_cast<unsigned char>(word.front())) != 0)
      return word + "(" + list(model, 0) + ")";
    return text(model.children[0]) + " " + word + " " + text(model.children[1]);
  }

  // The placeholders that were used since the last call.
  Placeholders take_placeholders() {
    Placeholders placeholders;
    for (const auto& [name, stored] : values_)
      placeholders.add_value(name, stored, nullptr);
    return placeholders;
  }

  void forget_placeholders() { values_.clear(); }

 private:
  Model comparison() {
    static constexpr const char* kComparators[] = {"=", "<>", "<", "<=", ">", ">="};
    switch (random_.up_to(9)) {
      case 0:
        return {"attribute_exists", {path()}};
      case 1:
        return {"attribute_not_exists", {path()}};
      case 2: {
        static constexpr const char* kTypes[] = {"S", "N", "B",  "BOOL", "NULL",
                                                 "L", "M", "SS", "NS",   "BS"};
        return {"attribute_type", {path(), value(Value(std::string(kTypes[random_.up_to(9)])))}};
      }
      case 3:
        return {"begins_with", {path(), random_.one_in(2) ? path() : value(text_or_binary())}};
      case 4:
        return {"contains", {any_operand(), any_operand()}};
      case 5:
        return {"IN", {any_operand(), any_operand(), any_operand(), any_operand()}};
      case 6:
        return {"BETWEEN", {ordered_operand(), path(), ordered_operand()}};
      default: {
        const std::string word = kComparators[random_.up_to(5)];
        if (word == "=" || word == "<>") return {word, {any_operand(), any_operand()}};
        return {word, {ordered_operand(), ordered_operand()}};
      }
    }
  }

  Model path() {
    Model model{"path"};
    model.text = items_.name();
    model.steps.push_back(model.text);
    while (random_.one_in(2)) {
      if (random_.one_in(2)) {
        model.steps.push_back(std::to_string(random_.up_to(3)));
        model.text += "[" + model.steps.back() + "]";
      } else {
        model.steps.push_back(items_.name());
        model.text += "." + model.steps.back();
      }
    }
    return model;
  }

  Model value(Value value) {
    Model model{"value"};
    model.text = ":v" + std::to_string(values_.size());
    values_.emplace_back(model.text, value::store_value(value));
    model.value = std::move(value);
    return model;
  }

  Model any_operand() {
    switch (random_.up_to(3)) {
      case 0:
        return value(items_.any(2));
      case 1:
        return {"size", {path()}};
      default:
        return path();
    }
  }

  Model ordered_operand() {
    if (random_.one_in(3)) return {"size", {path()}};
    if (random_.one_in(2)) return path();
    if (random_.one_in(2)) return value(Value(items_.number()));
    return value(text_or_binary());
  }

  Value text_or_binary() {
    return random_.one_in(2) ? Value(items_.text()) : Value(value::Binary{items_.text()});
  }

  std::string list(const Model& model, size_t from) {
    std::string result;
    for (size_t i = from; i < model.children.size(); ++i)
      result.append(i > from ? ", " : "").append(text(model.children[i]));
    return result;
  }

  std::string part(const Model& model, const std::string& parent) {
    const bool is_logic = model.word == "AND" || model.word == "OR";
    const bool is_needed = model.word == "OR" ? parent != "OR" : is_logic && parent == "NOT";
    const std::string inside = text(model);
    return is_needed || random_.one_in(4) ? "(" + inside + ")" : inside;
  }

  value::RandomValues& random_;
  RandomItems items_;
  std::deque<std::pair<std::string, Bytes>> values_;
};

TEST(ConditionModel, RandomConditionsHoldWhereTheModelSaysSo) {
  value::RandomValues random;
  Generator generator(random);
  RandomItems items(random);
  int accepted = 0;
  int held = 0;
  for (int round = 0; round < 3000; ++round) {
    generator.forget_placeholders();
    const Model model = generator.condition(3);
    const std::string text = generator.text(model);
    Placeholders placeholders = generator.take_placeholders();
    const Result<Condition> condition = parse_condition(text, Kind::kFilter, placeholders);
    if (!condition) {
      // The one thing that the generator does not avoid.
      ASSERT_NE(condition.error().message.find("must be distinct"), std::string::npos)
          << text << ": " << condition.error().message;
      continue;
    }
    ++accepted;
    ASSERT_TRUE(placeholders.check_all_used()) << text;

    const std::string printed = to_text(condition->tree());
    const Result<Tree> again = read_condition(printed, Kind::kFilter);
    ASSERT_TRUE(again.has_value()) << printed;
    ASSERT_EQ(to_text(*again), printed) << text;

    for (int i = 0; i < 4; ++i) {
      const Item item = items.map(3);
      const Bytes stored = value::store_item(item);
      const bool expected = holds(model, item);
      held += static_cast<int>(expected);
      ASSERT_EQ(condition->matches(value::ItemView(stored)), expected)
          << text << " on " << value_notation(Value(item));
    }
  }
  // The cases are worth something: most are conditions, and they hold now and then.
  EXPECT_GT(accepted, 1500);
  EXPECT_GT(held, accepted / 2);
}

}  // namespace
}  // namespace jedlik::expression
