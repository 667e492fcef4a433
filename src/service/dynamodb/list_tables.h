#pragma once

#include "service/context.h"
#include "service/dynamodb/members.h"
#include "service/operation.h"

namespace jedlik::service::dynamodb {

struct ListTables {
  static constexpr std::string_view kName = "ListTables";

  struct Request {
    Field<int32_t> limit;
    Field<std::string> exclusive_start_table_name;

    static constexpr auto shape() {
      using Self = Request;
      return members(member("Limit", &Self::limit,
                            optional().range(1, static_cast<int64_t>(limits::kListTablesPage))),
                     member("ExclusiveStartTableName", &Self::exclusive_start_table_name,
                            optional()
                                .pattern(kNamePattern)
                                .length(limits::kTableNameMinBytes, limits::kTableNameMaxBytes)));
    }
  };
  struct Response {
    std::vector<std::string> table_names;
    Field<std::string> last_evaluated_table_name;

    static constexpr auto shape() {
      using Self = Response;
      return members(member("TableNames", &Self::table_names),
                     member("LastEvaluatedTableName", &Self::last_evaluated_table_name));
    }
  };

  static Task<Result<Response>> run(Context& context, Request&& request);
};

}  // namespace jedlik::service::dynamodb
