#pragma once

#include "service/dynamodb/table_name.h"
#include "service/dynamodb/time_to_live.h"
#include "service/operation.h"

namespace jedlik::service::dynamodb {

struct DescribeTimeToLive {
  static constexpr std::string_view kName = "DescribeTimeToLive";

  struct Request {
    Field<std::string> table_name;

    static constexpr auto shape() { return members(member("TableName", &Request::table_name)); }
  };
  struct Response {
    TimeToLiveDescription time_to_live_description;

    static constexpr auto shape() {
      return members(member("TimeToLiveDescription", &Response::time_to_live_description));
    }
  };

  static Status check_first(const Request& request) {
    return check_table_name_first(request.table_name);
  }
  static Task<Result<Response>> run(Context& context, Request&& request);
};

}  // namespace jedlik::service::dynamodb
