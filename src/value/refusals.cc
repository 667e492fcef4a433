#include "value/refusals.h"

#include <fmt/format.h>

namespace jedlik::value {

ApiError bad_number(NumberError error, std::string_view text) {
  constexpr std::string_view kNotANumber = "The parameter cannot be converted to a numeric value";
  switch (error) {
    case NumberError::kOverflow:
      return validation(
          "Number overflow. Attempting to store a number with magnitude larger than supported "
          "range");
    case NumberError::kUnderflow:
      return validation(
          "Number underflow. Attempting to store a number with magnitude smaller than supported "
          "range");
    case NumberError::kTooPrecise:
      return validation("Attempting to store more than 38 significant digits in a Number");
    case NumberError::kNotANumber:
      break;
  }
  return validation(text.empty() ? std::string(kNotANumber)
                                 : fmt::format("{}: {}", kNotANumber, text));
}

ApiError nested_too_deep() {
  return validation(
      "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels "
      "beyond supported limit");
}

}  // namespace jedlik::value
