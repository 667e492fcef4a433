#include "expression/value_text.h"

#include "base/base64.h"

namespace jedlik::expression {

namespace {

void append_scalar(std::string& to, const value::ValueView& value) {
  switch (value.type()) {
    case value::Type::kBinary:
      return append_base64(to, value.bytes());
    case value::Type::kNumber:
      return value.number().append_text(to);
    default:
      to.append(value.bytes());
  }
}

template <class Range, class Append>
void append_joined(std::string& to, const Range& range, Append append) {
  to += '[';
  bool is_first = true;
  for (const auto& one : range) {
    if (!is_first) to += ", ";
    is_first = false;
    append(one);
  }
  to += ']';
}

}  // namespace

void append_value_text(std::string& to, const value::ValueView& value) {
  to.append("{").append(value::type_name(value.type())).append(":");
  switch (value.type()) {
    case value::Type::kNull:
    case value::Type::kTrue:
      to += "true";
      break;
    case value::Type::kFalse:
      to += "false";
      break;
    case value::Type::kString:
    case value::Type::kNumber:
    case value::Type::kBinary:
      append_scalar(to, value);
      break;
    case value::Type::kList:
      append_joined(to, value.list(),
                    [&to](const value::ValueView& one) { append_value_text(to, one); });
      break;
    case value::Type::kMap:
      append_joined(to, value.map(), [&to](const value::MapView::Entry& entry) {
        to.append(entry.name).append("=");
        append_value_text(to, entry.value);
      });
      break;
    case value::Type::kStringSet:
    case value::Type::kNumberSet:
    case value::Type::kBinarySet:
      append_joined(to, value.set(),
                    [&to](const value::ValueView& one) { append_scalar(to, one); });
      break;
  }
  to += '}';
}

}  // namespace jedlik::expression
