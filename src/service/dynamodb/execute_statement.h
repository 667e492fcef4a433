#pragma once

#include "service/attribute_value.h"
#include "service/context.h"
#include "service/dynamodb/consumed_capacity.h"
#include "service/dynamodb/members.h"
#include "service/operation.h"

namespace jedlik::service::dynamodb {

struct ExecuteStatement {
  static constexpr std::string_view kName = "ExecuteStatement";

  struct Request {
    Field<std::string> statement;
    Field<std::vector<ValueInput>> parameters;
    Field<bool> consistent_read;
    Field<std::string> next_token;
    Field<std::string> return_consumed_capacity;
    Field<int32_t> limit;
    Field<std::string> return_values_on_condition_check_failure;

    static constexpr auto shape() {
      using Self = Request;
      return members(
          member("Statement", &Self::statement, dynamodb::statement()),
          member("Parameters", &Self::parameters, statement_parameters()),
          member("ConsistentRead", &Self::consistent_read),
          member("NextToken", &Self::next_token,
                 optional().length(1, limits::kNextTokenCharacters)),
          member("ReturnConsumedCapacity", &Self::return_consumed_capacity,
                 dynamodb::return_consumed_capacity()),
          member("Limit", &Self::limit, optional().range(1, std::numeric_limits<int32_t>::max())),
          member("ReturnValuesOnConditionCheckFailure",
                 &Self::return_values_on_condition_check_failure,
                 dynamodb::return_values_on_condition_check_failure()));
    }
  };
  struct Response {
    std::vector<ItemOutput> items;
    Field<std::string> next_token;
    Field<ConsumedCapacity> consumed_capacity;
    Field<ItemOutput> last_evaluated_key;

    static constexpr auto shape() {
      using Self = Response;
      return members(member("Items", &Self::items), member("NextToken", &Self::next_token),
                     member("ConsumedCapacity", &Self::consumed_capacity),
                     member("LastEvaluatedKey", &Self::last_evaluated_key));
    }
  };

  static Task<Result<Response>> run(Context& context, Request&& request);
};

}  // namespace jedlik::service::dynamodb
