#pragma once

#include <string_view>

#include "base/result.h"
#include "expression/ast.h"
#include "expression/kind.h"

// Reads the text of an expression into a tree. Looks only at its form: names and values of
// placeholders, names of functions and types of operands are for later (check.h).
//
// The depth of its recursion, and of that of everything which walks the tree, is bounded: by
// limits::kExpressionOperators, since what nests without parentheses is an operator, and
// parentheses nest no deeper than that without being redundant.
namespace jedlik::expression {

// A condition, filter or key condition, by `kind`.
//
//   condition  = conjunction { OR conjunction }
//   conjunction = negation { AND negation }
//   negation   = NOT negation | comparison | "(" condition ")" | function
//   comparison = operand ( "=" | "<>" | "<" | "<=" | ">" | ">=" ) operand
//              | operand BETWEEN operand AND operand
//              | operand IN "(" operand { "," operand } ")"
//   operand    = path | value | function | "(" operand ")"
//   function   = name "(" operand { "," operand } ")"
//   path       = element { "." element | "[" digits "]" }
//   element    = name | "#" word
//   value      = ":" word
Result<Tree> read_condition(std::string_view text, Kind kind);

//   projection = path { "," path }
Result<Tree> read_projection(std::string_view text);

//   update     = section { section }, each keyword once
//   section    = SET set { "," set } | REMOVE path { "," path }
//              | ADD path value { "," path value } | DELETE path value { "," path value }
//   set        = path "=" assigned
//   assigned   = operand [ ( "+" | "-" ) operand ] | "(" assigned ")"
Result<Tree> read_update(std::string_view text);

}  // namespace jedlik::expression
