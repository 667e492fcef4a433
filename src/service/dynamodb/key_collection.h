#pragma once

#include "base/result.h"
#include "expression/key_condition.h"
#include "service/attribute_value.h"
#include "table/key_range.h"
#include "table/page_reader.h"

namespace jedlik::service::dynamodb {

// What a Query walks over: an item collection, or rows of an index that have one partition key, and
// which part of it.
struct KeyCollection {
  Bytes prefix;
  table::KeyRange range;
};

// A key condition against the key of what is read. Refuses one that does not fit.
Result<KeyCollection> find_collection(const expression::KeyCondition& condition,
                                      const table::PageSource& source);

// The encoded ExclusiveStartKey, which must be one that the query could have answered.
Result<Bytes> start_key_in(const KeyCollection& collection, const ItemInput& start,
                           const table::PageSource& source);

}  // namespace jedlik::service::dynamodb
