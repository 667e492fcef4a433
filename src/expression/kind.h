#pragma once

#include <cstdint>
#include <string_view>

#include "base/api_error.h"

// The parameters of a request that hold an expression. Refusals name the one they come from.
namespace jedlik::expression {

enum class Kind : uint8_t { kCondition, kFilter, kKeyCondition, kProjection, kUpdate };

// "ConditionExpression", "FilterExpression", ...
std::string_view kind_name(Kind kind);

// The ValidationException "Invalid <parameter>: <message>".
ApiError invalid_expression(Kind kind, std::string_view message);

}  // namespace jedlik::expression
