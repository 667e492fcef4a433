#pragma once

#include <simdjson.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

// What the service says of JSON whose types are not those of the declared members. Its texts name
// Java's types.
namespace jedlik::wire {

using JsonElement = simdjson::dom::element;

// For a scalar member: `java_type` is "String", "Integer", "Long", "Double" or "Boolean".
ApiError wrong_scalar(JsonElement got, std::string_view java_type);
// For binary data.
ApiError wrong_blob(JsonElement got);
// For a map; `java_value_type` is that of its values, with its package.
ApiError wrong_map(JsonElement got, std::string_view java_value_type);

// Where a structure or a list stands makes a difference to the text: it is a member of a structure,
// or an element of a list or a map.
enum class StructurePlace : uint8_t { kMember, kElement };
// For a list.
ApiError wrong_list(JsonElement got, StructurePlace place);
// For a structure; `name` is the one that the service's model has for it.
ApiError wrong_structure(JsonElement got, std::string_view name, StructurePlace place);

// "com.amazonaws.dynamodb.v20120810.AttributeValue"
std::string java_class(std::string_view structure_name);

}  // namespace jedlik::wire
