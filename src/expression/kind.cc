#include "expression/kind.h"

#include <string>

namespace jedlik::expression {

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::kCondition:
      return "ConditionExpression";
    case Kind::kFilter:
      return "FilterExpression";
    case Kind::kKeyCondition:
      return "KeyConditionExpression";
    case Kind::kProjection:
      return "ProjectionExpression";
    case Kind::kUpdate:
      return "UpdateExpression";
  }
  return {};
}

ApiError invalid_expression(Kind kind, std::string_view message) {
  std::string text = "Invalid ";
  text.append(kind_name(kind)).append(": ").append(message);
  return validation(std::move(text));
}

}  // namespace jedlik::expression
