#include "service/dynamodb/batch_get_item.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "expression/projection.h"
#include "service/dynamodb/placeholders.h"
#include "service/dynamodb/table_name.h"
#include "table/catalog.h"
#include "table/item_key.h"
#include "table/item_store.h"

namespace jedlik::service::dynamodb {

namespace {

using engine::Consistency;
using KeysAndAttributes = BatchGetItem::KeysAndAttributes;
using Response = BatchGetItem::Response;

// Keys read from the engine at a time: bounds what a batch holds in memory beyond its answer.
constexpr size_t kKeysAtATime = 16;

// One table's part of the request, checked.
struct TablePart {
  const std::string* name = nullptr;  // as the client wrote it
  const KeysAndAttributes* request = nullptr;
  std::optional<expression::Projection> projection;
  table::TablePtr table;
  std::vector<Bytes> keys;
};

// Of all tables together.
Status check_no_mix_of(const BatchGetItem::Request& request) {
  bool has_attributes = false;
  bool has_projection = false;
  for (const auto& [name, part] : *request.request_items) {
    has_attributes = has_attributes || part.attributes_to_get;
    has_projection = has_projection || part.projection_expression;
  }
  return check_no_mix({{has_attributes, "AttributesToGet"}},
                      {{has_projection, "ProjectionExpression"}});
}

Status check_count(const BatchGetItem::Request& request) {
  if (request.request_items->empty()) {
    return refuse(
        validation("1 validation error detected: Value at 'RequestItems' failed to satisfy "
                   "constraint: Member must have length greater than or equal to 1"));
  }
  size_t count = 0;
  for (const auto& [name, part] : *request.request_items)
    count += part.keys->size();
  if (count <= limits::kBatchGetKeys) return {};
  return refuse(validation("Too many items requested for the BatchGetItem call"));
}

// What can be checked without the table.
Result<TablePart> read_part(const std::string& name, const KeysAndAttributes& request) {
  TablePart part;
  part.name = &name;
  part.request = &request;
  for (const ItemInput& key : *request.keys) {
    if (key.refusal) return refuse(*key.refusal);
  }
  const bool has_projection = request.projection_expression.has_value();
  auto placeholders =
      make_placeholders(request.expression_attribute_names, std::nullopt, any_of({has_projection}));
  RETURN_IF_REFUSED(placeholders);
  if (has_projection) {
    auto projection = expression::parse_projection(*request.projection_expression, *placeholders);
    RETURN_IF_REFUSED(projection);
    part.projection = *std::move(projection);
  } else {
    auto projection = read_attributes_to_get(request.attributes_to_get);
    RETURN_IF_REFUSED(projection);
    part.projection = *std::move(projection);
  }
  RETURN_IF_REFUSED(placeholders->check_all_used());
  return part;
}

Status find_keys(TablePart& part) {
  for (const ItemInput& key : *part.request->keys) {
    const value::ItemView view(key.stored);
    auto encoded = table::key_of_key(part.table->schema, view.attributes());
    RETURN_IF_REFUSED(encoded);
    part.keys.push_back(*std::move(encoded));
  }
  return {};
}

// A table may be named twice, by its name and by its ARN.
Status check_no_key_twice(const std::vector<TablePart>& parts) {
  std::vector<std::pair<std::string_view, BytesView>> keys;
  for (const TablePart& part : parts) {
    for (const Bytes& key : part.keys)
      keys.emplace_back(part.table->schema.id, key);
  }
  std::sort(keys.begin(), keys.end());
  if (std::adjacent_find(keys.begin(), keys.end()) == keys.end()) return {};
  return refuse(validation("Provided list of item keys contains duplicates"));
}

ItemOutput project(const TablePart& part, Bytes item) {
  if (!part.projection) return {std::move(item)};
  ItemOutput projected;
  part.projection->apply(value::ItemView(item), projected.stored);
  return projected;
}

// The answer in the making: how much of it there is, and what is left over.
struct Answer {
  Response response;
  size_t bytes = 0;
  bool is_full() const { return bytes >= limits::kBatchGetBytes; }
};

void leave_unprocessed(const TablePart& part, size_t first, Answer& answer) {
  BatchGetItem::UnprocessedKeys left;
  for (size_t i = first; i < part.keys.size(); ++i) {
    left.keys.push_back({(*part.request->keys)[i].stored});
  }
  left.attributes_to_get = part.request->attributes_to_get;
  left.consistent_read = part.request->consistent_read;
  left.projection_expression = part.request->projection_expression;
  left.expression_attribute_names = part.request->expression_attribute_names;
  answer.response.unprocessed_keys.emplace_back(*part.name, std::move(left));
}

// Reads keys until all are read or the answer is full.
Task<Result<table::Units>> read_keys(Context& context, const TablePart& part, Answer& answer,
                                     std::vector<ItemOutput>& items) {
  const Consistency consistency =
      part.request->consistent_read == true ? Consistency::kStrong : Consistency::kEventual;
  table::Units units;
  for (size_t first = 0; first < part.keys.size(); first += kKeysAtATime) {
    const size_t last = std::min(first + kKeysAtATime, part.keys.size());
    const std::vector<Bytes> keys(part.keys.begin() + static_cast<ptrdiff_t>(first),
                                  part.keys.begin() + static_cast<ptrdiff_t>(last));
    auto fetched = co_await context.items.get_many(*part.table, keys, consistency);
    CO_RETURN_IF_REFUSED(fetched);
    for (size_t i = 0; i < fetched->size(); ++i) {
      if (answer.is_full()) {
        leave_unprocessed(part, first + i, answer);
        co_return units;
      }
      std::optional<Bytes>& item = (*fetched)[i];
      const size_t bytes = item ? value::ItemView(*item).size_bytes() : 0;
      units += table::read_units(bytes, consistency);
      answer.bytes += bytes;
      if (item) items.push_back(project(part, *std::move(item)));
    }
  }
  co_return units;
}

}  // namespace

Task<Result<BatchGetItem::Response>> BatchGetItem::run(Context& context, Request&& request) {
  CO_RETURN_IF_REFUSED(check_count(request));
  CO_RETURN_IF_REFUSED(check_no_mix_of(request));
  std::vector<TablePart> parts;
  for (const auto& [name, keys] : *request.request_items) {
    auto part = read_part(name, keys);
    CO_RETURN_IF_REFUSED(part);
    parts.push_back(*std::move(part));
  }
  for (TablePart& part : parts) {
    auto table = co_await context.catalog.find_for_items(table_name_of(context, *part.name));
    CO_RETURN_IF_REFUSED(table);
    part.table = *std::move(table);
    CO_RETURN_IF_REFUSED(find_keys(part));
  }
  CO_RETURN_IF_REFUSED(check_no_key_twice(parts));

  Answer answer;
  std::vector<ConsumedCapacity> capacities;
  for (const TablePart& part : parts) {
    std::vector<ItemOutput> items;
    const auto units = co_await read_keys(context, part, answer, items);
    CO_RETURN_IF_REFUSED(units);
    answer.response.responses.emplace_back(*part.name, std::move(items));
    auto capacity = consumed_capacity(request.return_consumed_capacity, part.table->schema.name,
                                      Consumption(*units));
    if (capacity) capacities.push_back(*std::move(capacity));
  }
  if (!capacities.empty()) answer.response.consumed_capacity = std::move(capacities);
  co_return std::move(answer.response);
}

}  // namespace jedlik::service::dynamodb
