#include "service/dynamodb/item_size.h"

#include "base/limits.h"

namespace jedlik::service::dynamodb {

Status check_item_size(size_t size_bytes) {
  if (size_bytes <= limits::kItemBytes) return {};
  return refuse(validation("Item size has exceeded the maximum allowed size"));
}

Status check_updated_item_size(size_t size_bytes) {
  if (size_bytes <= limits::kItemBytes) return {};
  return refuse(validation("Item size to update has exceeded the maximum allowed size"));
}

}  // namespace jedlik::service::dynamodb
