#pragma once

#include "service/attribute_value.h"
#include "service/context.h"
#include "service/dynamodb/consumed_capacity.h"
#include "service/dynamodb/item_collection_metrics.h"
#include "service/dynamodb/members.h"
#include "service/operation.h"

namespace jedlik::service::dynamodb {

struct TransactWriteItems {
  static constexpr std::string_view kName = "TransactWriteItems";

  // What the four actions have in common.
  struct Action {
    Field<std::string> table_name;
    Field<std::string> condition_expression;
    Field<StringMap<std::string>> expression_attribute_names;
    Field<StringMap<ValueInput>> expression_attribute_values;
    Field<std::string> return_values_on_condition_check_failure;

    static constexpr auto shape(Constraints condition = optional()) {
      using Self = Action;
      return members(member("TableName", &Self::table_name, table_name_or_arn()),
                     member("ConditionExpression", &Self::condition_expression, condition),
                     member("ExpressionAttributeNames", &Self::expression_attribute_names),
                     member("ExpressionAttributeValues", &Self::expression_attribute_values),
                     member("ReturnValuesOnConditionCheckFailure",
                            &Self::return_values_on_condition_check_failure,
                            dynamodb::return_values_on_condition_check_failure()));
    }
  };
  struct ConditionCheck : Action {
    Field<ItemInput> key;

    static constexpr auto shape() {
      return std::tuple_cat(members(member("Key", &ConditionCheck::key, required())),
                            Action::shape(required()));
    }
  };
  struct Put : Action {
    Field<ItemInput> item;

    static constexpr auto shape() {
      return std::tuple_cat(members(member("Item", &Put::item, required())), Action::shape());
    }
  };
  struct Delete : Action {
    Field<ItemInput> key;

    static constexpr auto shape() {
      return std::tuple_cat(members(member("Key", &Delete::key, required())), Action::shape());
    }
  };
  struct Update : Action {
    Field<ItemInput> key;
    Field<std::string> update_expression;

    static constexpr auto shape() {
      return std::tuple_cat(
          members(member("Key", &Update::key, required()),
                  member("UpdateExpression", &Update::update_expression, required())),
          Action::shape());
    }
  };
  struct TransactWriteItem {
    Field<ConditionCheck> condition_check;
    Field<Put> put;
    Field<Delete> deletion;
    Field<Update> update;

    static constexpr auto shape() {
      using Self = TransactWriteItem;
      return members(member("ConditionCheck", &Self::condition_check), member("Put", &Self::put),
                     member("Delete", &Self::deletion), member("Update", &Self::update));
    }
  };
  struct Request {
    Field<std::string> return_consumed_capacity;
    Field<std::string> return_item_collection_metrics;
    Field<std::string> client_request_token;
    Field<std::vector<TransactWriteItem>> transact_items;

    static constexpr auto shape() {
      using Self = Request;
      return members(member("ReturnConsumedCapacity", &Self::return_consumed_capacity,
                            dynamodb::return_consumed_capacity()),
                     member("ReturnItemCollectionMetrics", &Self::return_item_collection_metrics,
                            dynamodb::return_item_collection_metrics()),
                     member("ClientRequestToken", &Self::client_request_token,
                            optional().length(1, limits::kRequestTokenCharacters)),
                     member("TransactItems", &Self::transact_items,
                            required().length(1, limits::kTransactionActions)));
    }
  };

  struct Response {
    Field<StringMap<std::vector<ItemCollectionMetrics>>> item_collection_metrics;
    Field<std::vector<ConsumedCapacity>> consumed_capacity;

    static constexpr auto shape() {
      using Self = Response;
      return members(member("ItemCollectionMetrics", &Self::item_collection_metrics),
                     member("ConsumedCapacity", &Self::consumed_capacity));
    }
  };

  static Task<Result<Response>> run(Context& context, Request&& request);
};

}  // namespace jedlik::service::dynamodb
