#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "expression/ast.h"
#include "expression/placeholders.h"
#include "value/stored_item.h"

// KeyConditionExpression (Guide, "Key condition expressions for the Query operation").
namespace jedlik::expression {

// A key attribute of what is queried.
struct KeyAttribute {
  std::string_view name;
  value::Type type;  // S, N or B
};

// The key of a table or an index. A table has one partition key attribute and at most one sort key
// attribute; a global secondary index may have up to four of each.
struct KeySchema {
  std::span<const KeyAttribute> partition;
  std::span<const KeyAttribute> sort;
  std::string_view index;  // its name; empty for a table
};

enum class KeyOperator : uint8_t {
  kEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kBetween,
  kBeginsWith,
};

// What is asked of one key attribute.
struct KeyTest {
  KeyOperator op;
  value::ValueView value;                 // of BETWEEN the lower bound, included
  std::optional<value::ValueView> upper;  // of BETWEEN the upper bound, included
};

// What a Query reads. All values have the types of the schema.
struct KeyRange {
  std::vector<value::ValueView> partition;  // of all partition key attributes, in their order
  // Of the first sort key attributes, in their order; empty for all that the partition key has. All
  // but the last are kEqual.
  std::vector<KeyTest> sort;
};

// A key condition, checked for its form, with its placeholders resolved. It meets a key in
// resolve() only, because the service checks all expressions before it looks for the table. Valid
// as long as the text and the placeholders that it was parsed from.
class KeyCondition {
 public:
  struct Term {
    std::string_view name;
    KeyTest test;
  };

  // `is_indexable` is false where KeyConditions has an operator that is for no key.
  explicit KeyCondition(std::vector<Term> terms, bool is_indexable = true)
      : terms_(std::move(terms)), is_indexable_(is_indexable) {}

  // Refuses a condition that does not fit the key: an attribute that is missing or is no key
  // attribute, another type than the key's, an operator that a partition key cannot have.
  Result<KeyRange> resolve(const KeySchema& schema) const;

  const std::vector<Term>& terms() const { return terms_; }

 private:
  const Term* find(std::string_view name) const;

  std::vector<Term> terms_;
  bool is_indexable_;
};

Result<KeyCondition> parse_key_condition(std::string_view text, Placeholders& placeholders);

}  // namespace jedlik::expression
