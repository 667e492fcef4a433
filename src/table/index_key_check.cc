#include "table/index_key_check.h"

#include <fmt/format.h>

#include <functional>
#include <optional>

#include "table/item_key.h"

namespace jedlik::table {

namespace {

using value::MapView;
using value::Type;
using value::ValueView;

std::string_view kind_of(const KeyAttribute& attribute) {
  return attribute.type == Type::kString ? "string" : "binary";
}

// A key attribute of an index with a value that it cannot have.
struct Finding {
  const SecondaryIndex* index = nullptr;
  const KeyAttribute* attribute = nullptr;
  KeyRole role = KeyRole::kPartition;
  KeyFault fault = KeyFault::kNone;
};

// Calls `found(finding, value)` for each that is wrong in the item.
template <class Found>
void look_at(const SecondaryIndex& index, const MapView& item, Found found) {
  const auto look = [&](const std::vector<KeyAttribute>& attributes, KeyRole role) {
    for (const KeyAttribute& attribute : attributes) {
      const auto value = item.find(attribute.name);
      if (!value) continue;
      const KeyFault fault = key_fault(attribute, role, *value);
      if (fault != KeyFault::kNone) found(Finding{&index, &attribute, role, fault}, *value);
    }
  };
  look(index.partition_key, KeyRole::kPartition);
  look(index.sort_key, KeyRole::kSort);
}

// The first finding in the index whose name comes first, among those that count.
template <class Counts>
std::optional<std::pair<Finding, ValueView>> find_fault(const TableSchema& schema,
                                                        const MapView& item, Counts counts) {
  std::optional<std::pair<Finding, ValueView>> first;
  const auto found = [&](const Finding& finding, const ValueView& value) {
    if (first && first->first.index->name <= finding.index->name) return;
    if (counts(finding, value)) first.emplace(finding, value);
  };
  for (const LocalIndex& index : schema.local_indexes)
    look_at(index, item, found);
  for (const GlobalIndex& index : schema.global_indexes)
    if (index.gets_rows()) look_at(index, item, found);
  return first;
}

ApiError type_mismatch(const SecondaryIndex& index, const KeyAttribute& attribute,
                       const ValueView& value) {
  const std::string_view actual =
      value.is_bool() ? std::string_view("BOOL") : value::type_name(value.type());
  return invalid_parameters(
      fmt::format("Type mismatch for Index Key {} Expected: {} Actual: {} IndexName: {}",
                  attribute.name, value::type_name(attribute.type), actual, index.name));
}

ApiError empty_key(const SecondaryIndex& index, const KeyAttribute& attribute) {
  return validation(fmt::format(
      "One or more parameter values are not valid. A value specified for a secondary index key is "
      "not supported. The AttributeValue for a key attribute cannot contain an empty {} value. "
      "IndexName: {}, IndexKey: {}",
      kind_of(attribute), index.name, attribute.name));
}

ApiError too_long(const Finding& finding, const ValueView& value) {
  return invalid_parameters(fmt::format(
      "Size limit exceeded for Index Key {} Actual Size: {} bytes Max Size: {} bytes IndexName: {}",
      finding.attribute->name, value.bytes().size(), most_key_bytes(finding.role),
      finding.index->name));
}

ApiError error_of(const Finding& finding, const ValueView& value) {
  if (finding.fault == KeyFault::kType)
    return type_mismatch(*finding.index, *finding.attribute, value);
  if (finding.fault == KeyFault::kEmpty) return empty_key(*finding.index, *finding.attribute);
  return too_long(finding, value);
}

}  // namespace

Status check_index_keys(const TableSchema& schema, const MapView& item) {
  if (!schema.has_indexes()) return {};
  const auto fault = find_fault(schema, item, [](const auto&...) { return true; });
  if (!fault) return {};
  return refuse(error_of(fault->first, fault->second));
}

Status check_updated_index_keys(const TableSchema& schema,
                                const std::optional<value::ItemView>& old, const MapView& item) {
  if (!schema.has_indexes()) return {};
  const auto is_changed = [&old](const Finding& finding, const ValueView& value) {
    const auto before = old ? old->find(finding.attribute->name) : std::nullopt;
    return !before || !value::equal(*before, value);
  };
  const auto fault = find_fault(schema, item, is_changed);
  if (!fault) return {};
  const Finding& finding = fault->first;
  if (finding.fault == KeyFault::kType) {
    return refuse(validation(
        "The update expression attempted to update the secondary index key to unsupported type"));
  }
  if (finding.fault == KeyFault::kEmpty) {
    return refuse(validation(fmt::format(
        "One or more parameter values are not valid. The update expression attempted to update a "
        "secondary index key to a value that is not supported. The AttributeValue for a key "
        "attribute cannot contain an empty {} value.",
        kind_of(*finding.attribute))));
  }
  return refuse(too_long(finding, fault->second));
}

Status check_index_key_type(const TableSchema& schema, std::string_view attribute,
                            const ValueView& value) {
  const SecondaryIndex* first = nullptr;
  const KeyAttribute* wrong = nullptr;
  const auto look = [&](const SecondaryIndex& index) {
    if (first != nullptr && first->name <= index.name) return;
    for (const auto* part : {&index.partition_key, &index.sort_key}) {
      for (const KeyAttribute& key : *part) {
        if (key.name != attribute || key.type == value.type()) continue;
        first = &index;
        wrong = &key;
      }
    }
  };
  for (const LocalIndex& index : schema.local_indexes)
    look(index);
  for (const GlobalIndex& index : schema.global_indexes)
    if (index.gets_rows()) look(index);
  if (first == nullptr) return {};
  return refuse(type_mismatch(*first, *wrong, value));
}

}  // namespace jedlik::table
