// Expressions of all kinds, with placeholders that are always the same, on an item that is always
// the same. The first byte of the input says which kind the rest is: C, K, P or U.

#include <cstdint>
#include <string_view>

#include "base/ensure.h"
#include "expression/condition.h"
#include "expression/key_condition.h"
#include "expression/parser.h"
#include "expression/printer.h"
#include "expression/projection.h"
#include "expression/update.h"
#include "value/stored_item.h"

namespace jedlik::expression {
namespace {

using value::Value;

Value list_of(std::initializer_list<Value> values) {
  return Value(value::List(values));
}

value::Item make_item() {
  value::Map inner;
  inner.set("x", Value(value::Number(1)));
  inner.set("y", Value(std::string("y")));
  inner.set("l", list_of({Value(value::Number(0)), Value(value::Number(1)), Value(true)}));
  value::Item item;
  item.set("a", Value(std::string("k")));
  item.set("b", Value(std::string("sort")));
  item.set("s", Value(std::string("abc")));
  item.set("n", Value(value::Number(5)));
  item.set("l", list_of({Value(std::string("0")), Value(inner), list_of({Value(value::Null{})})}));
  item.set("m", Value(inner));
  item.set("q", Value(value::StringSet{{"a", "b"}}));
  item.set("r", Value(value::NumberSet{{value::Number(1), value::Number(2)}}));
  item.set("z", Value(value::Binary{Bytes("\x00\x01", 2)}));
  return item;
}

// Outlive every input.
struct Fixture {
  Bytes item = value::store_item(make_item());
  Bytes text = value::store_value(Value(std::string("ab")));
  Bytes type = value::store_value(Value(std::string("SS")));
  Bytes number = value::store_value(Value(value::Number(2)));
  Bytes truth = value::store_value(Value(true));
  Bytes list = value::store_value(list_of({Value(std::string("x"))}));
  Bytes set = value::store_value(Value(value::StringSet{{"a", "x"}}));
  Bytes numbers = value::store_value(Value(value::NumberSet{{value::Number(2)}}));
  Bytes binary = value::store_value(Value(value::Binary{"\x01"}));

  Placeholders placeholders() const {
    Placeholders placeholders;
    placeholders.add_name("#a", "a");
    placeholders.add_name("#m", "m");
    placeholders.add_name("#n", "name");
    placeholders.add_value(":v", text, nullptr);
    placeholders.add_value(":t", type, nullptr);
    placeholders.add_value(":n", number, nullptr);
    placeholders.add_value(":b", truth, nullptr);
    placeholders.add_value(":l", list, nullptr);
    placeholders.add_value(":s", set, nullptr);
    placeholders.add_value(":r", numbers, nullptr);
    placeholders.add_value(":z", binary, nullptr);
    return placeholders;
  }
};

// What was read says the same again when it is printed.
void check_text(const Result<Tree>& tree, Result<Tree> (*read)(std::string_view)) {
  if (!tree) return;
  const std::string printed = to_text(*tree);
  if (printed.size() > 4096) return;  // blanks may be added
  const Result<Tree> again = read(printed);
  ENSURE(again.has_value(), "what was printed can be read");
  ENSURE(equal(*tree, *again), "what was printed says the same");
}

Result<Tree> read_filter(std::string_view text) {
  return read_condition(text, Kind::kFilter);
}

void try_condition(std::string_view text, const Fixture& fixture) {
  check_text(read_filter(text), read_filter);
  Placeholders placeholders = fixture.placeholders();
  const Result<Condition> condition = parse_condition(text, Kind::kFilter, placeholders);
  if (!condition) return;
  const value::ItemView item(fixture.item);
  const bool first = condition->matches(item);
  ENSURE(first == condition->matches(item), "a condition says the same twice");
  condition->matches(std::nullopt);
  condition->attribute_names();
}

void try_key_condition(std::string_view text, const Fixture& fixture) {
  Placeholders placeholders = fixture.placeholders();
  const Result<KeyCondition> condition = parse_key_condition(text, placeholders);
  if (!condition) return;
  static constexpr KeyAttribute kPartition[] = {{"a", value::Type::kString}};
  static constexpr KeyAttribute kSort[] = {{"b", value::Type::kString},
                                           {"n", value::Type::kNumber}};
  for (size_t sort = 0; sort <= 2; ++sort) {
    const Result<KeyRange> range = condition->resolve({kPartition, std::span(kSort).first(sort)});
    if (range) ENSURE(range->partition.size() == 1, "a range has its partition");
  }
}

void try_projection(std::string_view text, const Fixture& fixture) {
  check_text(read_projection(text), read_projection);
  Placeholders placeholders = fixture.placeholders();
  const Result<Projection> projection = parse_projection(text, placeholders);
  if (!projection) return;
  Bytes chosen;
  const size_t size = projection->apply(value::ItemView(fixture.item), chosen);
  ENSURE(value::check_item(chosen), "a projection makes an item");
  ENSURE(size == value::ItemView(chosen).size_bytes(), "a projection knows its size");
}

void try_update(std::string_view text, const Fixture& fixture) {
  check_text(read_update(text), read_update);
  Placeholders placeholders = fixture.placeholders();
  const Result<Update> update = parse_update(text, placeholders);
  if (!update) return;
  const Result<UpdatedItem> updated = update->apply(value::ItemView(fixture.item));
  if (!updated) return;
  ENSURE(value::check_item(updated->stored), "an update makes an item");
  const value::ItemView item(updated->stored);
  ENSURE(updated->size_bytes == item.size_bytes(), "an update knows its size");
  ENSURE(!value::has_duplicate_names(item.attributes()), "an update repeats no attribute");
  Bytes changed;
  update->changed_paths().apply(item, changed);
  ENSURE(value::check_item(changed), "what was changed makes an item");
}

}  // namespace
}  // namespace jedlik::expression

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jedlik::expression;  // NOLINT(google-build-using-namespace)
  static const Fixture kFixture;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0]) {
    case 'K':
      try_key_condition(text, kFixture);
      break;
    case 'P':
      try_projection(text, kFixture);
      break;
    case 'U':
      try_update(text, kFixture);
      break;
    default:
      try_condition(text, kFixture);
  }
  return 0;
}
