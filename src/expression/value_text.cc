#include "expression/value_text.h"

namespace jedlik::expression {

namespace {

void append_base64(std::string& to, BytesView bytes) {
  static constexpr char kDigits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (size_t j = 0; j < 3; ++j)
      group = group << 8 | (i + j < bytes.size() ? static_cast<uint8_t>(bytes[i + j]) : 0U);
    for (size_t j = 0; j < 4; ++j)
      to.push_back(i + j <= bytes.size() ? kDigits[group >> (18 - 6 * j) & 63] : '=');
  }
}

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
