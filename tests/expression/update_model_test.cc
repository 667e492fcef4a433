// Random updates of random items, against a model that changes a tree step by step: what is put in
// place first, then what is appended to lists, then what is removed, from the deepest and last
// backwards, so that indexes stay those of the item as it was.

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "expression/parser.h"
#include "expression/printer.h"
#include "expression/update.h"
#include "tests/expression/notation.h"
#include "tests/expression/random_item.h"

namespace jedlik::expression {
namespace {

using value::Item;
using value::Value;

struct Step {
  std::string name;
  size_t index = 0;
  bool is_index = false;
};
using Path = std::vector<Step>;

struct Action {
  std::string word;
  Path path;
  std::string operand_text;
  // What the operand comes to on an item; nothing where it is refused.
  std::optional<Value> (*compute)(const Item&, const Action&) = nullptr;
  std::vector<Path> operand_paths;
  std::vector<Value> operand_values;
};

Value* look_up(Value& root, const Path& path, size_t steps) {
  Value* here = &root;
  for (size_t i = 0; i < steps && here; ++i) {
    if (path[i].is_index) {
      auto* list = here->as<value::List>();
      here = list && path[i].index < list->size() ? &(*list)[path[i].index] : nullptr;
    } else {
      auto* map = here->as<value::Map>();
      here = map ? map->find(path[i].name) : nullptr;
    }
  }
  return here;
}

std::optional<Value> get(const Item& item, const Path& path) {
  Value root{Item(item)};
  Value* found = look_up(root, path, path.size());
  return found ? std::optional(*found) : std::nullopt;
}

std::optional<Value> add_numbers(const Value& a, const Value& b, bool is_minus) {
  const auto* left = a.as<value::Number>();
  const auto* right = b.as<value::Number>();
  if (!left || !right) return std::nullopt;
  const auto sum =
      is_minus ? value::Number::subtract(*left, *right) : value::Number::add(*left, *right);
  return sum ? std::optional(Value(*sum)) : std::nullopt;
}

template <class Set>
std::optional<Value> combine(const Value& a, const Value& b, bool is_delete) {
  const auto* left = a.as<Set>();
  const auto* right = b.as<Set>();
  if (!left || !right) return std::nullopt;
  Set result;
  const auto in = [](const auto& members, const auto& one) {
    return std::find(members.begin(), members.end(), one) != members.end();
  };
  for (const auto& member : left->members)
    if (!is_delete || !in(right->members, member)) result.members.push_back(member);
  for (const auto& member : right->members)
    if (!is_delete && !in(left->members, member)) result.members.push_back(member);
  return Value(std::move(result));
}

std::optional<Value> combine_sets(const Value& a, const Value& b, bool is_delete) {
  if (auto set = combine<value::StringSet>(a, b, is_delete)) return set;
  if (auto set = combine<value::NumberSet>(a, b, is_delete)) return set;
  return combine<value::BinarySet>(a, b, is_delete);
}

bool is_empty_set(const Value& value) {
  if (const auto* set = value.as<value::StringSet>()) return set->members.empty();
  if (const auto* set = value.as<value::NumberSet>()) return set->members.empty();
  if (const auto* set = value.as<value::BinarySet>()) return set->members.empty();
  return false;
}

// Applies the actions; nothing where the update is refused.
class ModelUpdate {
 public:
  explicit ModelUpdate(const Item& item) : item_(item), root_(Item(item)) {}

  std::optional<Item> apply(const std::vector<Action>& actions) {
    for (const Action& action : actions)
      if (!plan(action)) return std::nullopt;
    finish();
    return *root_.as<value::Map>();
  }

 private:
  struct Append {
    Path path;
    Value value;
  };

  bool plan(const Action& action) {
    Value untouched{Item(item_)};
    const Value* parent = look_up(untouched, action.path, action.path.size() - 1);
    const bool fits = parent && (action.path.back().is_index ? parent->as<value::List>() != nullptr
                                                             : parent->as<value::Map>() != nullptr);
    if (action.word == "REMOVE") {
      if (fits) removals_.push_back(action.path);
      return fits;
    }
    std::optional<Value> value = action.compute(item_, action);
    if (!value || !fits) return false;
    const std::optional<Value> old = get(item_, action.path);
    if (action.word == "ADD" && old) {
      const bool is_number = value->as<value::Number>() != nullptr;
      value = is_number ? add_numbers(*old, *value, false) : combine_sets(*old, *value, false);
      if (!value) return false;
    }
    if (action.word == "DELETE") {
      if (!old) return true;
      value = combine_sets(*old, *value, true);
      if (!value) return false;
      if (is_empty_set(*value)) {
        removals_.push_back(action.path);
        return true;
      }
    }
    put(action.path, std::move(*value));
    return true;
  }

