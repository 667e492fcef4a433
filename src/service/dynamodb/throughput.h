#pragma once

#include <string_view>

#include "base/result.h"
#include "service/dynamodb/members.h"
#include "table/schema.h"

namespace jedlik::service::dynamodb {

// Refuses throughput beside PAY_PER_REQUEST, and units that are out of bounds.
Status check_throughput(const Field<ProvisionedThroughput>& throughput, bool on_demand);

// An update to what there is already. `whose` is "table" or "index NAME", `kind` its first word.
ApiError throughput_will_not_change(std::string_view whose, std::string_view kind,
                                    const table::Throughput& current,
                                    const table::Throughput& requested);

// Notes in the history what DescribeTable tells of it.
void note_throughput_change(const table::Throughput& current, const table::Throughput& next,
                            Timestamp now, table::ThroughputHistory& history);

}  // namespace jedlik::service::dynamodb
