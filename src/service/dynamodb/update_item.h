#pragma once

#include "service/dynamodb/item_write.h"
#include "service/operation.h"

namespace jedlik::service::dynamodb {

struct UpdateItem {
  static constexpr std::string_view kName = "UpdateItem";

  struct Request : ItemWriteMembers {
    Field<ItemInput> key;
    Field<std::string> update_expression;
    AttributeUpdateMap attribute_updates;

    static constexpr auto shape() {
      return std::tuple_cat(ItemWriteMembers::shape(),
                            members(member("Key", &Request::key, required()),
                                    member("UpdateExpression", &Request::update_expression),
                                    member("AttributeUpdates", &Request::attribute_updates)));
    }
  };
  using Response = ItemWriteResponse;

  static Task<Result<Response>> run(Context& context, Request&& request);
};

}  // namespace jedlik::service::dynamodb
