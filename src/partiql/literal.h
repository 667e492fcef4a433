#pragma once

#include "base/result.h"
#include "partiql/token_reader.h"
#include "value/value.h"

// Values as a statement writes them:
//
//   literal = string | ["-"] number | TRUE | FALSE | NULL | "?"
//           | "[" [literal {"," literal}] "]"
//           | "{" [string ":" literal {"," string ":" literal}] "}"
//           | "<<" literal {"," literal} ">>"
//
// << >> is a set; of a name that a map has twice the last value counts.
namespace jedlik::partiql {

// Whether a literal begins at the current token.
bool at_literal(const TokenReader& reader);

Result<value::Value> read_literal(TokenReader& reader);

// The same in stored form: kept by the reader's statement, or a view of a parameter.
Result<value::ValueView> read_stored_literal(TokenReader& reader);

// A literal map as an item in stored form. Its names are not empty.
Result<Bytes> read_item(TokenReader& reader);

}  // namespace jedlik::partiql
