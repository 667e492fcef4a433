#pragma once

#include <cstddef>

#include "base/result.h"

namespace jedlik::service::dynamodb {

// "Item size has exceeded the maximum allowed size", for an item that is put.
Status check_item_size(size_t size_bytes);

// "Item size to update has exceeded the maximum allowed size", for what an update makes.
Status check_updated_item_size(size_t size_bytes);

}  // namespace jedlik::service::dynamodb
