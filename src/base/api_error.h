#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.h"

// What a service answers when it refuses a request. A refusal is an ordinary value (see
// base/result.h): condition failures are everyday traffic, and a thrown exception costs tens of
// thousands of instructions.
namespace jedlik {

// A kind of error as the protocol names it. There is one constant of each kind, and errors are
// compared by its address.
struct ApiErrorType {
  std::string_view name_space;  // "com.amazonaws.dynamodb.v20120810"
  std::string_view name;        // "ResourceNotFoundException"
  int http_status;
};

// The kinds that DynamoDB documents, and those that its front end adds ("coral" is the name of
// AWS's service framework, visible on the wire).
namespace error_types {
inline constexpr std::string_view kDynamoDb = "com.amazonaws.dynamodb.v20120810";
inline constexpr std::string_view kCoralValidate = "com.amazon.coral.validate";
inline constexpr std::string_view kCoralService = "com.amazon.coral.service";
// What the service calls ValidationException comes from its front end, whoever finds the fault.
inline constexpr ApiErrorType kValidation{kCoralValidate, "ValidationException", 400};
inline constexpr ApiErrorType kSerialization{kCoralService, "SerializationException", 400};
inline constexpr ApiErrorType kUnknownOperation{kCoralService, "UnknownOperationException", 400};
inline constexpr ApiErrorType kMissingAuthenticationToken{
    kCoralService, "MissingAuthenticationTokenException", 400};
inline constexpr ApiErrorType kIncompleteSignature{kCoralService, "IncompleteSignatureException",
                                                   400};
inline constexpr ApiErrorType kInvalidSignature{kCoralService, "InvalidSignatureException", 400};
inline constexpr ApiErrorType kResourceNotFound{kDynamoDb, "ResourceNotFoundException", 400};
inline constexpr ApiErrorType kResourceInUse{kDynamoDb, "ResourceInUseException", 400};
inline constexpr ApiErrorType kLimitExceeded{kDynamoDb, "LimitExceededException", 400};
inline constexpr ApiErrorType kConditionalCheckFailed{kDynamoDb, "ConditionalCheckFailedException",
                                                      400};
inline constexpr ApiErrorType kDuplicateItem{kDynamoDb, "DuplicateItemException", 400};
inline constexpr ApiErrorType kItemCollectionSizeLimitExceeded{
    kDynamoDb, "ItemCollectionSizeLimitExceededException", 400};
inline constexpr ApiErrorType kProvisionedThroughputExceeded{
    kDynamoDb, "ProvisionedThroughputExceededException", 400};
inline constexpr ApiErrorType kThrottling{"com.amazon.coral.availability", "ThrottlingException",
                                          400};
inline constexpr ApiErrorType kExpiredIterator{kDynamoDb, "ExpiredIteratorException", 400};
inline constexpr ApiErrorType kTrimmedDataAccess{kDynamoDb, "TrimmedDataAccessException", 400};
inline constexpr ApiErrorType kTransactionCanceled{kDynamoDb, "TransactionCanceledException", 400};
inline constexpr ApiErrorType kTransactionConflict{kDynamoDb, "TransactionConflictException", 400};
inline constexpr ApiErrorType kIdempotentParameterMismatch{
    kDynamoDb, "IdempotentParameterMismatchException", 400};
inline constexpr ApiErrorType kInternalServerError{kDynamoDb, "InternalServerError", 500};
}  // namespace error_types

// What one action of a transaction has to do with its end.
struct CancellationReason {
  std::string_view code;               // "None" where nothing was wrong with it
  std::optional<std::string> message;  // none with "None"
  std::optional<Bytes> item;           // as it stands, where it was asked for
};

struct ApiError {
  const ApiErrorType* type;
  std::string message;
  // ConditionalCheckFailedException carries the item as it stands, in stored form (value/), where
  // the request asked for it.
  std::optional<Bytes> item;
  // TransactionCanceledException has one for each action of the transaction, in their order.
  std::vector<CancellationReason> cancellation_reasons = {};
};

// The short code of an error where it stands in a list: of the statements of a batch, or of reasons
// why a transaction is cancelled. "ConditionalCheckFailed".
std::string_view listed_code(const ApiError& error);

// Named factories: the one place where each kind is made.
ApiError validation(std::string message);
// "One or more parameter values were invalid: " and `what`.
ApiError invalid_parameters(std::string_view what);
ApiError serialization(std::string message);
ApiError resource_not_found(std::string message);
ApiError resource_in_use(std::string message);
ApiError limit_exceeded(std::string message);
ApiError conditional_check_failed(std::optional<Bytes> item);
ApiError duplicate_item();
ApiError item_collection_too_large();
// More calls, or bytes, in a second than are allowed.
ApiError throttled();
ApiError expired_iterator();
ApiError trimmed_data_access();
// `refusals` has an entry for each action, of which at least one refused.
ApiError transaction_canceled(std::vector<std::optional<ApiError>> refusals);
ApiError transaction_conflict();
ApiError idempotent_parameter_mismatch();
// For what went wrong on this side. The cause belongs in the log, not in the answer.
ApiError internal_server_error();

}  // namespace jedlik
