#pragma once

#include <string_view>

#include "base/api_error.h"
#include "engine/engine.h"

namespace jedlik::table {

// What the client sees of a failed read, after it is logged: ResourceNotFoundException when the
// table was dropped in the meantime, else InternalServerError, on which SDKs try again.
ApiError refusal_of(const engine::Failure& failure, std::string_view doing);

// The same for a commit that is refused or unknown. An unknown one may have been applied: DynamoDB,
// too, answers InternalServerError then, and the client cannot tell.
ApiError refusal_of(const engine::Committed& committed, std::string_view doing);

// "Requested resource not found", for operations on items of a table that is not there.
ApiError table_not_found();
// "Requested resource not found: Table: Name not found", for operations on the table itself.
ApiError table_not_found(std::string_view name);

}  // namespace jedlik::table
