#include "value/number.h"
#include "wire/base64.h"
#include "wire/item_json.h"
#include "wire/json_writer.h"

namespace jedlik::wire {
namespace {

using value::Type;
using value::ValueView;

void append_base64_string(std::string& to, BytesView bytes) {
  to.push_back('"');
  append_base64(to, bytes);
  to.push_back('"');
}

void append_number_string(std::string& to, BytesView ordered) {
  to.push_back('"');
  value::append_ordered_number_text(to, ordered);
  to.push_back('"');
}

// What a value begins with; all of it where the type is the value.
std::string_view opening(Type type) {
  switch (type) {
    case Type::kNull:
      return R"({"NULL":true})";
    case Type::kTrue:
      return R"({"BOOL":true})";
    case Type::kFalse:
      return R"({"BOOL":false})";
    case Type::kString:
      return R"({"S":)";
    case Type::kNumber:
      return R"({"N":)";
    case Type::kBinary:
      return R"({"B":)";
    case Type::kList:
      return R"({"L":)";
    case Type::kMap:
      return R"({"M":)";
    case Type::kStringSet:
      return R"({"SS":)";
    case Type::kNumberSet:
      return R"({"NS":)";
    case Type::kBinarySet:
      return R"({"BS":)";
  }
  return {};
}

void append_scalar(std::string& to, const ValueView& value) {
  switch (value.type()) {
    case Type::kBinary:
      append_base64_string(to, value.bytes());
      break;
    case Type::kNumber:
      append_number_string(to, value.bytes());
      break;
    default:
      append_json_string(to, value.bytes());
      break;
  }
}

void append_set(std::string& to, const ValueView& value) {
  to.push_back('[');
  bool first = true;
  for (const ValueView& member : value.set()) {
    if (!first) to.push_back(',');
    first = false;
    append_scalar(to, member);
  }
  to.push_back(']');
}

void append_list(std::string& to, const ValueView& value) {
  to.push_back('[');
  bool first = true;
  for (const ValueView& element : value.list()) {
    if (!first) to.push_back(',');
    first = false;
    append_value(to, element);
  }
  to.push_back(']');
}

void append_map(std::string& to, const value::MapView& map) {
  to.push_back('{');
  bool first = true;
  for (const auto& entry : map) {
    if (!first) to.push_back(',');
    first = false;
    append_json_string(to, entry.name);
    to.push_back(':');
    append_value(to, entry.value);
  }
  to.push_back('}');
}

}  // namespace

void append_value(std::string& to, const ValueView& value) {
  to.append(opening(value.type()));
  switch (value.type()) {
    case Type::kNull:
    case Type::kTrue:
    case Type::kFalse:
      return;
    case Type::kList:
      append_list(to, value);
      break;
    case Type::kMap:
      append_map(to, value.map());
      break;
    case Type::kStringSet:
    case Type::kNumberSet:
    case Type::kBinarySet:
      append_set(to, value);
      break;
    default:
      append_scalar(to, value);
      break;
  }
  to.push_back('}');
}

void append_item(std::string& to, const value::ItemView& item) {
  append_map(to, item.attributes());
}

}  // namespace jedlik::wire
