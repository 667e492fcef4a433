#pragma once

#include "service/attribute_value.h"
#include "service/context.h"
#include "service/dynamodb/consumed_capacity.h"
#include "service/dynamodb/legacy_parameters.h"
#include "service/operation.h"

namespace jedlik::service::dynamodb {

struct GetItem {
  static constexpr std::string_view kName = "GetItem";

  struct Request {
    Field<std::string> return_consumed_capacity;
    Field<std::vector<std::string>> attributes_to_get;
    Field<std::string> table_name;
    Field<ItemInput> key;
    Field<bool> consistent_read;
    Field<std::string> projection_expression;
    Field<StringMap<std::string>> expression_attribute_names;

    static constexpr auto shape() {
      using Self = Request;
      return members(
          member("ReturnConsumedCapacity", &Self::return_consumed_capacity,
                 dynamodb::return_consumed_capacity()),
          member("AttributesToGet", &Self::attributes_to_get, dynamodb::attributes_to_get()),
          member("TableName", &Self::table_name, table_name_or_arn()),
          member("Key", &Self::key, required()), member("ConsistentRead", &Self::consistent_read),
          member("ProjectionExpression", &Self::projection_expression),
          member("ExpressionAttributeNames", &Self::expression_attribute_names));
    }
  };
  struct Response {
    Field<ItemOutput> item;
    Field<ConsumedCapacity> consumed_capacity;

    static constexpr auto shape() {
      using Self = Response;
      return members(member("Item", &Self::item),
                     member("ConsumedCapacity", &Self::consumed_capacity));
    }
  };

  static Task<Result<Response>> run(Context& context, Request&& request);
};

}  // namespace jedlik::service::dynamodb
