#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "expression/condition.h"
#include "expression/key_condition.h"
#include "value/stored_item.h"

// The parameters from before expressions (Guide, "Legacy conditional parameters"): Expected,
// QueryFilter, ScanFilter and KeyConditions are lists of comparisons. They become the same trees as
// expressions, and are evaluated as these.
namespace jedlik::expression {

// One attribute compared. Views of the request.
struct LegacyComparison {
  std::string_view attribute;  // a name, never a path
  std::string_view op;         // one of the service model's: "EQ", "NOT_CONTAINS", ...
  std::vector<value::ValueView> values;
};

enum class Junction : uint8_t { kAnd, kOr };

// Refuses another number of values than the operator has, values of several types, a type that it
// does not compare, a range that ends before it begins.
Status check_comparison(const LegacyComparison& comparison);

// A condition of one checked comparison or more.
Condition translate_condition(std::span<const LegacyComparison> comparisons, Junction junction);

// KeyConditions, of checked comparisons. As with a KeyConditionExpression, whether it fits the key
// is found by KeyCondition::resolve.
Result<KeyCondition> translate_key_condition(std::span<const LegacyComparison> comparisons);

}  // namespace jedlik::expression
