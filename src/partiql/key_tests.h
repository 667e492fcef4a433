#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "expression/condition.h"
#include "expression/key_condition.h"
#include "value/stored_item.h"

// What a condition says of key attributes, for choosing how a statement is carried out. All of it
// is implied by the condition, which still has to be evaluated. Values refer to what the condition
// does.
namespace jedlik::partiql {

// The values of which the attribute has one wherever the condition holds, each once, in the order
// in which they are written; nothing where the condition leaves it open. It is found in equalities,
// IN, and in what of these is joined by AND and OR.
std::optional<std::vector<value::ValueView>> possible_values(const expression::Condition& condition,
                                                             std::string_view attribute);

// The value that the attribute is equal to, by a comparison that stands alone or is joined to the
// rest by AND.
std::optional<value::ValueView> equal_value(const expression::Condition& condition,
                                            std::string_view attribute);

// A test that the attribute passes, of a comparison that stands so: equality if there is one, else
// the first that a key can be searched by.
std::optional<expression::KeyTest> key_test(const expression::Condition& condition,
                                            std::string_view attribute);

}  // namespace jedlik::partiql
