#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "service/attribute_value.h"
#include "service/shape.h"

// The NextToken of ExecuteStatement: where the next page of a SELECT begins. It is only good for
// the statement and the parameters that it was given for.
namespace jedlik::service::dynamodb {

// Of a statement and its parameters.
using StatementHash = uint64_t;
StatementHash hash_of(std::string_view statement, const Field<std::vector<ValueInput>>& parameters);

// Which of the keys or item collections that are read one after the other comes next, and the key
// after which reading goes on in it, if it has begun.
struct StatementPosition {
  uint64_t part = 0;
  std::optional<ItemInput> start;
};

std::string next_token(StatementHash statement, const StatementPosition& position);
// Refuses what next_token did not make, or not for this statement, as next_token_mismatch.
Result<StatementPosition> read_next_token(std::string_view token, StatementHash statement);

ApiError next_token_mismatch();

}  // namespace jedlik::service::dynamodb
