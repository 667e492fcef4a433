#include <cstddef>
#include <cstdint>

#include "base/ensure.h"
#include "value/key_encoding.h"
#include "value/stored_item.h"

// Stored items, values, keys and numbers from bytes that may be anything. The first byte says what
// the rest is to be read as. What a reader accepts must be exactly what the writer writes.

namespace jedlik::value {
namespace {

void read_value(const ValueView& value) {
  std::string text;
  switch (value.type()) {
    case Type::kNumber:
      append_ordered_number_text(text, value.bytes());
      ENSURE(value.number().to_text() == text, "both ways to the text of a number agree");
      ENSURE(value.number().size_bytes() == value.size_bytes(), "both ways to its size agree");
      ENSURE(Number::parse(text) == value.number(), "a number's text is that number");
      break;
    case Type::kList:
      for (const ValueView& element : value.list())
        read_value(element);
      ENSURE(!value.list().at(value.list().size()), "a list ends at its size");
      break;
    case Type::kMap:
      for (const MapView::Entry& entry : value.map()) {
        ENSURE(value.map().find(entry.name), "a name that is there is found");
        read_value(entry.value);
      }
      break;
    case Type::kStringSet:
    case Type::kNumberSet:
    case Type::kBinarySet:
      for (const ValueView& member : value.set()) {
        read_value(member);
        ENSURE(value.set().contains(member), "a set contains its members");
      }
      break;
    default:
      break;
  }
}

void read_item(BytesView stored) {
  if (!check_item(stored)) return;
  const ItemView item(stored);
  ValueView before(Type::kNull, {});
  for (const MapView::Entry& entry : item.attributes()) {
    ENSURE(item.find(entry.name), "a name that is there is found");
    read_value(entry.value);
    ENSURE(equal(before, entry.value) == equal(entry.value, before), "equality has no direction");
    before = entry.value;
  }
  ENSURE(store_item(item.to_item()) == stored, "there is one way to write an item");
  Bytes copy;
  ItemWriter writer(copy, ItemWriter::Form::kItem);
  for (const MapView::Entry& entry : item.attributes()) {
    writer.name(entry.name);
    writer.value(entry.value);
  }
  ENSURE(writer.finish() == item.size_bytes(), "writer and view count the same size");
  ENSURE(copy == stored, "attributes can be copied one by one");
  ENSURE(writer.deepest_level() <= limits::kNestingLevels, "what is too deep is refused");
}

void read_bare_value(BytesView stored) {
  if (!check_value(stored)) return;
  const ValueView value(stored);
  read_value(value);
  ENSURE(store_value(value.to_value()) == stored, "there is one way to write a value");
}

void read_key(BytesView key, Type type) {
  const BytesView whole = key;
  Bytes stored;
  if (!take_key_part(key, type, stored)) return;
  ENSURE(check_value(stored), "a key part is a value");
  Bytes again;
  append_key_part(again, ValueView(stored));
  again.append(key);
  ENSURE(again == whole, "there is one way to write a key");
}

void read_number(BytesView text) {
  const auto number = Number::parse(text);
  if (!number) return;
  Bytes ordered;
  number->append_ordered(ordered);
  BytesView rest = ordered;
  Number again;
  ENSURE(Number::take_ordered(rest, again) && rest.empty(), "a number comes back");
  ENSURE(again == *number, "a number comes back equal");
  ENSURE(Number::parse(number->to_text()) == number, "its normal text is the same number");
}

}  // namespace
}  // namespace jedlik::value

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace jedlik::value;
  if (size == 0) return 0;
  const jedlik::BytesView bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0]) {
    case 'i':
      read_item(bytes);
      break;
    case 'v':
      read_bare_value(bytes);
      break;
    case 'n':
      read_number(bytes);
      break;
    case 'S':
      read_key(bytes, Type::kString);
      break;
    case 'B':
      read_key(bytes, Type::kBinary);
      break;
    case 'N':
      read_key(bytes, Type::kNumber);
      break;
    default:
      break;
  }
  return 0;
}
