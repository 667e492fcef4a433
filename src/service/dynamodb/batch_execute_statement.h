#pragma once

#include "service/attribute_value.h"
#include "service/context.h"
#include "service/dynamodb/consumed_capacity.h"
#include "service/dynamodb/members.h"
#include "service/operation.h"

namespace jedlik::service::dynamodb {

struct BatchExecuteStatement {
  static constexpr std::string_view kName = "BatchExecuteStatement";

  struct BatchStatementRequest {
    Field<std::string> statement;
    Field<std::vector<ValueInput>> parameters;
    Field<bool> consistent_read;
    Field<std::string> return_values_on_condition_check_failure;

    static constexpr auto shape() {
      using Self = BatchStatementRequest;
      return members(member("Statement", &Self::statement, dynamodb::statement()),
                     member("Parameters", &Self::parameters, statement_parameters()),
                     member("ConsistentRead", &Self::consistent_read),
                     member("ReturnValuesOnConditionCheckFailure",
                            &Self::return_values_on_condition_check_failure,
                            dynamodb::return_values_on_condition_check_failure()));
    }
  };
  struct Request {
    Field<std::vector<BatchStatementRequest>> statements;
    Field<std::string> return_consumed_capacity;

    static constexpr auto shape() {
      using Self = Request;
      return members(
          member("Statements", &Self::statements, required().length(1, limits::kBatchStatements)),
          member("ReturnConsumedCapacity", &Self::return_consumed_capacity,
                 dynamodb::return_consumed_capacity()));
    }
  };

  struct BatchStatementError {
    std::string code;
    std::string message;
    Field<ItemOutput> item;

    static constexpr auto shape() {
      using Self = BatchStatementError;
      return members(member("Code", &Self::code), member("Message", &Self::message),
                     member("Item", &Self::item));
    }
  };
  struct BatchStatementResponse {
    Field<BatchStatementError> error;
    Field<std::string> table_name;
    Field<ItemOutput> item;

    static constexpr auto shape() {
      using Self = BatchStatementResponse;
      return members(member("Error", &Self::error), member("TableName", &Self::table_name),
                     member("Item", &Self::item));
    }
  };
  struct Response {
    std::vector<BatchStatementResponse> responses;
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
