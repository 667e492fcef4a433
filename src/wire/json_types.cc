#include "wire/json_types.h"

#include <fmt/format.h>

namespace jedlik::wire {
namespace {

using simdjson::dom::element_type;

constexpr std::string_view kUnexpectedStructure =
    "Start of structure or map found where not expected";

ApiError unrecognized_collection(std::string_view java_type) {
  return serialization(fmt::format("Unrecognized collection type {}", java_type));
}

// As the service's parser calls the token.
std::string_view token_name(JsonElement got) {
  switch (got.type()) {
    case element_type::STRING:
      return "STRING_VALUE";
    case element_type::DOUBLE:
      return "DECIMAL_VALUE";
    case element_type::BOOL:
      return bool(got) ? "TRUE_VALUE" : "FALSE_VALUE";
    default:
      return "NUMBER_VALUE";
  }
}

}  // namespace

std::string java_class(std::string_view structure_name) {
  return fmt::format("{}.{}", error_types::kDynamoDb, structure_name);
}

ApiError wrong_scalar(JsonElement got, std::string_view java_type) {
  switch (got.type()) {
    case element_type::ARRAY:
      return unrecognized_collection(fmt::format("class java.lang.{}", java_type));
    case element_type::OBJECT:
      return serialization(std::string(kUnexpectedStructure));
    case element_type::STRING:
      if (java_type == "Boolean") return serialization("Unexpected token received from parser");
      [[fallthrough]];
    default:
      return serialization(fmt::format("{} cannot be converted to {}", token_name(got), java_type));
  }
}

ApiError wrong_blob(JsonElement got) {
  if (got.type() == element_type::ARRAY)
    return unrecognized_collection("class java.nio.ByteBuffer");
  if (got.type() == element_type::OBJECT) return serialization(std::string(kUnexpectedStructure));
  return serialization("only base-64-encoded strings are convertible to bytes");
}

ApiError wrong_list(JsonElement got, StructurePlace place) {
  if (got.type() == element_type::OBJECT) return serialization(std::string(kUnexpectedStructure));
  if (place == StructurePlace::kElement) {
    // So the service says, word for word.
    return serialization(
        "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to "
        "class java.lang.Class (sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and "
        "java.lang.Class are in module java.base of loader 'bootstrap')");
  }
  return serialization("Unexpected field type");
}

ApiError wrong_map(JsonElement got, std::string_view java_value_type) {
  if (got.type() != element_type::ARRAY) return serialization("Unexpected field type");
  return unrecognized_collection(
      fmt::format("java.util.Map<java.lang.String, {}>", java_value_type));
}

ApiError wrong_structure(JsonElement got, std::string_view name, StructurePlace place) {
  if (got.type() == element_type::ARRAY)
    return unrecognized_collection(fmt::format("class {}", java_class(name)));
  return serialization(place == StructurePlace::kMember ? "Unexpected field type"
                                                        : "Unexpected value type in payload");
}

}  // namespace jedlik::wire
