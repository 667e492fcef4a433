#pragma once

#include <string>

#include "value/stored_item.h"

// Values as the service shows them in a message: {S:abc}, {N:5}, {L:[{S:a}, {BOOL:true}]}.
namespace jedlik::expression {

void append_value_text(std::string& to, const value::ValueView& value);

}  // namespace jedlik::expression
