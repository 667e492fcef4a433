#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "value/stored_item.h"

// ExpressionAttributeNames and ExpressionAttributeValues of one request. All its expressions share
// one object: it notes which placeholders they used, and a request with one that none of them used
// is refused.
//
// The object keeps views: what is given to it must outlive it and everything parsed with it. One
// thread at a time.
namespace jedlik::expression {

class Placeholders {
 public:
  Placeholders() = default;

  // Says that the request has the member at all: an empty one is refused.
  void have_names() { has_names_ = true; }
  void have_values() { has_values_ = true; }
  // "#n" stands for `name`. The placeholders of each kind are unique.
  void add_name(std::string_view placeholder, std::string_view name);
  // ":v" stands for the value, in stored form (tag and payload), which is of no use when there is a
  // `refusal` of it (null for none).
  void add_value(std::string_view placeholder, BytesView stored_value, const ApiError* refusal);

  // Takes both members of a request, null where it has none: ranges of pairs of a placeholder and a
  // name, or of a placeholder and an object with `stored` bytes and an optional `refusal`.
  template <class Names, class Values>
  void add_all(const Names* names, const Values* values) {
    if (names) {
      have_names();
      for (const auto& entry : *names)
        add_name(entry.first, entry.second);
    }
    if (values) {
      have_values();
      for (const auto& entry : *values) {
        const auto& refusal = entry.second.refusal;
        add_value(entry.first, entry.second.stored, refusal ? &*refusal : nullptr);
      }
    }
  }

  enum class Expressions : uint8_t { kNone, kSome };
  // To be called before anything is parsed. Refuses names where the request has no expression, and
  // values where it has none that could use them: `missing` then says so in the service's words
  // ("UpdateExpression and ConditionExpression are null"), and is empty otherwise. Refuses empty
  // members, malformed placeholders, values that are refused themselves, and too many bytes.
  Status check(Expressions expressions, std::string_view missing) const;

  // After all expressions of the request were parsed: whether each placeholder was used.
  Status check_all_used() const;

  // What a placeholder stands for, and a note that it was used. Empty when it is not defined.
  std::optional<std::string_view> use_name(std::string_view placeholder);
  std::optional<value::ValueView> use_value(std::string_view placeholder);

 private:
  struct Entry {
    std::string_view placeholder;
    BytesView content;
    const ApiError* refusal = nullptr;
    bool used = false;
  };
  using Entries = std::vector<Entry>;
  // Positions in Entries, by placeholder; built once there are too many to look through.
  using Index = std::vector<uint32_t>;

  Status check_names() const;
  Status check_values() const;
  static Entry* find(Entries& entries, Index& index, std::string_view placeholder);

  bool has_names_ = false;
  bool has_values_ = false;
  Entries names_;
  Entries values_;
  Index names_index_;
  Index values_index_;
};

}  // namespace jedlik::expression
