#pragma once

#include "service/attribute_value.h"
#include "service/context.h"
#include "service/dynamodb/consumed_capacity.h"
#include "service/dynamodb/members.h"
#include "service/dynamodb/transact_get_items.h"
#include "service/operation.h"

namespace jedlik::service::dynamodb {

struct ExecuteTransaction {
  static constexpr std::string_view kName = "ExecuteTransaction";

  struct ParameterizedStatement {
    Field<std::string> statement;
    Field<std::vector<ValueInput>> parameters;
    Field<std::string> return_values_on_condition_check_failure;

    static constexpr auto shape() {
      using Self = ParameterizedStatement;
      return members(member("Statement", &Self::statement, dynamodb::statement()),
                     member("Parameters", &Self::parameters, statement_parameters()),
                     member("ReturnValuesOnConditionCheckFailure",
                            &Self::return_values_on_condition_check_failure,
                            dynamodb::return_values_on_condition_check_failure()));
    }
  };
  struct Request {
    Field<std::vector<ParameterizedStatement>> transact_statements;
    Field<std::string> client_request_token;
    Field<std::string> return_consumed_capacity;

    static constexpr auto shape() {
      using Self = Request;
      return members(member("TransactStatements", &Self::transact_statements,
                            required().length(1, limits::kTransactionActions)),
                     member("ClientRequestToken", &Self::client_request_token,
                            optional().length(1, limits::kRequestTokenCharacters)),
                     member("ReturnConsumedCapacity", &Self::return_consumed_capacity,
                            dynamodb::return_consumed_capacity()));
    }
  };
  struct Response {
    std::vector<ItemResponse> responses;
    Field<std::vector<ConsumedCapacity>> consumed_capacity;

    static constexpr auto shape() {
      using Self = Response;
      return members(member("Responses", &Self::responses),
                     member("ConsumedCapacity", &Self::consumed_capacity));
    }
  };

  static Task<Result<Response>> run(Context& context, Request&& request);
};

}  // namespace jedlik::service::dynamodb
