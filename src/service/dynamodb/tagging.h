#pragma once

#include <vector>

#include "base/result.h"
#include "service/dynamodb/members.h"
#include "table/schema.h"

// Tags of tables, for CreateTable and the tagging operations.
namespace jedlik::service::dynamodb {

// How many there may be.
Status check_tags(const std::vector<Tag>& tags);
ApiError too_many_tags();

// Adds, or replaces the value of a key that is there.
void add_tags(table::Tags& to, const std::vector<Tag>& tags);

}  // namespace jedlik::service::dynamodb
