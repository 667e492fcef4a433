#include "expression/placeholders.h"

#include <algorithm>
#include <numeric>

#include "base/limits.h"
#include "expression/lexer.h"

namespace jedlik::expression {

namespace {

// Up to this many are looked through; more are sorted.
constexpr size_t kFewEntries = 16;
// Guide, "Expression attribute names" and "Expression attribute values" of the quotas.
constexpr size_t kMaxPlaceholderBytes = 255;

ApiError invalid_key(std::string_view member, std::string_view what) {
  std::string message(member);
  message.append(" contains invalid key: ").append(what);
  return validation(std::move(message));
}

ApiError invalid_value(std::string_view member, std::string_view what, std::string_view key) {
  std::string message(member);
  message.append(" contains invalid value: ").append(what).append(" for key ").append(key);
  return validation(std::move(message));
}

Status check_placeholder(std::string_view member, char sign, std::string_view placeholder) {
  if (placeholder.size() > kMaxPlaceholderBytes) {
    return refuse(invalid_key(member,
                              "The expression attribute map contains a key that is too long; size "
                              "of key: " +
                                  std::to_string(placeholder.size())));
  }
  const bool is_right = placeholder.size() > 1 && placeholder.front() == sign &&
                        std::all_of(placeholder.begin() + 1, placeholder.end(), is_word_character);
  if (is_right) return {};
  return refuse(invalid_key(member, "Syntax error; key: \"" + std::string(placeholder) + "\""));
}

constexpr std::string_view kNames = "ExpressionAttributeNames";
constexpr std::string_view kValues = "ExpressionAttributeValues";

}  // namespace

void Placeholders::add_name(std::string_view placeholder, std::string_view name) {
  names_.push_back({placeholder, name, nullptr, false});
}

void Placeholders::add_value(std::string_view placeholder, BytesView stored_value,
                             const ApiError* refusal) {
  values_.push_back({placeholder, stored_value, refusal, false});
}

Status Placeholders::check(Expressions expressions, std::string_view missing) const {
  if (has_names_ && expressions == Expressions::kNone)
    return refuse(
        validation("ExpressionAttributeNames can only be specified when using expressions"));
  if (has_values_ && !missing.empty())
    return refuse(
        validation("ExpressionAttributeValues can only be specified when using expressions: " +
                   std::string(missing)));
  RETURN_IF_REFUSED(check_names());
  return check_values();
}

Status Placeholders::check_names() const {
  if (has_names_ && names_.empty())
    return refuse(validation("ExpressionAttributeNames must not be empty"));
  size_t bytes = 0;
  for (const Entry& entry : names_) {
    RETURN_IF_REFUSED(check_placeholder(kNames, '#', entry.placeholder));
    bytes += entry.placeholder.size() + entry.content.size();
  }
  for (const Entry& entry : names_) {
    if (entry.content.empty())
      return refuse(invalid_value(kNames, "Empty attribute name", entry.placeholder));
    if (entry.content.size() > limits::kAttributeNameBytes)
      return refuse(invalid_value(
          kNames, "Attribute name is too large, must be less than 65536 bytes", entry.placeholder));
  }
  if (bytes > limits::kSubstitutionBytes)
    return refuse(validation("ExpressionAttributeNames exceeds max size"));
  return {};
}

Status Placeholders::check_values() const {
  if (has_values_ && values_.empty())
    return refuse(validation("ExpressionAttributeValues must not be empty"));
  size_t bytes = 0;
  for (const Entry& entry : values_) {
    RETURN_IF_REFUSED(check_placeholder(kValues, ':', entry.placeholder));
    bytes += entry.placeholder.size() + entry.content.size();
  }
  for (const Entry& entry : values_) {
    if (!entry.refusal) continue;
    // Another kind of error (a number where a text should be, say) is not about the value, nor is
    // that of a document which is too deep.
    const bool is_of_value = entry.refusal->type == &error_types::kValidation &&
                             !entry.refusal->message.starts_with("Nesting Levels");
    if (!is_of_value) return refuse(*entry.refusal);
    return refuse(invalid_value(kValues, entry.refusal->message, entry.placeholder));
  }
  if (bytes > limits::kSubstitutionBytes)
    return refuse(validation("ExpressionAttributeValues exceeds max size"));
  return {};
}

Status Placeholders::check_all_used() const {
  const auto check = [](std::string_view member, const Entries& entries) -> Status {
    std::string unused;
    for (const Entry& entry : entries) {
      if (entry.used) continue;
      unused.append(unused.empty() ? "" : ", ").append(entry.placeholder);
    }
    if (unused.empty()) return {};
    return refuse(validation("Value provided in " + std::string(member) +
                             " unused in expressions: keys: {" + unused + "}"));
  };
  RETURN_IF_REFUSED(check(kNames, names_));
  return check(kValues, values_);
}

Placeholders::Entry* Placeholders::find(Entries& entries, Index& index,
                                        std::string_view placeholder) {
  if (entries.size() <= kFewEntries) {
    for (Entry& entry : entries)
      if (entry.placeholder == placeholder) return &entry;
    return nullptr;
  }
  if (index.size() != entries.size()) {
    index.resize(entries.size());
    std::iota(index.begin(), index.end(), 0);
    std::sort(index.begin(), index.end(), [&](uint32_t a, uint32_t b) {
      return entries[a].placeholder < entries[b].placeholder;
    });
  }
  const auto at = std::lower_bound(
      index.begin(), index.end(), placeholder,
      [&](uint32_t a, std::string_view text) { return entries[a].placeholder < text; });
  if (at == index.end() || entries[*at].placeholder != placeholder) return nullptr;
  return &entries[*at];
}

std::optional<std::string_view> Placeholders::use_name(std::string_view placeholder) {
  Entry* entry = find(names_, names_index_, placeholder);
  if (!entry) return std::nullopt;
  entry->used = true;
  return entry->content;
}

std::optional<value::ValueView> Placeholders::use_value(std::string_view placeholder) {
  Entry* entry = find(values_, values_index_, placeholder);
  if (!entry || entry->refusal) return std::nullopt;
  entry->used = true;
  return value::ValueView(entry->content);
}

}  // namespace jedlik::expression
