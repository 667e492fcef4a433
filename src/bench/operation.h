#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace jedlik::bench {

// What is measured as one: mostly one request. Each has a line of the report.
enum class Operation : uint8_t {
  kGet,
  kPut,
  kUpdate,
  kConditionalUpdate,
  kInsert,
  kReadModifyWrite,  // GetItem, then UpdateItem of the same item
  kQuery,
  kScan,
  kBatchGet,
  kBatchWrite,
  kTransactGet,
  kTransactWrite,
};

inline constexpr std::array<std::string_view, 12> kOperationNames{
    "get",   "put",  "update",    "conditional-update", "insert",       "read-modify-write",
    "query", "scan", "batch-get", "batch-write",        "transact-get", "transact-write"};

inline constexpr std::string_view name_of(Operation operation) {
  return kOperationNames[static_cast<size_t>(operation)];
}

// The requests of DynamoDB's API that are sent.
enum class Request : uint8_t {
  kGetItem,
  kPutItem,
  kUpdateItem,
  kQuery,
  kScan,
  kBatchGetItem,
  kBatchWriteItem,
  kTransactGetItems,
  kTransactWriteItems,
  kCreateTable,
  kDescribeTable,
  kDeleteTable,
};

inline constexpr std::array<std::string_view, 12> kRequestNames{"GetItem",
                                                                "PutItem",
                                                                "UpdateItem",
                                                                "Query",
                                                                "Scan",
                                                                "BatchGetItem",
                                                                "BatchWriteItem",
                                                                "TransactGetItems",
                                                                "TransactWriteItems",
                                                                "CreateTable",
                                                                "DescribeTable",
                                                                "DeleteTable"};

inline constexpr std::string_view name_of(Request request) {
  return kRequestNames[static_cast<size_t>(request)];
}

}  // namespace jedlik::bench
