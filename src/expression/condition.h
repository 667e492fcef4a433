#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "expression/ast.h"
#include "expression/kind.h"
#include "expression/placeholders.h"
#include "value/stored_item.h"

// ConditionExpression and FilterExpression (Guide, "Condition and filter expressions, operators,
// and functions").
namespace jedlik::expression {

// A condition, checked and with its placeholders resolved. Valid as long as the text and the
// placeholders that it was parsed from. Any number of threads may evaluate it at once.
class Condition {
 public:
  // `tree` is resolved and checked (parse_condition), or built so by a translator.
  explicit Condition(Tree tree) : tree_(std::move(tree)) {}

  // Whether an item, read in its stored form, meets the condition. No item is an item without
  // attributes. Allocates nothing. It cannot fail: where types do not fit, a comparison is false.
  bool matches(const std::optional<value::ItemView>& item) const;

  // The top-level attributes that it names, each once.
  std::vector<std::string_view> attribute_names() const;

  // For a filter of a Query: refuses one that names a key attribute of what is queried. `what` is
  // what the message calls the filter.
  Status check_names_no_key(std::span<const std::string_view> key_names,
                            std::string_view what = "Filter Expression") const;

  // Refuses a path that leads into a key attribute, which is always a scalar.
  Status check_keys_are_whole(std::span<const std::string_view> key_names) const;

  const Tree& tree() const { return tree_; }

 private:
  Tree tree_;
};

// `kind` is kCondition or kFilter.
Result<Condition> parse_condition(std::string_view text, Kind kind, Placeholders& placeholders);

}  // namespace jedlik::expression
