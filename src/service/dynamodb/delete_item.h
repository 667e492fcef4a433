#pragma once

#include "service/dynamodb/item_write.h"
#include "service/operation.h"

namespace jedlik::service::dynamodb {

struct DeleteItem {
  static constexpr std::string_view kName = "DeleteItem";

  struct Request : ItemWriteMembers {
    Field<ItemInput> key;

    static constexpr auto shape() {
      return std::tuple_cat(ItemWriteMembers::shape(),
                            members(member("Key", &Request::key, required())));
    }
  };
  using Response = ItemWriteResponse;

  static Task<Result<Response>> run(Context& context, Request&& request);
};

}  // namespace jedlik::service::dynamodb
