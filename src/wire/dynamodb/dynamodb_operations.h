#pragma once

#include "service/context.h"
#include "wire/operations.h"

namespace jedlik::wire {

// The operations of DynamoDB_20120810 and DynamoDBStreams_20120810. `context` must outlive the
// table.
OperationTable dynamodb_operations(service::Context& context);

}  // namespace jedlik::wire
