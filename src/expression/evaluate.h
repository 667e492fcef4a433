#pragma once

#include <optional>

#include "expression/ast.h"
#include "value/stored_item.h"

// Conditions on stored items.
namespace jedlik::expression {

// Whether the item (none: one without attributes) meets the condition at `id` of a tree that is
// resolved and checked. Allocates nothing but what compare.h does.
bool evaluate(const Tree& tree, NodeId id, const std::optional<value::ItemView>& item);

}  // namespace jedlik::expression
