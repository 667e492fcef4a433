#pragma once

#include "base/result.h"
#include "base/task.h"

// An operation of a service is a type with these members, in a file of its own:
//
//   struct GetItem {
//     static constexpr std::string_view kName = "GetItem";
//     struct Request { ...; static constexpr auto shape(); };
//     struct Response { ...; static constexpr auto shape(); };
//     static Task<Result<Response>> run(Context& context, Request&& request);
//   };
//
// It may also have `static Status check_first(const Request&)`, for what the service checks before
// the shape. The wire reads the Request, calls check_first, validates the shape (validate.h), and
// calls run, which may take the request apart. `context` and the request outlive the task, and so
// do the views inside a request, if it has any.
namespace jedlik::service {

// The Response of an operation that answers with an empty body.
struct NoContent {};

// The list of a service's operations, as types.
template <class... Operations>
struct OperationList {};

}  // namespace jedlik::service
