#pragma once

#include <span>
#include <string_view>

#include "base/result.h"
#include "partiql/statement.h"
#include "value/stored_item.h"

// Reads the text of a statement. Each ? stands for the next of `parameters`, whose number must be
// that of the ?s.
//
//   statement = ( select | insert | update | delete | EXISTS "(" select ")" ) [";"]
//   select    = SELECT ( "*" | path {"," path} ) FROM name ["." name] [WHERE condition]
//               [ORDER BY name [ASC | DESC] {"," name [ASC | DESC]}]
//   insert    = INSERT INTO name VALUE ( map | "?" )
//   update    = UPDATE name change {[","] change} [WHERE condition] [returning]
//   change    = SET set {"," set} | REMOVE path {"," path}
//   set       = path "=" operand | path "=" ( SET_ADD | SET_DELETE ) "(" path "," literal ")"
//   delete    = DELETE FROM name [WHERE condition] [returning]
//   returning = RETURNING ( ALL | MODIFIED ) ( OLD | NEW ) "*"
//
// partiql/condition_parser.h has conditions, operands and paths, partiql/literal.h has literals.
// Words are of any case; names of tables and attributes are not.
namespace jedlik::partiql {

Result<Statement> parse_statement(std::string_view text,
                                  std::span<const value::ValueView> parameters);

}  // namespace jedlik::partiql
