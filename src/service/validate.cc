#include "service/validate.h"

#include <fmt/format.h>

#include <algorithm>

#include "value/stored_item.h"

namespace jedlik::service::detail {
namespace {

constexpr size_t kListedFaults = 10;
constexpr int64_t kNoMinimum = std::numeric_limits<int64_t>::min();
constexpr int64_t kNoMaximum = std::numeric_limits<int64_t>::max();

void append_path(std::string& to, const MemberPath& path) {
  if (path.outer != nullptr) {
    append_path(to, *path.outer);
    to.push_back('.');
  }
  switch (path.kind) {
    case MemberPath::Kind::kMember:
      render_member_name(to, path.name);
      break;
    case MemberPath::Kind::kElement:
      to.append(fmt::format("{}.member", path.index + 1));
      break;
    case MemberPath::Kind::kEntry:
      to.append(path.name).append(".member");
      break;
  }
}

// In characters: bytes of UTF-8 that do not continue one.
size_t count_characters(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.' || c == '-';
}

bool matches_name_pattern(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_name_character);
}

bool is_allowed(std::string_view value, const Constraints& constraints) {
  const auto& allowed = constraints.one_of_values;
  return allowed.empty() || std::find(allowed.begin(), allowed.end(), value) != allowed.end();
}

std::string enum_text(const Constraints& constraints) {
  return fmt::format("Member must satisfy enum value set: [{}]",
                     fmt::join(constraints.one_of_values, ", "));
}

std::string pattern_text(const Constraints& constraints) {
  return fmt::format("Member must satisfy regular expression pattern: {}",
                     constraints.matches_pattern);
}

std::string min_length_text(const Constraints& constraints) {
  return fmt::format("Member must have length greater than or equal to {}", constraints.min_length);
}

std::string max_length_text(const Constraints& constraints) {
  return fmt::format("Member must have length less than or equal to {}", constraints.max_length);
}

void render_attribute(std::string& to, const value::ValueView& value) {
  to.append("AttributeValue(").append(value::type_name(value.type()));
  switch (value.type()) {
    case value::Type::kString:
      to.append("=").append(value.bytes());
      break;
    case value::Type::kNumber:
      to.append("=");
      value.number().append_text(to);
      break;
    default:
      break;
  }
  to.push_back(')');
}

}  // namespace

void Faults::add_missing(const MemberPath& path) {
  std::string text = "Value null at '";
  append_path(text, path);
  texts_.push_back(text.append("' failed to satisfy constraint: Member must not be null"));
}

void Faults::add(const MemberPath& path, const std::string& value, std::string_view constraint) {
  if (full()) return;
  std::string text = fmt::format("Value '{}' at '", value);
  append_path(text, path);
  texts_.push_back(text.append("' failed to satisfy constraint: ").append(constraint));
}

bool Faults::full() const {
  return texts_.size() >= kListedFaults;
}

ApiError Faults::to_error() const {
  return validation(fmt::format("{} validation error{} detected: {}", texts_.size(),
                                texts_.size() == 1 ? "" : "s", fmt::join(texts_, "; ")));
}

std::string element_constraints_text(const Constraints& constraints) {
  std::vector<std::string> parts;
  if (constraints.max_length != kNoMaximum) parts.push_back(max_length_text(constraints));
  if (constraints.min_length != 0) parts.push_back(min_length_text(constraints));
  if (!constraints.matches_pattern.empty()) parts.push_back(pattern_text(constraints));
  if (!constraints.one_of_values.empty()) parts.push_back(enum_text(constraints));
  return fmt::format("[{}]", fmt::join(parts, ", "));
}

bool length_keeps_to(size_t length, const Constraints& constraints) {
  const auto signed_length = static_cast<int64_t>(length);
  return signed_length >= constraints.min_length && signed_length <= constraints.max_length;
}

bool keeps_to(std::string_view value, const Constraints& constraints) {
  if (constraints.may_be_arn && value.starts_with("arn:")) return true;
  return is_allowed(value, constraints) &&
         (constraints.matches_pattern.empty() || matches_name_pattern(value)) &&
         length_keeps_to(count_characters(value), constraints);
}

std::string length_fault(size_t length, const Constraints& constraints) {
  return static_cast<int64_t>(length) < constraints.min_length ? min_length_text(constraints)
                                                               : max_length_text(constraints);
}

void check_text(const std::string& value, const Constraints& constraints, const MemberPath& path,
                Faults& faults) {
  if (keeps_to(value, constraints)) return;
  if (!is_allowed(value, constraints)) faults.add(path, value, enum_text(constraints));
  // Of an empty name that may be an ARN, its length alone is told.
  const bool has_pattern = !constraints.matches_pattern.empty();
  const bool says_pattern = has_pattern && !(value.empty() && constraints.may_be_arn);
  if (says_pattern && !matches_name_pattern(value))
    faults.add(path, value, pattern_text(constraints));
  const size_t length = count_characters(value);
  if (!length_keeps_to(length, constraints))
    faults.add(path, value, length_fault(length, constraints));
}

void check_number(int64_t value, const Constraints& constraints, const MemberPath& path,
                  Faults& faults) {
  if (value < constraints.min_value && constraints.min_value != kNoMinimum) {
    faults.add(
        path, std::to_string(value),
        fmt::format("Member must have value greater than or equal to {}", constraints.min_value));
  }
  if (value > constraints.max_value && constraints.max_value != kNoMaximum) {
    faults.add(
        path, std::to_string(value),
        fmt::format("Member must have value less than or equal to {}", constraints.max_value));
  }
}

void render(std::string& to, const std::string& value) {
  to.append(value);
}

void render(std::string& to, bool value) {
  to.append(value ? "true" : "false");
}

void render(std::string& to, int64_t value) {
  to.append(std::to_string(value));
}

void render(std::string& to, double value) {
  to.append(fmt::format("{}", value));
}

void render(std::string& to, Presence) {
  to.append("{}");
}

void render(std::string& to, const ItemInput& value) {
  // What was refused has no stored form.
  if (value.refusal) {
    to.append("{}");
    return;
  }
  to.push_back('{');
  const char* separator = "";
  const value::ItemView item(value.stored);
  for (const auto& attribute : item.attributes()) {
    to.append(separator).append(attribute.name).push_back('=');
    render_attribute(to, attribute.value);
    separator = ", ";
  }
  to.push_back('}');
}

void render(std::string& to, const ValueInput& value) {
  if (value.refusal) {
    to.append("AttributeValue()");
    return;
  }
  render_attribute(to, value::ValueView(value.stored));
}

void render_member_name(std::string& to, std::string_view name) {
  if (name.empty()) return;
  const char first = name.front();
  to.push_back(first >= 'A' && first <= 'Z' ? static_cast<char>(first - 'A' + 'a') : first);
  to.append(name.substr(1));
}

}  // namespace jedlik::service::detail
