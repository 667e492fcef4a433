#include "service/dynamodb/batch_write_item.h"

#include <algorithm>
#include <map>
#include <utility>

#include "service/dynamodb/item_size.h"
#include "service/dynamodb/table_name.h"
#include "table/catalog.h"
#include "table/index_key_check.h"
#include "table/item_key.h"
#include "table/item_store.h"

namespace jedlik::service::dynamodb {

namespace {

using Request = BatchWriteItem::Request;
using Response = BatchWriteItem::Response;
using WriteRequest = BatchWriteItem::WriteRequest;

class Put final : public table::ItemChange {
 public:
  explicit Put(const Bytes& item) : item_(item) {}
  Result<std::optional<Bytes>> apply(std::optional<value::ItemView>) const override {
    return std::optional<Bytes>(item_);
  }

 private:
  const Bytes& item_;
};

class Delete final : public table::ItemChange {
 public:
  Result<std::optional<Bytes>> apply(std::optional<value::ItemView>) const override {
    return std::optional<Bytes>();
  }
};

// What can be checked without the table.
Status check_write(const WriteRequest& write) {
  if (write.put_request.has_value() == write.delete_request.has_value()) {
    return refuse(
        validation("Supplied AttributeValue has more than one datatypes set, must contain exactly "
                   "one of the supported datatypes"));
  }
  const ItemInput& attributes =
      write.put_request ? *write.put_request->item : *write.delete_request->key;
  if (attributes.refusal) return refuse(*attributes.refusal);
  if (write.put_request) return check_item_size(attributes.size_bytes);
  return {};
}

Status check(const Request& request) {
  if (request.request_items->empty()) {
    return refuse(validation("The requestItems parameter is required for BatchWriteItem"));
  }
  size_t count = 0;
  for (const auto& [name, writes] : *request.request_items)
    count += writes.size();
  if (count > limits::kBatchWriteRequests) {
    return refuse(validation("Too many items requested for the BatchWriteItem call"));
  }
  for (const auto& [name, writes] : *request.request_items) {
    for (const WriteRequest& write : writes)
      RETURN_IF_REFUSED(check_write(write));
  }
  return {};
}

// The writes of a batch, made ready. Puts are kept here because a write borrows its change.
class Batch {
 public:
  Status add(const table::TablePtr& table, const WriteRequest& write) {
    const table::TableSchema& schema = table->schema;
    const table::ItemChange* change = &delete_;
    Result<Bytes> key;
    if (write.put_request) {
      const Bytes& item = write.put_request->item->stored;
      key = table::key_of_item_in_batch(schema, value::ItemView(item).attributes());
      RETURN_IF_REFUSED(key);
      RETURN_IF_REFUSED(table::check_index_keys(schema, value::ItemView(item).attributes()));
      change = puts_.emplace_back(std::make_unique<Put>(item)).get();
    } else {
      const Bytes& attributes = write.delete_request->key->stored;
      key = table::key_of_key(schema, value::ItemView(attributes).attributes());
    }
    RETURN_IF_REFUSED(key);
    writes_.push_back({table, *std::move(key), change, std::nullopt});
    return {};
  }

  Status check_no_item_twice() const {
    // A table may be there twice, by its name and its ARN, and as two versions of itself.
    std::vector<std::pair<std::string_view, BytesView>> items;
    for (const table::BatchWrite& write : writes_)
      items.emplace_back(write.table->schema.id, write.key);
    std::sort(items.begin(), items.end());
    if (std::adjacent_find(items.begin(), items.end()) == items.end()) return {};
    return refuse(validation("Provided list of item keys contains duplicates"));
  }

  std::vector<table::BatchWrite>& writes() { return writes_; }

 private:
  const Delete delete_{};
  std::vector<std::unique_ptr<Put>> puts_;
  std::vector<table::BatchWrite> writes_;
};

BatchWriteItem::UnprocessedWrite unprocessed(const WriteRequest& write) {
  BatchWriteItem::UnprocessedWrite out;
  if (write.put_request) {
    out.put_request = BatchWriteItem::UnprocessedPut{{write.put_request->item->stored}};
  } else {
    out.delete_request = BatchWriteItem::UnprocessedDelete{{write.delete_request->key->stored}};
  }
  return out;
}

// `writes` are those of the request, in its order.
Response answer(const Request& request, const std::vector<table::BatchWrite>& writes) {
  Response response;
  std::vector<ConsumedCapacity> capacities;
  auto done = writes.begin();
  for (const auto& [name, requested] : *request.request_items) {
    const std::string& table_name = done->table->schema.name;
    Consumption used;
    std::vector<ItemCollectionMetrics> collections;
    std::vector<BatchWriteItem::UnprocessedWrite> left;
    for (const WriteRequest& write : requested) {
      if (done->written) {
        used.add(*done->written);
        auto metrics = item_collection_metrics(request.return_item_collection_metrics, *done->table,
                                               *done->written);
        if (metrics) add_metrics(collections, *std::move(metrics));
      } else {
        left.push_back(unprocessed(write));
      }
      ++done;
    }
    if (!left.empty()) response.unprocessed_items.emplace_back(name, std::move(left));
    auto capacity = consumed_capacity(request.return_consumed_capacity, table_name, used);
    if (capacity) capacities.push_back(*std::move(capacity));
    if (collections.empty()) continue;
    if (!response.item_collection_metrics) response.item_collection_metrics.emplace();
    response.item_collection_metrics->emplace_back(name, std::move(collections));
  }
  if (!capacities.empty()) response.consumed_capacity = std::move(capacities);
  return response;
}

}  // namespace

Task<Result<BatchWriteItem::Response>> BatchWriteItem::run(Context& context, Request&& request) {
  CO_RETURN_IF_REFUSED(check(request));
  Batch batch;
  for (const auto& [name, writes] : *request.request_items) {
    const auto table = co_await context.catalog.find_for_items(table_name_of(context, name));
    CO_RETURN_IF_REFUSED(table);
    for (const WriteRequest& write : writes)
      CO_RETURN_IF_REFUSED(batch.add(*table, write));
  }
  CO_RETURN_IF_REFUSED(batch.check_no_item_twice());
  CO_RETURN_IF_REFUSED(co_await context.items.write_batch(batch.writes()));
  co_return answer(request, batch.writes());
}

}  // namespace jedlik::service::dynamodb
