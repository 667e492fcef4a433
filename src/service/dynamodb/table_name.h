#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "service/arn.h"
#include "service/context.h"
#include "service/shape.h"

// Names of tables and their ARNs. Wherever the API takes a table's name it takes its ARN as well.
namespace jedlik::service::dynamodb {

// The name in `name_or_arn`: what follows "table/" of an ARN of this region and account, else the
// text as it is.
std::string_view table_name_of(const Context& context, std::string_view name_or_arn);

// The table's name in the ResourceArn of the tagging operations, which refuse what is no table's
// ARN.
Result<std::string> table_name_of_resource(const Context& context, const Field<std::string>& arn);

// "Requested resource not found: ResourcArn: ... not found", spelt as the service spells it.
ApiError resource_arn_not_found(std::string_view arn);

// CreateTable, DescribeTable, UpdateTable and DeleteTable check the name before everything else,
// with messages of their own; CreateTable has yet another for the length.
Status check_table_name_first(const Field<std::string>& table_name);
Status check_new_table_name_first(const Field<std::string>& table_name);

}  // namespace jedlik::service::dynamodb
