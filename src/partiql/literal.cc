#include "partiql/literal.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "value/refusals.h"

namespace jedlik::partiql {

namespace {

using value::Number;
using value::Type;
using value::Value;

// A set of members that are all of one type.
template <class Member, class Set>
Value set_of(std::vector<Value>& members) {
  Set set;
  for (Value& member : members) {
    if constexpr (std::is_same_v<Member, value::Binary>) {
      set.members.push_back(member.as<Member>()->bytes);
    } else {
      set.members.push_back(*member.as<Member>());
    }
  }
  return Value(std::move(set));
}

Result<Value> make_set(std::vector<Value> members) {
  if (members.empty()) return refuse(invalid_parameters("An string set  may not be empty"));
  const Type type = members.front().type();
  const bool are_alike = std::all_of(members.begin(), members.end(),
                                     [type](const Value& member) { return member.type() == type; });
  if (!are_alike)
    return refuse(invalid_parameters("The members of a set must be of the same type"));
  Result<Value> set;
  if (type == Type::kString) {
    set = set_of<std::string, value::StringSet>(members);
  } else if (type == Type::kNumber) {
    set = set_of<Number, value::NumberSet>(members);
  } else if (type == Type::kBinary) {
    set = set_of<value::Binary, value::BinarySet>(members);
  } else {
    return refuse(invalid_parameters("A set has strings, numbers or binary values only"));
  }
  const Bytes stored = value::store_value(*set);
  if (value::has_duplicates(value::ValueView(BytesView(stored)).set()))
    return refuse(validation("Input collection contains duplicates"));
  return set;
}

class LiteralReader {
 public:
  explicit LiteralReader(TokenReader& reader) : reader_(reader) {}

  Result<Value> read(int level) {
    if (level > limits::kNestingLevels) return refuse(value::nested_too_deep());
    switch (reader_.current().kind) {
      case TokenKind::kString:
        return Value(std::string(reader_.take_quoted()));
      case TokenKind::kNumber:
      case TokenKind::kMinus:
        return number();
      case TokenKind::kParameter:
        return parameter();
      case TokenKind::kOpenBracket:
        return list(level);
      case TokenKind::kOpenBrace:
        return map(level);
      case TokenKind::kOpenBag:
        return set(level);
      default:
        return word();
    }
  }

  Result<Value> map(int level) {
    value::Map map;
    const auto entry = [&]() -> Status {
      if (!reader_.at(TokenKind::kString)) return reader_.unexpected();
      const std::string_view name = reader_.take_quoted();
      if (name.empty()) return refuse(validation("Empty attribute name"));
      RETURN_IF_REFUSED(reader_.expect(TokenKind::kColon));
      auto value = read(level + 1);
      RETURN_IF_REFUSED(value);
      map.set(name, *std::move(value));
      return {};
    };
    RETURN_IF_REFUSED(list_until(TokenKind::kCloseBrace, entry));
    return Value(std::move(map));
  }

 private:
  Result<Value> number() {
    const bool is_negative = reader_.take(TokenKind::kMinus);
    if (!reader_.at(TokenKind::kNumber)) return reader_.unexpected();
    const std::string text = std::string(is_negative ? "-" : "").append(reader_.current().text);
    const auto number = Number::parse(text);
    if (!number) return refuse(value::bad_number(number.error(), text));
    reader_.advance();
    return Value(*number);
  }

  Result<Value> parameter() {
    const auto value = reader_.take_parameter();
    RETURN_IF_REFUSED(value);
    return value->to_value();
  }

  Result<Value> word() {
    if (reader_.take_word("TRUE")) return Value(true);
    if (reader_.take_word("FALSE")) return Value(false);
    if (reader_.take_word("NULL")) return Value(value::Null{});
    return reader_.unexpected();
  }

  Result<std::vector<Value>> members(TokenKind close, int level) {
    std::vector<Value> values;
    const auto member = [&]() -> Status {
      auto value = read(level + 1);
      RETURN_IF_REFUSED(value);
      values.push_back(*std::move(value));
      return {};
    };
    RETURN_IF_REFUSED(list_until(close, member));
    return values;
  }

  Result<Value> list(int level) {
    auto values = members(TokenKind::kCloseBracket, level);
    RETURN_IF_REFUSED(values);
    return Value(*std::move(values));
  }

  Result<Value> set(int level) {
    auto values = members(TokenKind::kCloseBag, level);
    RETURN_IF_REFUSED(values);
    return make_set(*std::move(values));
  }

  // From the opening token to `close`: nothing, or parts with commas between them.
  template <class Part>
  Status list_until(TokenKind close, Part part) {
    reader_.advance();
    if (reader_.take(close)) return {};
    do {
      RETURN_IF_REFUSED(part());
    } while (reader_.take(TokenKind::kComma));
    return reader_.expect(close);
  }

  TokenReader& reader_;
};

}  // namespace

bool at_literal(const TokenReader& reader) {
  switch (reader.current().kind) {
    case TokenKind::kString:
    case TokenKind::kNumber:
    case TokenKind::kMinus:
    case TokenKind::kParameter:
    case TokenKind::kOpenBracket:
    case TokenKind::kOpenBrace:
    case TokenKind::kOpenBag:
      return true;
    default:
      return reader.at_word("TRUE") || reader.at_word("FALSE") || reader.at_word("NULL");
  }
}

Result<Value> read_literal(TokenReader& reader) {
  return LiteralReader(reader).read(1);
}

Result<value::ValueView> read_stored_literal(TokenReader& reader) {
  if (reader.at(TokenKind::kParameter)) return reader.take_parameter();
  const auto value = read_literal(reader);
  RETURN_IF_REFUSED(value);
  Bytes stored;
  value::ItemWriter writer(stored, value::ItemWriter::Form::kValue);
  writer.value(*value);
  if (writer.deepest_level() > limits::kNestingLevels) return refuse(value::nested_too_deep());
  writer.finish();
  return value::ValueView(reader.keep(std::move(stored)));
}

Result<Bytes> read_item(TokenReader& reader) {
  if (!reader.at(TokenKind::kOpenBrace) && !reader.at(TokenKind::kParameter))
    return reader.unexpected();
  // The attributes are on the first level, not the map.
  const auto map = LiteralReader(reader).read(0);
  RETURN_IF_REFUSED(map);
  const auto* attributes = map->as<value::Map>();
  if (attributes == nullptr) return reader.unexpected();
  Bytes stored;
  value::ItemWriter writer(stored, value::ItemWriter::Form::kItem);
  for (const auto& [name, value] : attributes->entries()) {
    writer.name(name);
    writer.value(value);
  }
  if (writer.deepest_level() > limits::kNestingLevels) return refuse(value::nested_too_deep());
  writer.finish();
  return stored;
}

}  // namespace jedlik::partiql
