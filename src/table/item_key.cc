#include "table/item_key.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <optional>

#include "base/ensure.h"
#include "base/limits.h"
#include "value/key_encoding.h"

namespace jedlik::table {

namespace {

using value::MapView;
using value::Type;
using value::ValueView;

ApiError key_mismatch() {
  return validation("The provided key element does not match the schema");
}

void append_collection_prefix(Bytes& to, std::span<const ValueView> partition_key) {
  const size_t start = to.size();
  to.append(kHashBytes, '\0');
  for (const ValueView& value : partition_key)
    value::append_key_part(to, value);
  const BytesView parts = BytesView(to).substr(start + kHashBytes);
  Bytes hash;
  append_big_endian(hash, XXH3_64bits(parts.data(), parts.size()));
  to.replace(start, kHashBytes, hash);
}

// A key attribute of an item that is about to be put.
Result<ValueView> attribute_of_item(const KeyAttribute& attribute, KeyRole role,
                                    const MapView& item) {
  const auto found = item.find(attribute.name);
  if (!found) {
    return refuse(
        invalid_parameters(fmt::format("Missing the key {} in the item", attribute.name)));
  }
  if (found->type() != attribute.type) {
    const std::string_view actual =
        found->is_bool() ? std::string_view("BOOL") : value::type_name(found->type());
    return refuse(
        invalid_parameters(fmt::format("Type mismatch for key {} expected: {} actual: {}",
                                       attribute.name, value::type_name(attribute.type), actual)));
  }
  RETURN_IF_REFUSED(check_key_value(attribute, role, *found));
  return *found;
}

Result<ValueView> attribute_of_key(const KeyAttribute& attribute, KeyRole role,
                                   const MapView& key) {
  const auto found = key.find(attribute.name);
  if (!found || found->type() != attribute.type) return refuse(key_mismatch());
  RETURN_IF_REFUSED(check_key_value(attribute, role, *found));
  return *found;
}

using Values = boost::container::small_vector<ValueView, 8>;

// The values of the attributes, as `get(attribute, role)` finds them; none if one is not found.
template <class Get>
std::optional<Bytes> encode(const KeyLayout& layout, Get get) {
  Values values;
  const auto find_all = [&](const KeyLayout::Attributes& attributes, KeyRole role) {
    for (const KeyAttribute* attribute : attributes) {
      const std::optional<ValueView> value = get(*attribute, role);
      if (!value) return false;
      values.push_back(*value);
    }
    return true;
  };
  // The item's key has been checked as the table's; here it may be the longer of the two.
  const bool is_found = find_all(layout.partition, KeyRole::kPartition) &&
                        find_all(layout.sort, KeyRole::kSort) &&
                        find_all(layout.item, KeyRole::kPartition);
  if (!is_found) return std::nullopt;
  Bytes key;
  const std::span<const ValueView> all(values.data(), values.size());
  append_collection_prefix(key, all.first(layout.partition.size()));
  if (layout.local_number != 0) key.push_back(static_cast<char>(layout.local_number));
  for (const ValueView& value : all.subspan(layout.partition.size()))
    value::append_key_part(key, value);
  return key;
}

// The same with `get(attribute, role, from)`, which refuses what it does not find.
template <class GetAttribute>
Result<Bytes> encode_or_refuse(const KeyLayout& layout, const MapView& from, GetAttribute get) {
  std::optional<ApiError> why;
  const auto find = [&](const KeyAttribute& attribute, KeyRole role) -> std::optional<ValueView> {
    Result<ValueView> value = get(attribute, role, from);
    if (value) return *value;
    why = std::move(value).error();
    return std::nullopt;
  };
  std::optional<Bytes> key = encode(layout, find);
  if (!key) return refuse(*std::move(why));
  return *std::move(key);
}

size_t total_bytes(const KeyLayout::Attributes& attributes, const MapView& item) {
  size_t total = 0;
  for (const KeyAttribute* attribute : attributes) {
    const auto value = item.find(attribute->name);
    if (value) total += value->size_bytes();
  }
  return total;
}

// Takes parts off a key and writes the attributes, each once.
class AttributeTaker {
 public:
  AttributeTaker(BytesView key, Bytes& to)
      : key_(key.substr(kHashBytes)), writer_(to, value::ItemWriter::Form::kItem) {}

