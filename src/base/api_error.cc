#include "base/api_error.h"

#include <algorithm>
#include <iterator>

namespace jedlik {

std::string_view listed_code(const ApiError& error) {
  constexpr std::pair<const ApiErrorType*, std::string_view> kCodes[] = {
      {&error_types::kConditionalCheckFailed, "ConditionalCheckFailed"},
      {&error_types::kItemCollectionSizeLimitExceeded, "ItemCollectionSizeLimitExceeded"},
      {&error_types::kValidation, "ValidationError"},
      {&error_types::kProvisionedThroughputExceeded, "ProvisionedThroughputExceeded"},
      {&error_types::kResourceNotFound, "ResourceNotFound"},
      {&error_types::kDuplicateItem, "DuplicateItem"},
      {&error_types::kTransactionConflict, "TransactionConflict"},
  };
  const auto* found = std::find_if(std::begin(kCodes), std::end(kCodes),
                                   [&](const auto& code) { return code.first == error.type; });
  return found == std::end(kCodes) ? "InternalServerError" : found->second;
}

ApiError validation(std::string message) {
  return {&error_types::kValidation, std::move(message), std::nullopt};
}

ApiError invalid_parameters(std::string_view what) {
  return validation(std::string("One or more parameter values were invalid: ").append(what));
}

ApiError serialization(std::string message) {
  return {&error_types::kSerialization, std::move(message), std::nullopt};
}

ApiError resource_not_found(std::string message) {
  return {&error_types::kResourceNotFound, std::move(message), std::nullopt};
}

ApiError resource_in_use(std::string message) {
  return {&error_types::kResourceInUse, std::move(message), std::nullopt};
}

ApiError limit_exceeded(std::string message) {
  return {&error_types::kLimitExceeded, std::move(message), std::nullopt};
}

ApiError conditional_check_failed(std::optional<Bytes> item) {
  return {&error_types::kConditionalCheckFailed, "The conditional request failed", std::move(item)};
}

ApiError duplicate_item() {
  return {&error_types::kDuplicateItem, "Duplicate primary key exists in table", std::nullopt};
}

ApiError item_collection_too_large() {
  return {&error_types::kItemCollectionSizeLimitExceeded, "Collection size exceeded.",
          std::nullopt};
}

ApiError throttled() {
  return {&error_types::kThrottling, "Rate exceeded", std::nullopt};
}

ApiError expired_iterator() {
  return {&error_types::kExpiredIterator, "Iterator expired", std::nullopt};
}

ApiError trimmed_data_access() {
  return {&error_types::kTrimmedDataAccess, "The data you are trying to access has been trimmed",
          std::nullopt};
}

ApiError transaction_canceled(std::vector<std::optional<ApiError>> refusals) {
  ApiError error{&error_types::kTransactionCanceled,
                 "Transaction cancelled, please refer cancellation reasons for specific reasons [",
                 std::nullopt};
  std::string_view separator;
  for (std::optional<ApiError>& refusal : refusals) {
    CancellationReason reason{"None", std::nullopt, std::nullopt};
    if (refusal) {
      reason.code = listed_code(*refusal);
      reason.message = std::move(refusal->message);
      reason.item = std::move(refusal->item);
    }
    error.message.append(separator).append(reason.code);
    separator = ", ";
    error.cancellation_reasons.push_back(std::move(reason));
  }
  error.message.push_back(']');
  return error;
}

ApiError transaction_conflict() {
  return {&error_types::kTransactionConflict, "Transaction is ongoing for the item", std::nullopt};
}

ApiError idempotent_parameter_mismatch() {
  return {&error_types::kIdempotentParameterMismatch,
          "The request uses the same client token as a previous, but non-identical request.",
          std::nullopt};
}

ApiError internal_server_error() {
  return {&error_types::kInternalServerError, "Internal server error", std::nullopt};
}

}  // namespace jedlik
