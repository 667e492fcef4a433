#include "service/dynamodb/item_collection_metrics.h"

#include "table/item_key.h"

namespace jedlik::service::dynamodb {

Field<ItemCollectionMetrics> item_collection_metrics(const Field<std::string>& wanted,
                                                     const table::Table& table,
                                                     const table::Written& written) {
  constexpr int64_t kGigabyte = int64_t{1} << 30;
  if (wanted != "SIZE" || !written.collection) return std::nullopt;
  table::KeyLayout partition_key = table::layout_of(table.schema);
  partition_key.sort.clear();
  ItemCollectionMetrics metrics;
  metrics.item_collection_key.stored =
      table::attributes_of_key(partition_key, written.collection->prefix);
  const int64_t whole_gigabytes = written.collection->bytes / kGigabyte;
  metrics.size_estimate_range_gb = {static_cast<double>(whole_gigabytes),
                                    static_cast<double>(whole_gigabytes + 1)};
  return metrics;
}

}  // namespace jedlik::service::dynamodb
