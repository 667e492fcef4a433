#pragma once

#include "service/attribute_value.h"
#include "service/context.h"
#include "service/dynamodb/consumed_capacity.h"
#include "service/dynamodb/legacy_parameters.h"
#include "service/operation.h"

namespace jedlik::service::dynamodb {

struct BatchGetItem {
  static constexpr std::string_view kName = "BatchGetItem";

  struct KeysAndAttributes {
    Field<std::vector<ItemInput>> keys;
    Field<std::vector<std::string>> attributes_to_get;
    Field<bool> consistent_read;
    Field<std::string> projection_expression;
    Field<StringMap<std::string>> expression_attribute_names;

    static constexpr auto shape() {
      using Self = KeysAndAttributes;
      return members(
          member("Keys", &Self::keys,
                 required().length(1, static_cast<int64_t>(limits::kBatchGetKeys))),
          member("AttributesToGet", &Self::attributes_to_get, dynamodb::attributes_to_get()),
          member("ConsistentRead", &Self::consistent_read),
          member("ProjectionExpression", &Self::projection_expression),
          member("ExpressionAttributeNames", &Self::expression_attribute_names));
    }
  };
  struct Request {
    Field<std::string> return_consumed_capacity;
    Field<StringMap<KeysAndAttributes>> request_items;

    static constexpr auto shape() {
      using Self = Request;
      return members(member("ReturnConsumedCapacity", &Self::return_consumed_capacity,
                            dynamodb::return_consumed_capacity()),
                     member("RequestItems", &Self::request_items,
                            required().length(0, static_cast<int64_t>(limits::kBatchGetKeys))));
    }
  };

  // What was not read, in the form in which it is to be asked for again.
  struct UnprocessedKeys {
    std::vector<ItemOutput> keys;
    Field<std::vector<std::string>> attributes_to_get;
    Field<bool> consistent_read;
    Field<std::string> projection_expression;
    Field<StringMap<std::string>> expression_attribute_names;

    static constexpr auto shape() {
      using Self = UnprocessedKeys;
      return members(member("Keys", &Self::keys),
                     member("AttributesToGet", &Self::attributes_to_get),
                     member("ConsistentRead", &Self::consistent_read),
                     member("ProjectionExpression", &Self::projection_expression),
                     member("ExpressionAttributeNames", &Self::expression_attribute_names));
    }
  };
  struct Response {
    StringMap<std::vector<ItemOutput>> responses;
    StringMap<UnprocessedKeys> unprocessed_keys;
    Field<std::vector<ConsumedCapacity>> consumed_capacity;

    static constexpr auto shape() {
      using Self = Response;
      return members(member("Responses", &Self::responses),
                     member("UnprocessedKeys", &Self::unprocessed_keys),
                     member("ConsumedCapacity", &Self::consumed_capacity));
    }
  };

  static Task<Result<Response>> run(Context& context, Request&& request);
};

}  // namespace jedlik::service::dynamodb
