#pragma once

#include <optional>

#include "base/api_error.h"
#include "wire/http_message.h"

namespace jedlik::wire {

// Whether a request is signed, in an Authorization header or in its query, and with all the parts
// that a signature of version 4 has. The signature itself is not looked at. Nothing when all is
// well; that costs no allocation.
std::optional<ApiError> check_authorization(const HttpRequest& request);

}  // namespace jedlik::wire
