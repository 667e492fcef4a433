#include "wire/dynamodb/dynamodb_operations.h"

#include "service/dynamodb/operations.h"

namespace jedlik::wire {

OperationTable dynamodb_operations(service::Context& context) {
  return make_operations(service::dynamodb::Operations(), context);
}

}  // namespace jedlik::wire
