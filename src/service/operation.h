#pragma once

#include "base/result.h"
#include "base/task.h"

// An operation of a service is a type with these members, in a file of its own:
//
//   struct GetItem {
//     static constexpr std::string_view kName = "GetItem";
//     struct Request { ...; static constexpr auto shape(); };
//     struct Response { ...; static constexpr auto shape(); };
//     static Task<Result<Response>> run(Context& context, Request request);
//   };
//
// The wire reads the Request, validates its shape (validate.h), and calls run. `context` outlives
// the task. The views inside a request, if it has any, do too.
namespace jedlik::service {

// The list of a service's operations, as types.
template <class... Operations>
struct OperationList {};

}  // namespace jedlik::service
