// Statements, with parameters that are always the same, as many as they ask for; what they say is
// then done to an item that is always the same.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/ensure.h"
#include "partiql/key_tests.h"
#include "partiql/parser.h"
#include "value/stored_item.h"

namespace jedlik::partiql {
namespace {

using value::ItemView;
using value::Value;
using value::ValueView;

value::Item make_item() {
  value::Map inner;
  inner.set("x", Value(value::Number(1)));
  inner.set("l", Value(value::List{Value(value::Number(0)), Value(true)}));
  value::Item item;
  item.set("p", Value(std::string("a")));
  item.set("s", Value(value::Number(1)));
  item.set("n", Value(value::Number(5)));
  item.set("l", Value(value::List{Value(std::string("0")), Value(inner)}));
  item.set("m", Value(inner));
  item.set("q", Value(value::StringSet{{"a", "b"}}));
  item.set("z", Value(value::Null{}));
  return item;
}

// Outlive every input.
struct Fixture {
  Bytes item = value::store_item(make_item());
  std::vector<Bytes> stored{
      value::store_value(Value(std::string("a"))),
      value::store_value(Value(value::Number(1))),
      value::store_value(Value(make_item())),
      value::store_value(Value(value::List{Value(value::Number(2))})),
      value::store_value(Value(value::BinarySet{{"\x01", "\x02"}})),
  };
};

void try_condition(const std::optional<expression::Condition>& where, const ItemView& item) {
  if (!where) return;
  const bool holds = where->matches(item);
  where->matches(std::nullopt);
  for (const std::string_view attribute : {"p", "s", "n"}) {
    const auto values = possible_values(*where, attribute);
    const auto found = item.find(attribute);
    const auto is_found = [&](const ValueView& value) { return value::equal(value, *found); };
    if (holds && values) {
      ENSURE(std::any_of(values->begin(), values->end(), is_found),
             "a condition that holds names the value");
    }
    const auto equal = equal_value(*where, attribute);
    if (holds && equal) ENSURE(is_found(*equal), "a condition that holds names the value");
  }
}

void try_select(const Select& select, const ItemView& item) {
  try_condition(select.where, item);
  if (!select.list) return;
  Bytes chosen;
  select.list->apply(item, chosen);
  ENSURE(value::check_item(chosen), "a select list makes an item");
  ENSURE(!value::has_duplicate_names(ItemView(chosen).attributes()), "each attribute once");
  select.list->attribute_names();
}

void try_update(const Update& update, const ItemView& item) {
  try_condition(update.where, item);
  const auto updated = update.changes.apply(item);
  if (!updated) return;
  ENSURE(value::check_item(updated->stored), "an update makes an item");
  const ItemView now(updated->stored);
  ENSURE(!value::has_duplicate_names(now.attributes()), "an update repeats no attribute");
  ENSURE(updated->size_bytes == now.size_bytes(), "an update knows its size");
}

void try_statement(std::string_view text, const std::vector<ValueView>& parameters,
                   const ItemView& item) {
  const auto statement = parse_statement(text, parameters);
  if (!statement) return;
  if (const auto* select = statement->as<Select>()) try_select(*select, item);
  if (const auto* exists = statement->as<Exists>()) try_select(exists->select, item);
  if (const auto* update = statement->as<Update>()) try_update(*update, item);
  if (const auto* deletion = statement->as<Delete>()) try_condition(deletion->where, item);
  if (const auto* insert = statement->as<Insert>()) {
    ENSURE(value::check_item(insert->item), "what is inserted is an item");
    ENSURE(!value::has_duplicate_names(ItemView(insert->item).attributes()), "each name once");
  }
}

}  // namespace
}  // namespace jedlik::partiql

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jedlik::partiql;  // NOLINT(google-build-using-namespace)
  static const Fixture kFixture;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // A statement that has as many parameters as it asks for gets further.
  std::vector<ValueView> parameters;
  for (const char character : text)
    if (character == '?')
      parameters.emplace_back(kFixture.stored[parameters.size() % kFixture.stored.size()]);
  try_statement(text, parameters, ItemView(kFixture.item));
  return 0;
}
