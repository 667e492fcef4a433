#pragma once

#include <tl/expected.hpp>

#include "base/api_error.h"

namespace jedlik {

// A value, or the refusal that the client is to see.
template <class T>
using Result = tl::expected<T, ApiError>;

// Success without a value, or a refusal.
using Status = Result<void>;

// `return refuse(validation("..."));`
inline tl::unexpected<ApiError> refuse(ApiError error) {
  return tl::unexpected<ApiError>(std::move(error));
}

}  // namespace jedlik

// Ends the enclosing function (or coroutine, with CO_) with the refusal in `expression`, a Result
// named by an lvalue or made on the spot, if it holds one.
#define RETURN_IF_REFUSED(expression)                                           \
  do {                                                                          \
    if (auto&& outcome_ = (expression); !outcome_)                              \
      return ::tl::unexpected<::jedlik::ApiError>(std::move(outcome_).error()); \
  } while (false)

#define CO_RETURN_IF_REFUSED(expression)                                           \
  do {                                                                             \
    if (auto&& outcome_ = (expression); !outcome_)                                 \
      co_return ::tl::unexpected<::jedlik::ApiError>(std::move(outcome_).error()); \
  } while (false)
