#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

// Every limit of the service and of this server, each with its unit and its source, once.
// "Guide" is the Amazon DynamoDB Developer Guide, "API" the Amazon DynamoDB API Reference.
namespace jedlik::limits {

// Items (Guide, "Quotas and limits").
inline constexpr size_t kItemBytes = 400 * 1024;
inline constexpr size_t kPartitionKeyBytes = 2048;
inline constexpr size_t kSortKeyBytes = 1024;
inline constexpr size_t kAttributeNameBytes = 65535;
inline constexpr int kNestingLevels = 32;

// Secondary indexes (Guide, "Quotas and limits", "Item collections", "Multi-attribute keys
// pattern").
inline constexpr size_t kLocalIndexes = 5;
inline constexpr size_t kGlobalIndexes = 20;
inline constexpr size_t kIndexPartitionKeyAttributes = 4;
inline constexpr size_t kIndexSortKeyAttributes = 4;
inline constexpr size_t kNonKeyAttributesOfIndex = 20;
inline constexpr size_t kNonKeyAttributesOfTable = 100;
inline constexpr int64_t kItemCollectionBytes = int64_t{10} * 1024 * 1024 * 1024;

// Partitions (Guide, "Partitions and data distribution").
inline constexpr int64_t kPartitionBytes = int64_t{10} * 1024 * 1024 * 1024;

// Requests (API, BatchGetItem, BatchWriteItem, Query, Scan).
inline constexpr size_t kRequestBytes = 16 * 1024 * 1024;
inline constexpr size_t kBatchGetKeys = 100;
inline constexpr size_t kBatchGetBytes = 16 * 1024 * 1024;
inline constexpr size_t kBatchWriteRequests = 25;
inline constexpr size_t kPageBytes = 1024 * 1024;
inline constexpr int32_t kScanSegments = 1'000'000;

// Transactions (API, TransactWriteItems, TransactGetItems, ExecuteTransaction).
inline constexpr int64_t kTransactionActions = 100;
inline constexpr size_t kTransactionBytes = 4 * 1024 * 1024;
inline constexpr int64_t kRequestTokenCharacters = 36;
inline constexpr int64_t kRequestTokenMs = 10 * 60 * 1000;

// Capacity units (Guide, "DynamoDB throughput capacity").
inline constexpr size_t kReadUnitBytes = 4 * 1024;
inline constexpr size_t kWriteUnitBytes = 1024;

// Tables (Guide, "Quotas and limits").
inline constexpr size_t kTablesPerAccount = 2500;
inline constexpr size_t kTagsPerResource = 50;
inline constexpr int64_t kTagKeyCharacters = 128;
inline constexpr int64_t kTagValueCharacters = 256;
inline constexpr int64_t kAccountCapacityUnits = 80'000;
inline constexpr int64_t kTableCapacityUnits = 40'000;
inline constexpr size_t kListTablesPage = 100;
inline constexpr size_t kTableNameMinBytes = 3;
inline constexpr size_t kTableNameMaxBytes = 255;

// Time to Live (Guide, "Using Time to Live"): an item whose time is further past than this is left
// alone; and, this server's own, a number of so many seconds or more is taken for no time at all
// (milliseconds are such).
inline constexpr int64_t kExpiredSecondsAgo = std::chrono::seconds(std::chrono::years(5)).count();
inline constexpr int64_t kExpirySeconds = 100'000'000'000;  // in the year 5138
inline constexpr int64_t kTimeToLiveAttributeCharacters = 255;

// Expressions (Guide, "Quotas and limits").
inline constexpr size_t kExpressionBytes = 4096;
inline constexpr size_t kSubstitutionBytes = 2 * 1024 * 1024;
inline constexpr size_t kExpressionOperators = 300;
inline constexpr size_t kInOperands = 100;

// PartiQL (API, ExecuteStatement, BatchExecuteStatement; Guide, "PartiQL arithmetic, comparison,
// and logical operators for DynamoDB").
inline constexpr int64_t kStatementCharacters = 8192;
inline constexpr int64_t kNextTokenCharacters = 32768;
inline constexpr int64_t kBatchStatements = 25;
inline constexpr size_t kInPartitionKeys = 50;
inline constexpr size_t kItemsOfPartitionKeys = 10;  // a page where there are several

// Streams (API, DescribeStream, GetRecords, GetShardIterator, ListStreams; Guide, "Quotas and
// limits").
inline constexpr size_t kStreamPageBytes = 1024 * 1024;
inline constexpr int64_t kStreamPageRecords = 1000;
inline constexpr int64_t kStreamsPage = 100;
inline constexpr int64_t kShardsPage = 100;
// Ours: deleted tables whose streams are kept. Beyond it those that went first are forgotten.
inline constexpr size_t kDeletedTables = 2500;
inline constexpr int64_t kStreamRetentionMs = int64_t{24} * 60 * 60 * 1000;
inline constexpr int64_t kShardIteratorMs = int64_t{15} * 60 * 1000;

// HTTP; this server's own.
inline constexpr size_t kHeaderBytes = 64 * 1024;

}  // namespace jedlik::limits
