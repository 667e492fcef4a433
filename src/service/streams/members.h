#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "service/shape.h"

// Structures and constraints that operations of DynamoDB Streams share, as its service model (API
// version 2012-08-10) has them.
namespace jedlik::service::streams {

inline constexpr std::array<std::string_view, 4> kShardIteratorTypeValues{
    "TRIM_HORIZON", "LATEST", "AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"};
inline constexpr std::array<std::string_view, 1> kShardFilterTypeValues{"CHILD_SHARDS"};

constexpr Constraints stream_arn_member(Constraints constraints) {
  return constraints.length(37, 1024);
}
constexpr Constraints shard_id_member(Constraints constraints) {
  return constraints.length(28, 65);
}
constexpr Constraints page_limit() {
  return optional().range(1, std::numeric_limits<int64_t>::max());
}

struct KeySchemaElement {
  std::string attribute_name;
  std::string key_type;

  static constexpr auto shape() {
    using Self = KeySchemaElement;
    return members(member("AttributeName", &Self::attribute_name),
                   member("KeyType", &Self::key_type));
  }
};

}  // namespace jedlik::service::streams