  void put(const Path& path, Value value) {
    Value* parent = look_up(root_, path, path.size() - 1);
    if (!path.back().is_index) {
      parent->as<value::Map>()->set(path.back().name, std::move(value));
    } else if (Value* place = look_up(root_, path, path.size())) {
      *place = std::move(value);
    } else {
      appends_.push_back({path, std::move(value)});
    }
  }

  void finish() {
    std::stable_sort(appends_.begin(), appends_.end(), [](const Append& a, const Append& b) {
      return a.path.back().index < b.path.back().index;
    });
    for (Append& append : appends_)
      look_up(root_, append.path, append.path.size() - 1)
          ->as<value::List>()
          ->push_back(std::move(append.value));
    std::stable_sort(removals_.begin(), removals_.end(), [](const Path& a, const Path& b) {
      return a.size() != b.size() ? a.size() > b.size() : a.back().index > b.back().index;
    });
    for (const Path& path : removals_) {
      Value* parent = look_up(root_, path, path.size() - 1);
      if (!path.back().is_index) {
        parent->as<value::Map>()->erase(path.back().name);
        continue;
      }
      // Beyond the end of the list as it was there is nothing to remove.
      if (!get(item_, path)) continue;
      auto* list = parent->as<value::List>();
      list->erase(list->begin() + static_cast<std::ptrdiff_t>(path.back().index));
    }
  }

  const Item& item_;
  Value root_;
  std::vector<Append> appends_;
  std::vector<Path> removals_;
};

class Generator {
 public:
  explicit Generator(value::RandomValues& random) : random_(random), items_(random) {}

  // Of one section or more, each with an action or more. Their paths may meet.
  std::vector<Action> actions() {
    std::vector<Action> actions;
    for (const char* word : {"REMOVE", "SET", "DELETE", "ADD"}) {
      if (!random_.one_in(2)) continue;
      for (size_t left = 1 + random_.up_to(2); left > 0; --left)
        actions.push_back(action(word));
    }
    if (actions.empty()) actions.push_back(action("SET"));
    return actions;
  }

  std::string text(const std::vector<Action>& actions) {
    std::string text;
    std::string section;
    for (const Action& action : actions) {
      text += action.word == section ? ", " : " " + action.word + " ";
      section = action.word;
      text += path_text(action.path);
      if (action.word == "SET") text += " =";
      if (action.word != "REMOVE") text += " " + action.operand_text;
    }
    return text;
  }

  Placeholders placeholders() {
    Placeholders placeholders;
    for (const auto& [name, stored] : values_)
      placeholders.add_value(name, stored, nullptr);
    return placeholders;
  }

  void forget_placeholders() { values_.clear(); }

 private:
  Action action(const std::string& word) {
    Action action;
    action.word = word;
    action.path = path();
    if (word == "SET") set_operand(action);
    if (word == "ADD" || word == "DELETE") {
      const bool is_number = word == "ADD" && random_.one_in(2);
      value_operand(action, is_number ? Value(items_.number()) : items_.set());
    }
    return action;
  }

  void value_operand(Action& action, Value value) {
    action.operand_text = placeholder(value);
    action.operand_values = {std::move(value)};
    action.compute = [](const Item&, const Action& a) -> std::optional<Value> {
      return a.operand_values[0];
    };
  }

