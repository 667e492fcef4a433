#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/api_error.h"
#include "base/bytes.h"

// Attribute values in requests and responses: they are never a tree, but the stored form of
// value/stored_item.h, into which the wire's reader writes and out of which its writer reads.
namespace jedlik::service {

// One attribute value of a request: tag and payload. When the service would refuse it (an empty
// set, a number that is none, two types at once, ...), `refusal` holds the first such
// ValidationException, and `stored` is of no use: the operation answers it when its order of checks
// comes to values.
struct ValueInput {
  Bytes stored;
  size_t size_bytes = 0;  // as DynamoDB counts it
  std::optional<ApiError> refusal;
};

// A map of attribute values (an item or a key) of a request, in the stored form of an item.
struct ItemInput {
  Bytes stored;
  size_t size_bytes = 0;
  std::optional<ApiError> refusal;
};

// An item, or some attributes of one, in a response, in the stored form of an item.
struct ItemOutput {
  Bytes stored;
};

}  // namespace jedlik::service
