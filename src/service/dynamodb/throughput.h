#pragma once

#include <string_view>

#include "base/result.h"
#include "service/dynamodb/members.h"

namespace jedlik::service::dynamodb {

// "One or more parameter values were invalid: ..."
ApiError invalid_parameters(std::string_view what);

// Refuses throughput beside PAY_PER_REQUEST, and units that are out of bounds.
Status check_throughput(const Field<ProvisionedThroughput>& throughput, bool on_demand);

}  // namespace jedlik::service::dynamodb
