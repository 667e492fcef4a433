#include "wire/dynamodb/dynamodb_operations.h"

#include "service/dynamodb/operations.h"
#include "service/streams/operations.h"

namespace jedlik::wire {

OperationTable dynamodb_operations(service::Context& context) {
  OperationRunners runners;
  add_operations(runners, "DynamoDB_20120810", service::dynamodb::Operations(), context);
  add_operations(runners, "DynamoDBStreams_20120810", service::streams::Operations(), context);
  return OperationTable(std::move(runners));
}

}  // namespace jedlik::wire
