#include "tests/expression/notation.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "base/ensure.h"
#include "value/stored_item.h"

namespace jedlik::expression {

namespace {

using value::Value;

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Value value() {
    skip_spaces();
    ENSURE(!text_.empty(), "a value in the notation of tests");
    if (take("null")) return Value(value::Null{});
    if (take("true")) return Value(true);
    if (take("false")) return Value(false);
    if (take("b\"")) return Value(value::Binary{hex()});
    if (take("ss[")) return set<value::StringSet>([this] { return quoted(); });
    if (take("ns[")) return set<value::NumberSet>([this] { return number(); });
    if (take("bs["))
      return set<value::BinarySet>([this] {
        ENSURE(take("b\""), "binary in the notation of tests");
        return hex();
      });
    if (text_.front() == '"') return Value(quoted());
    if (take("[")) return list();
    if (take("{")) return Value(map());
    return Value(number());
  }

  bool at_end() {
    skip_spaces();
    return text_.empty();
  }

 private:
  void skip_spaces() {
    while (!text_.empty() && std::isspace(static_cast<unsigned char>(text_.front())))
      text_.remove_prefix(1);
  }

  bool take(std::string_view what) {
    skip_spaces();
    if (!text_.starts_with(what)) return false;
    text_.remove_prefix(what.size());
    return true;
  }

  std::string quoted() {
    ENSURE(take("\""), "a text in the notation of tests");
    std::string text;
    while (text_.front() != '"') {
      if (text_.front() == '\\') text_.remove_prefix(1);
      text += text_.front();
      text_.remove_prefix(1);
    }
    text_.remove_prefix(1);
    return text;
  }

  Bytes hex() {
    const size_t end = text_.find('"');
    Bytes bytes;
    for (size_t i = 0; i + 1 < end; i += 2)
      bytes += static_cast<char>(std::stoi(std::string(text_.substr(i, 2)), nullptr, 16));
    text_.remove_prefix(end + 1);
    return bytes;
  }

  value::Number number() {
    skip_spaces();
    const size_t end = std::min(text_.find_first_of(",]}; \n"), text_.size());
    const auto number = value::Number::parse(text_.substr(0, end));
    ENSURE(number.has_value(), "a number in the notation of tests");
    text_.remove_prefix(end);
    return *number;
  }

  Value list() {
    value::List list;
    while (!take("]")) {
      list.push_back(value());
      take(",");
    }
    return Value(std::move(list));
  }

  value::Map map() {
    value::Map map;
    while (!take("}")) {
      skip_spaces();
      std::string name;
      if (text_.front() == '"') {
        name = quoted();
      } else {
        const size_t end = text_.find(':');
        name = text_.substr(0, end);
        text_.remove_prefix(end);
      }
      ENSURE(take(":"), "a name and a value in the notation of tests");
      map.set(name, value());
      take(",");
    }
    return map;
  }

  template <class Set, class Member>
  Value set(Member member) {
    Set set;
    while (!take("]")) {
      set.members.push_back(member());
      take(",");
    }
    return Value(std::move(set));
  }

  std::string_view text_;
};

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

std::string join(std::string_view open, std::vector<std::string> parts, std::string_view close) {
  std::string text(open);
  for (size_t i = 0; i < parts.size(); ++i)
    text.append(i ? ", " : "").append(parts[i]);
  return text.append(close);
}

template <class Members, class Text>
std::string set_notation(std::string_view open, const Members& members, Text text) {
  std::vector<std::string> parts;
  for (const auto& member : members)
    parts.push_back(text(member));
  std::sort(parts.begin(), parts.end());
  return join(open, std::move(parts), "]");
}

std::string binary_notation(BytesView bytes) {
  return "b\"" + to_hex(bytes) + "\"";
}

std::string map_notation(const value::Map& map) {
  std::vector<std::string> parts;
  for (const value::Map::Entry& entry : map.entries())
    parts.push_back(entry.first + ": " + value_notation(entry.second));
  std::sort(parts.begin(), parts.end());
  return join("{", std::move(parts), "}");
}

}  // namespace

Value parse_value(std::string_view text) {
  Reader reader(text);
  Value value = reader.value();
  ENSURE(reader.at_end(), "one value in the notation of tests");
  return value;
}

Bytes stored_value(std::string_view text) {
  return value::store_value(parse_value(text));
}

Bytes stored_item(std::string_view text) {
  return value::store_item(*parse_value(text).as<value::Map>());
}

std::string value_notation(const Value& value) {
  if (value.as<value::Null>()) return "null";
  if (const auto* truth = value.as<bool>()) return *truth ? "true" : "false";
  if (const auto* text = value.as<std::string>()) return quoted(*text);
  if (const auto* number = value.as<value::Number>()) return number->to_text();
  if (const auto* binary = value.as<value::Binary>()) return binary_notation(binary->bytes);
  if (const auto* set = value.as<value::StringSet>())
    return set_notation("ss[", set->members, [](const std::string& one) { return quoted(one); });
  if (const auto* set = value.as<value::NumberSet>())
    return set_notation("ns[", set->members,
                        [](const value::Number& one) { return one.to_text(); });
  if (const auto* set = value.as<value::BinarySet>())
    return set_notation("bs[", set->members, [](const Bytes& one) { return binary_notation(one); });
  if (const auto* map = value.as<value::Map>()) return map_notation(*map);
  std::vector<std::string> parts;
  for (const Value& element : *value.as<value::List>())
    parts.push_back(value_notation(element));
  return join("[", std::move(parts), "]");
}

std::string item_notation(BytesView stored_item) {
  return map_notation(value::ItemView(stored_item).to_item());
}

Bindings::Bindings(std::string_view text) {
  while (true) {
    while (!text.empty() && (text.front() == ' ' || text.front() == ';'))
      text.remove_prefix(1);
    if (text.empty()) return;
    const size_t equals = text.find(" = ");
    ENSURE(equals != std::string_view::npos, "a placeholder in the notation of tests");
    auto& owned = owned_.emplace_back(std::string(text.substr(0, equals)), Bytes());
    text.remove_prefix(equals + 3);
    const size_t end = std::min(text.find("; "), text.size());
    if (owned.first.front() == '#') {
      owned.second = text.substr(0, end);
      placeholders_.have_names();
      placeholders_.add_name(owned.first, owned.second);
    } else {
      owned.second = stored_value(text.substr(0, end));
      placeholders_.have_values();
      placeholders_.add_value(owned.first, owned.second, nullptr);
    }
    text.remove_prefix(end);
  }
}

}  // namespace jedlik::expression
