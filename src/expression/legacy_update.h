#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/result.h"
#include "expression/update.h"
#include "value/stored_item.h"

// AttributeUpdates, which was before UpdateExpression (API reference, "AttributeValueUpdate"). It
// becomes the same tree: PUT is SET, DELETE without a value REMOVE, with one DELETE. ADD is ADD,
// which here also appends to a list.
namespace jedlik::expression {

// One attribute changed. Views of the request.
struct LegacyUpdate {
  std::string_view attribute;  // a name, never a path
  std::string_view action;     // "PUT", "ADD" or "DELETE"
  std::optional<value::ValueView> value;
};

// The actions of the tree are in the order of their attributes, in which their paths are found
// faster. Refuses an action without its value, and values of types that an action is not for.
Result<Update> translate_update(std::span<const LegacyUpdate> updates);

}  // namespace jedlik::expression