  void take(const KeyLayout::Attributes& attributes) {
    for (const KeyAttribute* attribute : attributes) {
      Bytes stored;
      const bool taken = value::take_key_part(key_, attribute->type, stored);
      ENSURE(taken, "a stored key can be decoded");
      const auto same = [attribute](const KeyAttribute* known) {
        return known->name == attribute->name;
      };
      if (std::any_of(taken_.begin(), taken_.end(), same)) continue;
      taken_.push_back(attribute);
      writer_.name(attribute->name);
      writer_.value(ValueView(stored));
    }
  }
  void skip_byte() { key_.remove_prefix(1); }
  void finish() { writer_.finish(); }

 private:
  BytesView key_;
  value::ItemWriter writer_;
  KeyLayout::Attributes taken_;
};

KeyLayout layout_of_index(const TableSchema& schema, const SecondaryIndex& index) {
  KeyLayout layout;
  for (const KeyAttribute& attribute : index.partition_key)
    layout.partition.push_back(&attribute);
  for (const KeyAttribute& attribute : index.sort_key)
    layout.sort.push_back(&attribute);
  if (schema.sort_key) layout.item.push_back(&*schema.sort_key);
  return layout;
}

}  // namespace

size_t most_key_bytes(KeyRole role) {
  return role == KeyRole::kPartition ? limits::kPartitionKeyBytes : limits::kSortKeyBytes;
}

KeyFault key_fault(const KeyAttribute& attribute, KeyRole role, const ValueView& value) {
  if (value.type() != attribute.type) return KeyFault::kType;
  if (value.type() == Type::kNumber) return KeyFault::kNone;
  if (value.bytes().empty()) return KeyFault::kEmpty;
  return value.bytes().size() > most_key_bytes(role) ? KeyFault::kTooLong : KeyFault::kNone;
}

Status check_key_value(const KeyAttribute& attribute, KeyRole role, const ValueView& value) {
  const KeyFault fault = key_fault(attribute, role, value);
  if (fault == KeyFault::kNone) return {};
  ENSURE(fault != KeyFault::kType, "the caller has looked at the type");
  if (fault == KeyFault::kEmpty) {
    return refuse(validation(fmt::format(
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
        "contain an empty {} value. Key: {}",
        value.type() == Type::kString ? "string" : "binary", attribute.name)));
  }
  const std::string_view what =
      role == KeyRole::kPartition
          ? "Size of hashkey has exceeded the maximum size limit of"
          : "Aggregated size of all range keys has exceeded the size limit of ";
  return refuse(invalid_parameters(fmt::format("{}{} bytes", what, most_key_bytes(role))));
}

Result<Bytes> key_of_item(const TableSchema& schema, const MapView& item) {
  return encode_or_refuse(layout_of(schema), item, attribute_of_item);
}

Result<Bytes> key_of_item_in_batch(const TableSchema& schema, const MapView& item) {
  return encode_or_refuse(layout_of(schema), item, attribute_of_key);
}

Result<Bytes> key_of_key(const TableSchema& schema, const MapView& key) {
  const size_t wanted = schema.sort_key ? 2 : 1;
  if (key.size() != wanted) return refuse(key_mismatch());
  return encode_or_refuse(layout_of(schema), key, attribute_of_key);
}

KeyLayout layout_of(const TableSchema& schema) {
  KeyLayout layout;
  layout.partition.push_back(&schema.partition_key);
  if (schema.sort_key) layout.sort.push_back(&*schema.sort_key);
  return layout;
}

KeyLayout layout_of(const TableSchema& schema, const LocalIndex& index) {
  KeyLayout layout = layout_of_index(schema, index);
  layout.local_number = static_cast<uint8_t>(&index - schema.local_indexes.data() + 1);
  return layout;
}

KeyLayout layout_of(const TableSchema& schema, const GlobalIndex& index) {
  KeyLayout layout = layout_of_index(schema, index);
  layout.item.insert(layout.item.begin(), &schema.partition_key);
  return layout;
}

bool is_key_attribute(const KeyLayout& layout, std::string_view name) {
  const auto has = [name](const KeyLayout::Attributes& attributes) {
    return std::any_of(attributes.begin(), attributes.end(),
                       [name](const KeyAttribute* attribute) { return attribute->name == name; });
  };
  return has(layout.partition) || has(layout.sort) || has(layout.item);
}

std::optional<Bytes> row_key(const KeyLayout& layout, const MapView& item) {
  const auto get = [&](const KeyAttribute& attribute, KeyRole role) -> std::optional<ValueView> {
    const auto found = item.find(attribute.name);
    const bool fits = found && key_fault(attribute, role, *found) == KeyFault::kNone;
    return fits ? found : std::nullopt;
  };
  if (layout.partition.size() > 1 &&
      total_bytes(layout.partition, item) > limits::kPartitionKeyBytes) {
    return std::nullopt;
  }
  if (layout.sort.size() > 1 && total_bytes(layout.sort, item) > limits::kSortKeyBytes) {
    return std::nullopt;
  }
  return encode(layout, get);
}

Result<Bytes> key_of_start(const KeyLayout& layout, const MapView& start) {
  for (const auto& entry : start) {
    if (!is_key_attribute(layout, entry.name)) return refuse(key_mismatch());
  }
  return encode_or_refuse(layout, start, attribute_of_key);
}

Result<Bytes> collection_prefix(const KeyLayout& layout, std::span<const ValueView> partition_key) {
  ENSURE(partition_key.size() == layout.partition.size(), "there is a value for each attribute");
  for (size_t i = 0; i < partition_key.size(); ++i) {
    RETURN_IF_REFUSED(check_key_value(*layout.partition[i], KeyRole::kPartition, partition_key[i]));
  }
  Bytes prefix;
  append_collection_prefix(prefix, partition_key);
  if (layout.local_number != 0) prefix.push_back(static_cast<char>(layout.local_number));
  return prefix;
}

BytesView collection_prefix(const TableSchema& schema, BytesView key) {
  BytesView rest = key.substr(kHashBytes);
  const bool skipped = value::skip_key_part(rest, schema.partition_key.type);
  ENSURE(skipped, "a stored key can be decoded");
  return key.substr(0, key.size() - rest.size());
}

Bytes attributes_of_key(const KeyLayout& layout, BytesView key) {
  Bytes stored;
  AttributeTaker taker(key, stored);
  taker.take(layout.partition);
  if (layout.local_number != 0) taker.skip_byte();
  taker.take(layout.sort);
  taker.take(layout.item);
  taker.finish();
  return stored;
}

Bytes local_prefix(const TableSchema& schema, BytesView row_key, uint8_t local_number) {
  Bytes prefix(collection_prefix(schema, row_key));
  prefix.push_back(static_cast<char>(local_number));
  return prefix;
}

Bytes greatest_row_key(const KeyLayout& layout, BytesView local_prefix) {
  Bytes key(local_prefix);
  for (const KeyLayout::Attributes* attributes : {&layout.sort, &layout.item})
    for (const KeyAttribute* attribute : *attributes)
      value::append_greatest_key_part(key, attribute->type, most_key_bytes(KeyRole::kSort));
  return key;
}

uint8_t local_number_of(const TableSchema& schema, BytesView row_key) {
  const size_t at = collection_prefix(schema, row_key).size();
  ENSURE(at < row_key.size(), "a row of a local index has a number");
  return static_cast<uint8_t>(row_key[at]);
}

}  // namespace jedlik::table
