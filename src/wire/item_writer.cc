#include <algorithm>
#include <array>
#include <string_view>

#include "base/base64.h"
#include "value/number.h"
#include "wire/item_json.h"
#include "wire/json_block.h"

namespace jedlik::wire {
namespace {

using value::Type;
using value::ValueView;

// What a value begins with; all of it where the type is the value.
struct Opening {
  std::array<char, 16> text;
  size_t size;
};

constexpr Opening opening(std::string_view text) {
  Opening opening{{}, text.size()};
  std::copy(text.begin(), text.end(), opening.text.begin());
  return opening;
}

const Opening& opening_of(Type type) {
  static constexpr auto kOpenings = [] {
    std::array<Opening, 16> of{};
    const auto set = [&of](Type its, std::string_view text) {
      of[static_cast<size_t>(its)] = opening(text);
    };
    set(Type::kNull, R"({"NULL":true})");
    set(Type::kTrue, R"({"BOOL":true})");
    set(Type::kFalse, R"({"BOOL":false})");
    set(Type::kString, R"({"S":)");
    set(Type::kNumber, R"({"N":)");
    set(Type::kBinary, R"({"B":)");
    set(Type::kList, R"({"L":)");
    set(Type::kMap, R"({"M":)");
    set(Type::kStringSet, R"({"SS":)");
    set(Type::kNumberSet, R"({"NS":)");
    set(Type::kBinarySet, R"({"BS":)");
    return of;
  }();
  return kOpenings.at(static_cast<size_t>(type));
}

void put_scalar(JsonBlock& to, const ValueView& value) {
  switch (value.type()) {
    case Type::kBinary:
      to.put('"');
      append_base64(to.string(), value.bytes());
      to.put('"');
      break;
    case Type::kNumber:
      to.put('"');
      value::append_ordered_number_text(to.string(), value.bytes());
      to.put('"');
      break;
    default:
      to.put_string(value.bytes());
      break;
  }
}

void put_value(JsonBlock& to, const ValueView& value);

// What `put_one` puts of each, with commas in between.
template <class Range, class PutOne>
void put_each(JsonBlock& to, const Range& range, PutOne put_one) {
  bool first = true;
  for (const auto& one : range) {
    if (!first) to.put(',');
    first = false;
    put_one(one);
  }
}

void put_set(JsonBlock& to, const ValueView& value) {
  to.put('[');
  put_each(to, value.set(), [&to](const ValueView& member) { put_scalar(to, member); });
  to.put(']');
}

void put_list(JsonBlock& to, const ValueView& value) {
  to.put('[');
  put_each(to, value.list(), [&to](const ValueView& element) { put_value(to, element); });
  to.put(']');
}

void put_map(JsonBlock& to, const value::MapView& map) {
  to.put('{');
  put_each(to, map, [&to](const value::MapView::Entry& entry) {
    to.put_string(entry.name);
    to.put(':');
    put_value(to, entry.value);
  });
  to.put('}');
}

void put_value(JsonBlock& to, const ValueView& value) {
  const Opening& opening = opening_of(value.type());
  to.put_short(opening.text, opening.size);
  switch (value.type()) {
    case Type::kNull:
    case Type::kTrue:
    case Type::kFalse:
      return;
    case Type::kList:
      put_list(to, value);
      break;
    case Type::kMap:
      put_map(to, value.map());
      break;
    case Type::kStringSet:
    case Type::kNumberSet:
    case Type::kBinarySet:
      put_set(to, value);
      break;
    default:
      put_scalar(to, value);
      break;
  }
  to.put('}');
}

}  // namespace

void append_value(std::string& to, const ValueView& value) {
  JsonBlock block(to);
  put_value(block, value);
}

void append_item(std::string& to, const value::ItemView& item) {
  JsonBlock block(to);
  put_map(block, item.attributes());
}

}  // namespace jedlik::wire
