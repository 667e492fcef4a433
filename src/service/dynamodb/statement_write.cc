#include <utility>

#include "partiql/key_tests.h"
#include "partiql/parser.h"
#include "service/dynamodb/item_changes.h"
#include "service/dynamodb/item_size.h"
#include "service/dynamodb/statement.h"
#include "service/dynamodb/transaction.h"
#include "table/index_key_check.h"
#include "table/item_key.h"

namespace jedlik::service::dynamodb {

namespace {

using expression::Condition;
using WithoutItem = WriteCondition::WithoutItem;

// A put that refuses to replace an item.
class InsertChange final : public table::ItemChange {
 public:
  explicit InsertChange(const Bytes& item) : item_(item) {}

  Result<std::optional<Bytes>> apply(std::optional<value::ItemView> old) const override {
    if (old) return refuse(duplicate_item());
    return std::optional<Bytes>(item_);
  }

 private:
  const Bytes& item_;
};

ApiError no_full_key() {
  return validation("Where clause does not contain a mandatory equality on all key attributes");
}

// The item's key as WHERE has it, as a stored item.
Result<Bytes> key_attributes(const table::TableSchema& schema,
                             const std::optional<Condition>& where) {
  Bytes stored;
  value::ItemWriter writer(stored, value::ItemWriter::Form::kItem);
  const auto add = [&](const table::KeyAttribute& attribute) {
    if (!where) return false;
    const auto value = partiql::equal_value(*where, attribute.name);
    if (!value) return false;
    writer.name(attribute.name);
    writer.value(*value);
    return true;
  };
  if (!add(schema.partition_key) || (schema.sort_key && !add(*schema.sort_key))) {
    return refuse(no_full_key());
  }
  writer.finish();
  return stored;
}

Result<Bytes> key_of(const table::TableSchema& schema, const std::optional<Condition>& where) {
  const auto attributes = key_attributes(schema, where);
  RETURN_IF_REFUSED(attributes);
  return table::key_of_key(schema, value::ItemView(*attributes).attributes());
}

Result<WriteOfStatement> plan_insert(const partiql::Insert& insert,
                                     const table::TableSchema& schema) {
  const value::ItemView item(insert.item);
  RETURN_IF_REFUSED(check_item_size(item.size_bytes()));
  auto key = table::key_of_item(schema, item.attributes());
  RETURN_IF_REFUSED(key);
  RETURN_IF_REFUSED(table::check_index_keys(schema, item.attributes()));
  auto change = std::make_unique<InsertChange>(insert.item);
  return WriteOfStatement{*std::move(key), nullptr, std::move(change)};
}

// Nothing is updated where there is no item.
Result<WriteOfStatement> plan_update(const partiql::Update& update,
                                     const table::TableSchema& schema,
                                     WriteCondition::OnFailure on_failure) {
  auto key = key_of(schema, update.where);
  RETURN_IF_REFUSED(key);
  RETURN_IF_REFUSED(check_update(schema, update.changes));
  auto condition =
      std::make_unique<const WriteCondition>(update.where, WithoutItem::kFailed, on_failure);
  auto change = std::make_unique<UpdateChange>(schema, BytesView(), &update.changes, *condition);
  return WriteOfStatement{*std::move(key), std::move(condition), std::move(change)};
}

// It is no failure that there is nothing to delete.
Result<WriteOfStatement> plan_delete(const partiql::Delete& deletion,
                                     const table::TableSchema& schema,
                                     WriteCondition::OnFailure on_failure) {
  auto key = key_of(schema, deletion.where);
  RETURN_IF_REFUSED(key);
  auto condition =
      std::make_unique<const WriteCondition>(deletion.where, WithoutItem::kMet, on_failure);
  auto change = std::make_unique<DeleteChange>(*condition);
  return WriteOfStatement{*std::move(key), std::move(condition), std::move(change)};
}

}  // namespace

Result<partiql::Statement> read_statement(std::string_view text,
                                          const Field<std::vector<ValueInput>>& parameters) {
  std::vector<value::ValueView> values;
  if (parameters) {
    for (const ValueInput& parameter : *parameters) {
      if (parameter.refusal) return refuse(*parameter.refusal);
      values.emplace_back(parameter.stored);
    }
  }
  return partiql::parse_statement(text, values);
}

std::string_view table_of(const partiql::Statement& statement) {
  if (const auto* exists = statement.as<partiql::Exists>()) return exists->select.table;
  if (const auto* insert = statement.as<partiql::Insert>()) return insert->table;
  if (const auto* update = statement.as<partiql::Update>()) return update->table;
  if (const auto* deletion = statement.as<partiql::Delete>()) return deletion->table;
  return statement.as<partiql::Select>()->table;
}

Result<WriteOfStatement> plan_write(const partiql::Statement& statement, const table::Table& table,
                                    WriteCondition::OnFailure on_failure) {
  if (const auto* insert = statement.as<partiql::Insert>())
    return plan_insert(*insert, table.schema);
  if (const auto* update = statement.as<partiql::Update>())
    return plan_update(*update, table.schema, on_failure);
  if (const auto* deletion = statement.as<partiql::Delete>())
    return plan_delete(*deletion, table.schema, on_failure);
  return refuse(validation("EXISTS can only be used in transactions"));
}

Result<WriteOfStatement> plan_check(const partiql::Exists& exists, const table::Table& table,
                                    WriteCondition::OnFailure on_failure) {
  if (exists.select.index) return refuse(no_full_key());
  auto key = key_of(table.schema, exists.select.where);
  RETURN_IF_REFUSED(key);
  auto condition =
      std::make_unique<const WriteCondition>(exists.select.where, WithoutItem::kFailed, on_failure);
  auto change = std::make_unique<CheckChange>(*condition);
  return WriteOfStatement{*std::move(key), std::move(condition), std::move(change)};
}

Field<ItemOutput> returned_by(const partiql::Statement& statement, const table::Written& written) {
  partiql::Returning returning = partiql::Returning::kNothing;
  const auto* update = statement.as<partiql::Update>();
  if (update != nullptr) returning = update->returning;
  if (const auto* deletion = statement.as<partiql::Delete>()) returning = deletion->returning;
  switch (returning) {
    case partiql::Returning::kNothing:
      return std::nullopt;
    case partiql::Returning::kAllOld:
      if (!written.old_item) return std::nullopt;
      return ItemOutput{*written.old_item};
    case partiql::Returning::kAllNew:
      return ItemOutput{*written.new_item};
    case partiql::Returning::kModifiedOld:
      return changed_part(update->changes, written.old_item);
    case partiql::Returning::kModifiedNew:
      return changed_part(update->changes, written.new_item);
  }
  return std::nullopt;
}

}  // namespace jedlik::service::dynamodb
