#pragma once

#include "service/attribute_value.h"
#include "service/context.h"
#include "service/dynamodb/consumed_capacity.h"
#include "service/dynamodb/members.h"
#include "service/operation.h"

namespace jedlik::service::dynamodb {

// What was found of one item, of those that are read together; nothing where there is none.
struct ItemResponse {
  Field<ItemOutput> item;

  static constexpr auto shape() { return members(member("Item", &ItemResponse::item)); }
};

struct TransactGetItems {
  static constexpr std::string_view kName = "TransactGetItems";

  struct Get {
    Field<ItemInput> key;
    Field<std::string> table_name;
    Field<std::string> projection_expression;
    Field<StringMap<std::string>> expression_attribute_names;

    static constexpr auto shape() {
      using Self = Get;
      return members(member("Key", &Self::key, required()),
                     member("TableName", &Self::table_name, table_name_or_arn()),
                     member("ProjectionExpression", &Self::projection_expression),
                     member("ExpressionAttributeNames", &Self::expression_attribute_names));
    }
  };
  struct TransactGetItem {
    Field<Get> get;

    static constexpr auto shape() {
      return members(member("Get", &TransactGetItem::get, required()));
    }
  };
  struct Request {
    Field<std::string> return_consumed_capacity;
    Field<std::vector<TransactGetItem>> transact_items;

    static constexpr auto shape() {
      using Self = Request;
      return members(member("ReturnConsumedCapacity", &Self::return_consumed_capacity,
                            dynamodb::return_consumed_capacity()),
                     member("TransactItems", &Self::transact_items,
                            required().length(1, limits::kTransactionActions)));
    }
  };
  struct Response {
    Field<std::vector<ConsumedCapacity>> consumed_capacity;
    std::vector<ItemResponse> responses;

    static constexpr auto shape() {
      using Self = Response;
      return members(member("ConsumedCapacity", &Self::consumed_capacity),
                     member("Responses", &Self::responses));
    }
  };

  static Task<Result<Response>> run(Context& context, Request&& request);
};

}  // namespace jedlik::service::dynamodb
