#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "expression/ast.h"
#include "expression/kind.h"
#include "expression/placeholders.h"

// What is looked at once a text has the form of an expression: the names of its functions, reserved
// words, placeholders, the operands of each operator. The tree is complete afterwards: names and
// values stand in it, and functions have their own kinds of nodes.
//
// The order in which faults are found is the service's: first those of words, from left to right,
// then the rest, operands before their operators.
namespace jedlik::expression {

Status check_condition(Tree& tree, Kind kind, Placeholders& placeholders);
Status check_projection(Tree& tree, Placeholders& placeholders);
Status check_update(Tree& tree, Placeholders& placeholders);

// A tree that code has built, complete but unchecked: the operands of each operator, and of an
// update that its paths are apart.
Status check_complete(const Tree& tree, Kind kind);

// The parts of these checks.

// That no two paths meet.
Status check_paths_apart(const std::vector<PathView>& paths, Kind kind);

// Names of functions and reserved words.
Status check_words(Tree& tree, Kind kind);
// The placeholders of one leaf, and its limits.
Status resolve_path(Tree& tree, const Node& path, Kind kind, Placeholders& placeholders);
Status resolve_value(Tree& tree, const Node& value, Kind kind, Placeholders& placeholders);
// One operator or function whose operands are resolved.
Status check_operands(const Tree& tree, const Node& node, Kind kind);

// The type that an operand always has; empty for a path.
std::optional<value::Type> static_type(const Tree& tree, const Node& operand);

}  // namespace jedlik::expression
