#include "base/api_error.h"

namespace jedlik {

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

ApiError expired_iterator() {
  return {&error_types::kExpiredIterator, "Iterator expired", std::nullopt};
}

ApiError trimmed_data_access() {
  return {&error_types::kTrimmedDataAccess,
          "The operation attempted to read past the oldest stream record in a shard.",
          std::nullopt};
}

ApiError internal_server_error() {
  return {&error_types::kInternalServerError, "Internal server error", std::nullopt};
}

}  // namespace jedlik
