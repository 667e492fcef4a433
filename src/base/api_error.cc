#include "base/api_error.h"

namespace jedlik {

ApiError validation(std::string message) {
  return {&error_types::kValidation, std::move(message), std::nullopt};
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

ApiError internal_server_error() {
  return {&error_types::kInternalServerError, "Internal server error", std::nullopt};
}

}  // namespace jedlik
