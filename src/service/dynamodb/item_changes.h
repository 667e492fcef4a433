#pragma once

#include <optional>

#include "expression/update.h"
#include "service/dynamodb/item_write.h"
#include "table/write_plan.h"

// What PutItem, DeleteItem and UpdateItem, and statements that say the same, make of an item. What
// a change is made with outlives it.
namespace jedlik::service::dynamodb {

// The item replaces what is there.
class PutChange final : public table::ItemChange {
 public:
  PutChange(const Bytes& item, const WriteCondition& condition)
      : item_(item), condition_(condition) {}

  Result<std::optional<Bytes>> apply(std::optional<value::ItemView> old) const override;

 private:
  const Bytes& item_;
  const WriteCondition& condition_;
};

class DeleteChange final : public table::ItemChange {
 public:
  explicit DeleteChange(const WriteCondition& condition) : condition_(condition) {}

  Result<std::optional<Bytes>> apply(std::optional<value::ItemView> old) const override;

 private:
  const WriteCondition& condition_;
};

// The item as it is, or the key alone where there is none, changed by the update. The item comes to
// be if it was not there, without an update too, but not by one that only removes.
class UpdateChange final : public table::ItemChange {
 public:
  // `update` may be null.
  UpdateChange(const table::TableSchema& schema, BytesView key, const expression::Update* update,
               const WriteCondition& condition)
      : schema_(schema), key_(key), update_(update), condition_(condition) {}

  Result<std::optional<Bytes>> apply(std::optional<value::ItemView> old) const override;

 private:
  Status check_index_keys_of(const value::ItemView& item,
                             const std::optional<value::ItemView>& old) const;

  const table::TableSchema& schema_;
  const BytesView key_;  // a stored item
  const expression::Update* const update_;
  const WriteCondition& condition_;
};

// What can be told of an update before the item is read: that it changes no key attribute, and
// nothing into what the key of an index cannot be.
Status check_update(const table::TableSchema& schema, const expression::Update& update);

// Only what the update names, of the item before or after. Nothing if there is nothing of it.
Field<ItemOutput> changed_part(const expression::Update& update, const std::optional<Bytes>& item);

}  // namespace jedlik::service::dynamodb
