#include "service/dynamodb/item_changes.h"

#include <algorithm>
#include <boost/container/static_vector.hpp>
#include <string_view>
#include <vector>

#include "service/dynamodb/item_size.h"
#include "table/index_key_check.h"

namespace jedlik::service::dynamodb {

namespace {

Status check_no_key_is_updated(const table::TableSchema& schema, const expression::Update& update) {
  boost::container::static_vector<std::string_view, 2> names{schema.partition_key.name};
  if (schema.sort_key) names.push_back(schema.sort_key->name);
  return update.check_names_no_key(names);
}

// What can be told of the keys of indexes before the item is read.
Status check_index_keys(const table::TableSchema& schema, const expression::Update& update) {
  if (!schema.has_indexes()) return {};
  std::vector<std::string_view> names;
  const auto add = [&names](const table::SecondaryIndex& index) {
    for (const table::KeyAttribute& attribute : index.partition_key)
      names.push_back(attribute.name);
    for (const table::KeyAttribute& attribute : index.sort_key)
      names.push_back(attribute.name);
  };
  std::for_each(schema.local_indexes.begin(), schema.local_indexes.end(), add);
  std::for_each(schema.global_indexes.begin(), schema.global_indexes.end(), add);
  RETURN_IF_REFUSED(update.changed_paths().check_keys_are_whole(names, "IndexKey"));
  for (const auto& given : update.given_values()) {
    if (given.is_default) continue;
    RETURN_IF_REFUSED(table::check_index_key_type(schema, given.attribute, given.value));
  }
  return {};
}

}  // namespace

Result<std::optional<Bytes>> PutChange::apply(std::optional<value::ItemView> old) const {
  RETURN_IF_REFUSED(condition_.check(old));
  return std::optional<Bytes>(item_);
}

Result<std::optional<Bytes>> DeleteChange::apply(std::optional<value::ItemView> old) const {
  RETURN_IF_REFUSED(condition_.check(old));
  return std::optional<Bytes>();
}

Result<std::optional<Bytes>> UpdateChange::apply(std::optional<value::ItemView> old) const {
  RETURN_IF_REFUSED(condition_.check(old));
  const value::ItemView start = old.value_or(value::ItemView(key_));
  if (update_ == nullptr) return std::optional<Bytes>(Bytes(start.bytes()));
  auto updated = update_->apply(start);
  RETURN_IF_REFUSED(updated);
  if (!old && update_->only_removes()) return std::optional<Bytes>();
  RETURN_IF_REFUSED(check_updated_item_size(updated->size_bytes));
  const value::ItemView item(updated->stored);
  RETURN_IF_REFUSED(check_index_keys_of(item, old));
  return std::optional<Bytes>(std::move(updated->stored));
}

Status UpdateChange::check_index_keys_of(const value::ItemView& item,
                                         const std::optional<value::ItemView>& old) const {
  if (!schema_.has_indexes()) return {};
  for (const auto& given : update_->given_values()) {
    const auto now = item.find(given.attribute);
    const bool is_used = given.is_default && now && value::equal(*now, given.value) &&
                         !(old && old->find(given.attribute));
    if (!is_used) continue;
    RETURN_IF_REFUSED(table::check_index_key_type(schema_, given.attribute, given.value));
  }
  return table::check_updated_index_keys(schema_, old, item.attributes());
}

Status check_update(const table::TableSchema& schema, const expression::Update& update) {
  RETURN_IF_REFUSED(check_no_key_is_updated(schema, update));
  return check_index_keys(schema, update);
}

Field<ItemOutput> changed_part(const expression::Update& update, const std::optional<Bytes>& item) {
  if (!item) return std::nullopt;
  ItemOutput part;
  update.changed_paths().apply(value::ItemView(*item), part.stored);
  if (value::ItemView(part.stored).attributes().empty()) return std::nullopt;
  return part;
}

}  // namespace jedlik::service::dynamodb
