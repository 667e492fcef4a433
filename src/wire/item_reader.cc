#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/base64.h"
#include "base/limits.h"
#include "value/refusals.h"
#include "wire/item_json.h"
#include "wire/json_types.h"

namespace jedlik::wire {
namespace {

namespace dom = simdjson::dom;
using value::Number;

// Members of an AttributeValue in the order of the service's model, in which faults are told.
enum Member : uint8_t { kS, kN, kB, kSS, kNS, kBS, kM, kL, kNull, kBool, kMemberCount, kUnknown };

Member member_of(std::string_view name) {
  if (name.size() == 1) {
    switch (name[0]) {
      case 'S':
        return kS;
      case 'N':
        return kN;
      case 'B':
        return kB;
      case 'M':
        return kM;
      case 'L':
        return kL;
      default:
        return kUnknown;
    }
  }
  if (name == "BOOL") return kBool;
  if (name == "NULL") return kNull;
  if (name == "SS") return kSS;
  if (name == "NS") return kNS;
  if (name == "BS") return kBS;
  return kUnknown;
}

ApiError empty_value() {
  return validation(
      "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
}

std::string list_text(dom::array members) {
  std::string text = "[";
  for (const dom::element member : members) {
    if (text.size() > 1) text.append(", ");
    text.append(member.is_string() ? std::string_view(member) : std::string_view("null"));
  }
  return text.append("]");
}

ApiError duplicate_members(Member type, dom::array members) {
  switch (type) {
    case kSS:
      return invalid_parameters(
          fmt::format("Input collection {} contains duplicates.", list_text(members)));
    case kBS:
      return invalid_parameters(
          fmt::format("Input collection {}of type BS contains duplicates.", list_text(members)));
    default:
      return validation("Input collection contains duplicates");
  }
}

ApiError empty_set(Member type) {
  switch (type) {
    case kSS:
      return invalid_parameters("An string set  may not be empty");
    case kNS:
      return invalid_parameters("An number set  may not be empty");
    default:
      return invalid_parameters("Binary sets should not be empty");
  }
}

// Up to this many, comparing each with each is quicker than sorting.
constexpr size_t kFewNames = 16;

bool has_duplicate_keys(dom::object object) {
  std::array<std::string_view, kFewNames> few;
  size_t count = 0;
  for (const auto field : object) {
    if (count == few.size()) {
      count = kFewNames + 1;
      break;
    }
    for (size_t i = 0; i < count; ++i) {
      if (few[i] == field.key) return true;
    }
    few[count++] = field.key;
  }
  if (count <= kFewNames) return false;
  std::vector<std::string_view> keys;
  keys.reserve(object.size());
  for (const auto field : object)
    keys.push_back(field.key);
  std::sort(keys.begin(), keys.end());
  return std::adjacent_find(keys.begin(), keys.end()) != keys.end();
}

using Entries = std::vector<std::pair<std::string_view, dom::element>>;

// The entries of an object, each key once: where it came first, with the value that came last.
Entries unique_entries(dom::object object) {
  Entries entries;
  std::unordered_map<std::string_view, size_t> places;
  for (const auto field : object) {
    const auto [place, added] = places.try_emplace(field.key, entries.size());
    if (added) {
      entries.emplace_back(field.key, field.value);
    } else {
      entries[place->second].second = field.value;
    }
  }
  return entries;
}

// Reads values into a writer. The first fault of values goes to `refusal`; from then on nothing is
// written, but the JSON types are still looked at.
class ValueReader {
 public:
  ValueReader(Bytes& to, value::ItemWriter::Form form, std::optional<ApiError>& refusal)
      : to_(to), writer_(to, form), refusal_(refusal) {}

  Status read_attributes(dom::element from, int level);
  Status read_value(dom::element from, int level);
  // The size of what was written.
  size_t finish() { return refusal_ ? 0 : writer_.finish(); }

 private:
  Status read_several(dom::object members, int level);
  Status read_member(Member type, dom::element from, int level);
  Status read_text(dom::element from);
  Status read_number(dom::element from);
  Status read_binary(dom::element from);
  Status read_set(Member type, value::Type stored_type, dom::element from);
  Status read_set_member(Member type, dom::element from);
  Status read_list(dom::element from, int level);
  Status read_bool(dom::element from);
  Status read_null(dom::element from);
  Status read_entry(std::string_view name, dom::element from, int level);
  void refuse_numbers(Member type, dom::element from);

  bool writing() const { return !refusal_; }
  template <class Make>
  void refuse_value(Make make) {
    if (!refusal_) refusal_ = make();
  }

  Bytes& to_;
  value::ItemWriter writer_;
  std::optional<ApiError>& refusal_;
  Bytes decoded_;
};

Status ValueReader::read_attributes(dom::element from, int level) {
  if (!from.is_object()) return refuse(wrong_map(from, java_class("AttributeValue")));
  const dom::object attributes = from;
  if (has_duplicate_keys(attributes)) {
    for (const auto& [name, member] : unique_entries(attributes))
      RETURN_IF_REFUSED(read_entry(name, member, level));
    return {};
  }
  for (const auto field : attributes)
    RETURN_IF_REFUSED(read_entry(field.key, field.value, level));
  return {};
}

Status ValueReader::read_entry(std::string_view name, dom::element from, int level) {
  if (name.empty()) refuse_value([] { return validation("Empty attribute name"); });
  if (name.size() > limits::kAttributeNameBytes) {
    refuse_value(
        [] { return validation("Attribute name is too large, must be less than 65536 bytes"); });
  }
  if (writing()) writer_.name(name);
  return read_value(from, level);
}

Status ValueReader::read_value(dom::element from, int level) {
  if (level > limits::kNestingLevels) {
    refuse_value(value::nested_too_deep);
    return {};
  }
  if (from.is_null()) {
    refuse_value(empty_value);
    return {};
  }
  if (!from.is_object())
    return refuse(wrong_structure(from, "AttributeValue", StructurePlace::kElement));
  const dom::object members = from;
  Member type = kUnknown;
  dom::element content;
  for (const auto field : members) {
    const Member found = member_of(field.key);
    if (found == kUnknown) continue;
    if (type != kUnknown) return read_several(members, level);
    type = found;
    content = field.value;
  }
  if (type != kUnknown && !content.is_null()) return read_member(type, content, level);
  refuse_value(empty_value);
  return {};
}

// More than one member that is known: the same one twice, of which the last counts; nulls; or more
// than one type.
Status ValueReader::read_several(dom::object members, int level) {
  std::array<std::optional<dom::element>, kMemberCount> found;
  for (const auto field : members) {
    const Member type = member_of(field.key);
    if (type == kUnknown) continue;
    found[type].reset();
    if (!field.value.is_null()) found[type] = field.value;
  }
  const auto count = std::count_if(found.begin(), found.end(), [](const auto& m) { return !!m; });
  if (count == 0) refuse_value(empty_value);
  if (count > 1) {
    // A number that is none is told first.
    if (found[kN]) refuse_numbers(kN, *found[kN]);
    if (found[kNS]) refuse_numbers(kNS, *found[kNS]);
    refuse_value([] {
      return validation(
          "Supplied AttributeValue has more than one datatypes set, must contain exactly one of "
          "the supported datatypes");
    });
  }
  for (size_t type = 0; type < kMemberCount; ++type) {
    if (found[type]) RETURN_IF_REFUSED(read_member(static_cast<Member>(type), *found[type], level));
  }
  return {};
}

void ValueReader::refuse_numbers(Member type, dom::element from) {
  const auto look_at = [this](dom::element element) {
    if (!element.is_string()) return;
    const std::string_view text = element;
    const auto number = Number::parse(text);
    if (!number) refuse_value([&] { return value::bad_number(number.error(), text); });
  };
  if (type == kN) look_at(from);
  if (type == kNS && from.is_array()) {
    for (const dom::element member : dom::array(from))
      look_at(member);
  }
}

Status ValueReader::read_member(Member type, dom::element from, int level) {
  switch (type) {
    case kS:
      return read_text(from);
    case kN:
      return read_number(from);
    case kB:
      return read_binary(from);
    case kSS:
      return read_set(type, value::Type::kStringSet, from);
    case kNS:
      return read_set(type, value::Type::kNumberSet, from);
    case kBS:
      return read_set(type, value::Type::kBinarySet, from);
    case kM: {
      if (writing()) writer_.open_map();
      RETURN_IF_REFUSED(read_attributes(from, level + 1));
      if (writing()) writer_.close();
      return {};
    }
    case kL:
      return read_list(from, level);
    case kNull:
      return read_null(from);
    default:
      return read_bool(from);
  }
}

Status ValueReader::read_text(dom::element from) {
  if (!from.is_string()) return refuse(wrong_scalar(from, "String"));
  if (writing()) writer_.string(from);
  return {};
}

Status ValueReader::read_number(dom::element from) {
  if (!from.is_string()) return refuse(wrong_scalar(from, "String"));
  if (!writing()) return {};
  const std::string_view text = from;
  const auto number = Number::parse(text);
  if (number) {
    writer_.number(*number);
  } else {
    refuse_value([&] { return value::bad_number(number.error(), text); });
  }
  return {};
}

Status ValueReader::read_binary(dom::element from) {
  if (!from.is_string()) return refuse(wrong_blob(from));
  const std::string_view text = from;
  decoded_.clear();
  switch (decode_base64(text, decoded_)) {
    case Base64Outcome::kDone:
      if (writing()) writer_.binary(decoded_);
      return {};
    case Base64Outcome::kBadLength:
      return refuse(serialization(fmt::format(
          "Base64 encoded length is expected a multiple of 4 bytes but found: {}", text.size())));
    case Base64Outcome::kBadText:
      break;
  }
  return refuse(serialization("Invalid last non-pad Base64 character dectected"));
}

Status ValueReader::read_set(Member type, value::Type stored_type, dom::element from) {
  if (!from.is_array()) return refuse(wrong_list(from, StructurePlace::kMember));
  const dom::array members = from;
  const size_t start = to_.size();
  if (writing()) writer_.open_set(stored_type);
  bool empty = true;
  for (const dom::element member : members) {
    empty = false;
    RETURN_IF_REFUSED(read_set_member(type, member));
  }
  if (empty) refuse_value([&] { return empty_set(type); });
  if (!writing()) return {};
  writer_.close();
  const value::ValueView written(BytesView(to_).substr(start));
  if (has_duplicates(written.set())) refuse_value([&] { return duplicate_members(type, members); });
  return {};
}

Status ValueReader::read_set_member(Member type, dom::element from) {
  if (from.is_null()) {
    refuse_value(empty_value);
    return {};
  }
  switch (type) {
    case kSS:
      return read_text(from);
    case kNS:
      return read_number(from);
    default:
      return read_binary(from);
  }
}

Status ValueReader::read_list(dom::element from, int level) {
  if (!from.is_array()) return refuse(wrong_list(from, StructurePlace::kMember));
  if (writing()) writer_.open_list();
  for (const dom::element element : dom::array(from))
    RETURN_IF_REFUSED(read_value(element, level + 1));
  if (writing()) writer_.close();
  return {};
}

Status ValueReader::read_bool(dom::element from) {
  if (!from.is_bool()) return refuse(wrong_scalar(from, "Boolean"));
  if (writing()) writer_.boolean(from);
  return {};
}

Status ValueReader::read_null(dom::element from) {
  if (!from.is_bool()) return refuse(wrong_scalar(from, "Boolean"));
  if (!bool(from)) {
    refuse_value([] {
      return invalid_parameters("Null attribute value types must have the value of true");
    });
  }
  if (writing()) writer_.null();
  return {};
}

}  // namespace

Status read_item(dom::element from, service::ItemInput& to) {
  ValueReader reader(to.stored, value::ItemWriter::Form::kItem, to.refusal);
  RETURN_IF_REFUSED(reader.read_attributes(from, 1));
  to.size_bytes = reader.finish();
  return {};
}

Status read_value(dom::element from, service::ValueInput& to) {
  ValueReader reader(to.stored, value::ItemWriter::Form::kValue, to.refusal);
  RETURN_IF_REFUSED(reader.read_value(from, 1));
  to.size_bytes = reader.finish();
  return {};
}

}  // namespace jedlik::wire
