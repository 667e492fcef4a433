#pragma once

#include "service/dynamodb/item_write.h"
#include "service/operation.h"

namespace jedlik::service::dynamodb {

struct PutItem {
  static constexpr std::string_view kName = "PutItem";

  struct Request : ItemWriteMembers {
    Field<ItemInput> item;

    static constexpr auto shape() {
      return std::tuple_cat(ItemWriteMembers::shape(),
                            members(member("Item", &Request::item, required())));
    }
  };
  using Response = ItemWriteResponse;

  static Task<Result<Response>> run(Context& context, Request&& request);
};

}  // namespace jedlik::service::dynamodb
