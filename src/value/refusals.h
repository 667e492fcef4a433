#pragma once

#include <string_view>

#include "base/api_error.h"
#include "value/number.h"

// What the service says of values that it does not take, wherever they come from: a request's JSON,
// a statement, or what an update works out.
namespace jedlik::value {

// `text` is the number as it was written, for one that is none; it may be empty.
ApiError bad_number(NumberError error, std::string_view text);

// Of an item with more than limits::kNestingLevels.
ApiError nested_too_deep();

}  // namespace jedlik::value
