#pragma once

#include <vector>

#include "service/attribute_value.h"
#include "service/shape.h"
#include "table/write_plan.h"

// ItemCollectionMetrics in answers of writes: tables with local secondary indexes have them.
namespace jedlik::service::dynamodb {

struct ItemCollectionMetrics {
  ItemOutput item_collection_key;
  // The collection is not smaller than the first and not larger than the second, in gigabytes.
  std::vector<double> size_estimate_range_gb;

  static constexpr auto shape() {
    using Self = ItemCollectionMetrics;
    return members(member("ItemCollectionKey", &Self::item_collection_key),
                   member("SizeEstimateRangeGB", &Self::size_estimate_range_gb));
  }
};

// None for a table without local indexes, and unless `wanted` is SIZE.
Field<ItemCollectionMetrics> item_collection_metrics(const Field<std::string>& wanted,
                                                     const table::Table& table,
                                                     const table::Written& written);

// Keeps one of each collection: the one that was added last.
void add_metrics(std::vector<ItemCollectionMetrics>& to, ItemCollectionMetrics metrics);

}  // namespace jedlik::service::dynamodb
