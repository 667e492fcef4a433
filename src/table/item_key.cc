#include "table/item_key.h"

#include <fmt/format.h>
#include <xxhash.h>

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

void append_collection_prefix(Bytes& to, const ValueView& partition_key) {
  const size_t start = to.size();
  to.append(kHashBytes, '\0');
  value::append_key_part(to, partition_key);
  const BytesView part = BytesView(to).substr(start + kHashBytes);
  Bytes hash;
  append_big_endian(hash, XXH3_64bits(part.data(), part.size()));
  to.replace(start, kHashBytes, hash);
}

// A key attribute of an item that is about to be put.
Result<ValueView> attribute_of_item(const KeyAttribute& attribute, KeyRole role,
                                    const MapView& item) {
  const auto found = item.find(attribute.name);
  if (!found) {
    return refuse(validation(
        fmt::format("One or more parameter values were invalid: Missing the key {} in the item",
                    attribute.name)));
  }
  if (found->type() != attribute.type) {
    const std::string_view actual =
        found->is_bool() ? std::string_view("BOOL") : value::type_name(found->type());
    return refuse(
        validation(fmt::format("One or more parameter values were invalid: Type mismatch "
                               "for key {} expected: {} actual: {}",
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

template <class GetAttribute>
Result<Bytes> encode_key(const TableSchema& schema, const MapView& from, GetAttribute get) {
  const Result<ValueView> partition_key = get(schema.partition_key, KeyRole::kPartition, from);
  RETURN_IF_REFUSED(partition_key);
  Bytes key;
  if (!schema.sort_key) {
    append_collection_prefix(key, *partition_key);
    return key;
  }
  const Result<ValueView> sort_key = get(*schema.sort_key, KeyRole::kSort, from);
  RETURN_IF_REFUSED(sort_key);
  append_collection_prefix(key, *partition_key);
  value::append_key_part(key, *sort_key);
  return key;
}

void add_attribute(value::ItemWriter& writer, const KeyAttribute& attribute, BytesView& key) {
  Bytes stored;
  const bool taken = value::take_key_part(key, attribute.type, stored);
  ENSURE(taken, "a stored key can be decoded");
  writer.name(attribute.name);
  writer.value(ValueView(stored));
}

}  // namespace

Status check_key_value(const KeyAttribute& attribute, KeyRole role, const ValueView& value) {
  if (value.type() == Type::kNumber) return {};
  const size_t size = value.bytes().size();
  if (size == 0) {
    return refuse(validation(fmt::format(
        "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
        "contain an empty {} value. Key: {}",
        value.type() == Type::kString ? "string" : "binary", attribute.name)));
  }
  if (role == KeyRole::kPartition && size > limits::kPartitionKeyBytes) {
    return refuse(
        validation(fmt::format("One or more parameter values were invalid: Size of "
                               "hashkey has exceeded the maximum size limit of{} bytes",
                               limits::kPartitionKeyBytes)));
  }
  if (role == KeyRole::kSort && size > limits::kSortKeyBytes) {
    return refuse(
        validation(fmt::format("One or more parameter values were invalid: Aggregated "
                               "size of all range keys has exceeded the size limit of "
                               "{} bytes",
                               limits::kSortKeyBytes)));
  }
  return {};
}

Result<Bytes> key_of_item(const TableSchema& schema, const MapView& item) {
  return encode_key(schema, item, attribute_of_item);
}

Result<Bytes> key_of_key(const TableSchema& schema, const MapView& key) {
  const size_t wanted = schema.sort_key ? 2 : 1;
  if (key.size() != wanted) return refuse(key_mismatch());
  return encode_key(schema, key, attribute_of_key);
}

Result<Bytes> collection_prefix(const TableSchema& schema, const ValueView& partition_key) {
  RETURN_IF_REFUSED(check_key_value(schema.partition_key, KeyRole::kPartition, partition_key));
  Bytes prefix;
  append_collection_prefix(prefix, partition_key);
  return prefix;
}

Bytes attributes_of_key(const TableSchema& schema, BytesView key) {
  Bytes stored;
  value::ItemWriter writer(stored, value::ItemWriter::Form::kItem);
  key.remove_prefix(kHashBytes);
  add_attribute(writer, schema.partition_key, key);
  if (schema.sort_key) add_attribute(writer, *schema.sort_key, key);
  writer.finish();
  return stored;
}

}  // namespace jedlik::table