  void set_operand(Action& action) {
    const Path one = path();
    const Path two = path();
    switch (random_.up_to(5)) {
      case 0:
        action.operand_text = path_text(one);
        action.compute = [](const Item& item, const Action& a) {
          return get(item, a.operand_paths[0]);
        };
        break;
      case 1:
      case 2: {
        const bool is_minus = random_.one_in(2);
        const Value number(items_.number());
        action.operand_text = path_text(one) + (is_minus ? " - " : " + ") + placeholder(number);
        action.operand_values = {number, Value(is_minus)};
        action.compute = [](const Item& item, const Action& a) -> std::optional<Value> {
          const std::optional<Value> left = get(item, a.operand_paths[0]);
          if (!left) return std::nullopt;
          return add_numbers(*left, a.operand_values[0], *a.operand_values[1].as<bool>());
        };
        break;
      }
      case 3:
        action.operand_text = "if_not_exists(" + path_text(one) + ", " + path_text(two) + ")";
        action.compute = [](const Item& item, const Action& a) {
          const std::optional<Value> first = get(item, a.operand_paths[0]);
          return first ? first : get(item, a.operand_paths[1]);
        };
        break;
      case 4: {
        const Value list{items_.list(1)};
        action.operand_text = "list_append(" + path_text(one) + ", " + placeholder(list) + ")";
        action.operand_values = {list};
        action.compute = [](const Item& item, const Action& a) -> std::optional<Value> {
          std::optional<Value> left = get(item, a.operand_paths[0]);
          if (!left || !left->as<value::List>()) return std::nullopt;
          for (const Value& element : *a.operand_values[0].as<value::List>())
            left->as<value::List>()->push_back(element);
          return left;
        };
        break;
      }
      default:
        value_operand(action, items_.any(2));
    }
    action.operand_paths = {one, two};
  }

  Path path() {
    Path path = {{items_.name()}};
    while (random_.one_in(2)) {
      if (random_.one_in(2)) {
        path.push_back({"", random_.up_to(4), true});
      } else {
        path.push_back({items_.name()});
      }
    }
    return path;
  }

  static std::string path_text(const Path& path) {
    std::string text;
    for (const Step& step : path) {
      if (step.is_index) {
        text += "[" + std::to_string(step.index) + "]";
      } else {
        text += (text.empty() ? "" : ".") + step.name;
      }
    }
    return text;
  }

  std::string placeholder(const Value& value) {
    values_.emplace_back(":v" + std::to_string(values_.size()), value::store_value(value));
    return values_.back().first;
  }

  value::RandomValues& random_;
  RandomItems items_;
  std::deque<std::pair<std::string, Bytes>> values_;
};

TEST(UpdateModel, RandomUpdatesChangeItemsAsTheModelSays) {
  value::RandomValues random;
  Generator generator(random);
  RandomItems items(random);
  int accepted = 0;
  int changed = 0;
  for (int round = 0; round < 6000; ++round) {
    generator.forget_placeholders();
    const std::vector<Action> actions = generator.actions();
    const std::string text = generator.text(actions);
    Placeholders placeholders = generator.placeholders();
    const Result<Update> update = parse_update(text, placeholders);
    if (!update) {
      const std::string& message = update.error().message;
      const bool is_expected = message.find("Two document paths") != std::string::npos ||
                               message.find("first operand must be distinct") != std::string::npos;
      ASSERT_TRUE(is_expected) << text << ": " << message;
      continue;
    }
    ++accepted;
    const std::string printed = to_text(update->tree());
    const Result<Tree> again = read_update(printed);
    ASSERT_TRUE(again.has_value()) << printed;
    ASSERT_EQ(to_text(*again), printed) << text;

    for (int i = 0; i < 6; ++i) {
      const Item item = items.map(3);
      const Bytes stored = value::store_item(item);
      const std::optional<Item> expected = ModelUpdate(item).apply(actions);
      const Result<UpdatedItem> after = update->apply(value::ItemView(stored));
      const std::string what = text + " on " + value_notation(Value(Item(item)));
      ASSERT_EQ(after.has_value(), expected.has_value())
          << what << (after ? "" : ": " + after.error().message);
      if (!expected) continue;
      ++changed;
      ASSERT_TRUE(value::check_item(after->stored)) << what;
      ASSERT_EQ(item_notation(after->stored), value_notation(Value(Item(*expected)))) << what;
      ASSERT_EQ(after->size_bytes, value::ItemView(after->stored).size_bytes()) << what;
    }
  }
  EXPECT_GT(accepted, 1500);
  EXPECT_GT(changed, 700);
}

}  // namespace
}  // namespace jedlik::expression
