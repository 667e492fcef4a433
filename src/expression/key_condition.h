#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "expression/ast.h"
#include "expression/placeholders.h"
#include "value/stored_item.h"
#include "value/value.h"

// KeyConditionExpression (Guide, "Key condition expressions for the Query operation").
namespace jedlik::expression {

// A key attribute of what is queried.
struct KeyAttribute {
  std::string_view name;
  value::Type type;
};

// The key of a table or an index. Tables have one partition key attribute and at most one sort key
// attribute; global secondary indexes may have up to four of each.
struct KeySchema {
  std::span<const KeyAttribute> partition;
  std::span<const KeyAttribute> sort;
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

// What is asked of one sort key attribute.
struct SortCondition {
  KeyOperator op;
  value::ValueView value;                 // of BETWEEN the lower bound
  std::optional<value::ValueView> upper;  // of BETWEEN, the upper bound, included
};

// What a Query reads. Values have the types of the schema.
struct KeyRange {
  std::vector<value::ValueView> partition;  // one for each partition key attribute, in its order
  // For the first sort key attributes, in their order; empty for all sort keys. All but the last
  // are kEqual.
  std::vector<SortCondition> sort;
};

// A key condition, checked for its form, with its placeholders resolved. The table is not looked at
// before resolve(): the service checks all expressions before it looks for the table. Valid as long
// as the text and the placeholders that it was parsed from.
class KeyCondition {
 public:
  // One attribute with what is asked of it.
  struct Term {
    std::string_view name;
    SortCondition condition;
    bool has_nested_path = false;
  };

  explicit KeyCondition(std::vector<Term> terms) : terms_(std::move(terms)) {}

  // Refuses a condition that does not fit the key: an attribute that is missing or is no key
  // attribute, a type other than the schema's, an operator that a partition key cannot have.
  Result<KeyRange> resolve(const KeySchema& schema) const;

 private:
  std::vector<Term> terms_;
};

Result<KeyCondition> parse_key_condition(std::string_view text, Placeholders& placeholders);

}  // namespace jedlik::expression
