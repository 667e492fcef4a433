#pragma once

#include <string_view>

#include "base/result.h"
#include "expression/ast.h"
#include "expression/kind.h"
#include "partiql/token_reader.h"

namespace jedlik::partiql {

// Reads conditions and operands into trees as expressions have them, complete but unchecked
// (expression::check_complete).
//
//   condition  = conjunction { OR conjunction }
//   conjunction = negation { AND negation }
//   negation   = NOT negation | comparison
//   comparison = operand ( "=" | "<>" | "!=" | "<" | "<=" | ">" | ">=" ) operand
//              | operand [NOT] BETWEEN operand AND operand
//              | operand [NOT] IN ( "[" list "]" | "(" list ")" )
//              | operand IS [NOT] ( MISSING | NULL )
//              | function | "(" condition ")"
//   operand    = term { ( "+" | "-" ) term }, the signs in updates only
//   term       = path | literal | function | "(" operand ")"
//   path       = name { "." name | "[" digits "]" | "[" string "]" }
//
// The depth of its recursion is bounded, as that of the parser of expressions is: by
// limits::kExpressionOperators and the same number of parentheses.
class ConditionParser {
 public:
  // `kind` is kFilter, kCondition or kUpdate: what faults are told of, and which functions there
  // are.
  ConditionParser(TokenReader& reader, expression::Kind kind, expression::Tree& tree)
      : reader_(reader), kind_(kind), tree_(tree) {}

  Result<expression::NodeId> condition();
  Result<expression::NodeId> operand();
  Result<expression::NodeId> path();
  // The name before it was taken, and an open parenthesis is next.
  Result<expression::NodeId> function(const Token& name);
  // A literal on its own.
  Result<expression::NodeId> literal();

 private:
  using NodeId = expression::NodeId;
  using NodeKind = expression::NodeKind;

  // A condition or an operand.
  Result<NodeId> any();
  Result<NodeId> conjunction();
  Result<NodeId> negation();
  Result<NodeId> comparison();
  Result<NodeId> compare(NodeId left);
  Result<NodeId> between(NodeId operand);
  Result<NodeId> in(NodeId operand);
  Result<NodeId> is(NodeId operand);
  Result<NodeId> sum();
  Result<NodeId> term();
  Result<NodeId> in_parens();
  Status path_step();
  Status path_index();

  bool is_condition(NodeId id) const;
  Status check_is_condition(NodeId id) const;
  Status check_is_operand(NodeId id) const;
  Status count_operator();
  NodeId node(NodeKind kind, std::initializer_list<NodeId> children);

  TokenReader& reader_;
  expression::Kind kind_;
  expression::Tree& tree_;
  size_t operators_ = 0;
  size_t open_parens_ = 0;
};

}  // namespace jedlik::partiql
