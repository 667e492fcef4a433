#include "service/dynamodb/item_collection_metrics.h"

#include <algorithm>
#include <utility>

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

void add_metrics(std::vector<ItemCollectionMetrics>& to, ItemCollectionMetrics metrics) {
  const auto same = [&metrics](const ItemCollectionMetrics& known) {
    return known.item_collection_key.stored == metrics.item_collection_key.stored;
  };
  const auto known = std::find_if(to.begin(), to.end(), same);
  if (known == to.end()) {
    to.push_back(std::move(metrics));
  } else {
    *known = std::move(metrics);
  }
}

}  // namespace jedlik::service::dynamodb
