#pragma once

#include "service/dynamodb/table_description.h"
#include "service/dynamodb/table_name.h"
#include "service/operation.h"

namespace jedlik::service::dynamodb {

struct DeleteTable {
  static constexpr std::string_view kName = "DeleteTable";

  struct Request {
    Field<std::string> table_name;

    static constexpr auto shape() { return members(member("TableName", &Request::table_name)); }
  };
  using Response = TableDescriptionResponse;

  static Status check_first(const Request& request) {
    return check_table_name_first(request.table_name);
  }
  static Task<Result<Response>> run(Context& context, Request&& request);
};

}  // namespace jedlik::service::dynamodb
