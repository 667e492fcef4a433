#pragma once

#include <string>

#include "value/number.h"

namespace jedlik::value {

// Appends the normal text of the number 0.<digits> times ten to `exponent`. The digits are
// characters, `count` of them, 1 to Number::kMaxDigits, the first and the last not '0'. Inside this
// room only.
void append_digits(std::string& to, bool negative, const char* digits, int count, int exponent);

}  // namespace jedlik::value
