#pragma once

#include "service/dynamodb/page.h"
#include "service/operation.h"

namespace jedlik::service::dynamodb {

struct Query {
  static constexpr std::string_view kName = "Query";

  struct Request : PageMembers {
    Field<bool> scan_index_forward;
    Field<std::string> key_condition_expression;
    ConditionMap key_conditions;
    ConditionMap query_filter;

    static constexpr auto shape() {
      return std::tuple_cat(
          PageMembers::shape(),
          members(member("ScanIndexForward", &Request::scan_index_forward),
                  member("KeyConditionExpression", &Request::key_condition_expression),
                  member("KeyConditions", &Request::key_conditions),
                  member("QueryFilter", &Request::query_filter)));
    }
  };
  using Response = PageResponse;

  static Task<Result<Response>> run(Context& context, Request&& request);
};

}  // namespace jedlik::service::dynamodb
