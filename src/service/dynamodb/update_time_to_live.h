#pragma once

#include "service/dynamodb/table_name.h"
#include "service/dynamodb/time_to_live.h"
#include "service/operation.h"

namespace jedlik::service::dynamodb {

struct UpdateTimeToLive {
  static constexpr std::string_view kName = "UpdateTimeToLive";

  struct Request {
    Field<std::string> table_name;
    Field<TimeToLiveSpecification> time_to_live_specification;

    static constexpr auto shape() {
      using Self = Request;
      return members(
          member("TableName", &Self::table_name),
          member("TimeToLiveSpecification", &Self::time_to_live_specification, required()));
    }
  };
  struct Response {
    TimeToLiveSpecification time_to_live_specification;

    static constexpr auto shape() {
      return members(member("TimeToLiveSpecification", &Response::time_to_live_specification));
    }
  };

  static Status check_first(const Request& request) {
    return check_table_name_first(request.table_name);
  }
  static Task<Result<Response>> run(Context& context, Request&& request);
};

}  // namespace jedlik::service::dynamodb
