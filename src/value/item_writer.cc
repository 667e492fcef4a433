#include "value/item_writer.h"

#include <algorithm>
#include <limits>

#include "value/stored_item.h"
#include "value/stored_parts.h"

namespace jedlik::value {

ItemWriter::ItemWriter(Bytes& to, Form form) : to_(to) {
  if (form == Form::kItem) to_.push_back(static_cast<char>(kItemFormatVersion));
}

// Counts a value of `bytes` bytes and writes its tag, which members of a set have not.
void ItemWriter::begin_value(Type type, size_t bytes) {
  size_bytes_ += bytes;
  if (!frames_.empty() && is_set(frames_.back().type)) return;
  if (!frames_.empty()) ++size_bytes_;
  deepest_level_ = std::max(deepest_level_, open_levels() + 1);
  to_.push_back(static_cast<char>(type));
}

void ItemWriter::name(std::string_view name) {
  size_bytes_ += name.size();
  append_sized(to_, name);
}

void ItemWriter::null() {
  begin_value(Type::kNull, 1);
}

void ItemWriter::boolean(bool value) {
  begin_value(value ? Type::kTrue : Type::kFalse, 1);
}

void ItemWriter::string(std::string_view value) {
  begin_value(Type::kString, value.size());
  append_sized(to_, value);
}

void ItemWriter::binary(BytesView value) {
  begin_value(Type::kBinary, value.size());
  append_sized(to_, value);
}

void ItemWriter::number(const Number& value) {
  begin_value(Type::kNumber, value.size_bytes());
  const size_t length_at = to_.size();
  to_.push_back('\0');
  value.append_ordered(to_);
  to_[length_at] = static_cast<char>(to_.size() - length_at - 1);
}

void ItemWriter::open(Type type) {
  begin_value(type, type == Type::kList || type == Type::kMap ? 3 : 0);
  frames_.push_back({to_.size(), type});
  to_.append(kContainerLengthBytes, '\0');
}

void ItemWriter::open_list() {
  open(Type::kList);
}

void ItemWriter::open_map() {
  open(Type::kMap);
}

void ItemWriter::open_set(Type set_type) {
  ENSURE(is_set(set_type), "a set is of a type of set");
  open(set_type);
}

void ItemWriter::close() {
  ENSURE(!frames_.empty(), "what is closed was opened");
  const size_t start = frames_.back().length_at + kContainerLengthBytes;
  const size_t length = to_.size() - start;
  ENSURE(length <= std::numeric_limits<uint32_t>::max(), "a container is shorter than 4 GiB");
  write_container_length(to_.data() + frames_.back().length_at, static_cast<uint32_t>(length));
  frames_.pop_back();
}

void ItemWriter::value(const ValueView& value) {
  const bool in_set = !frames_.empty() && is_set(frames_.back().type);
  const Extent extent = extent_of(value);
  size_bytes_ += extent.size_bytes;
  if (in_set) {
    append_sized(to_, value.bytes());
    return;
  }
  if (!frames_.empty()) ++size_bytes_;
  deepest_level_ = std::max(deepest_level_, open_levels() + extent.levels);
  value.append_to(to_);
}

namespace {

template <class Members, class Write>
void write_set(ItemWriter& writer, Type type, const Members& members, Write write) {
  writer.open_set(type);
  for (const auto& member : members)
    write(member);
  writer.close();
}

}  // namespace

void ItemWriter::value(const Value& value) {
  switch (value.type()) {
    case Type::kNull:
      return null();
    case Type::kBinary:
      return binary(value.as<Binary>()->bytes);
    case Type::kFalse:
    case Type::kTrue:
      return boolean(*value.as<bool>());
    case Type::kString:
      return string(*value.as<std::string>());
    case Type::kNumber:
      return number(*value.as<Number>());
    case Type::kList:
      open_list();
      for (const Value& element : *value.as<List>())
        this->value(element);
      return close();
    case Type::kMap:
      open_map();
      for (const Map::Entry& entry : value.as<Map>()->entries()) {
        name(entry.first);
        this->value(entry.second);
      }
      return close();
    case Type::kStringSet:
      return write_set(*this, Type::kStringSet, value.as<StringSet>()->members,
                       [this](const std::string& member) { string(member); });
    case Type::kNumberSet:
      return write_set(*this, Type::kNumberSet, value.as<NumberSet>()->members,
                       [this](const Number& member) { number(member); });
    case Type::kBinarySet:
      return write_set(*this, Type::kBinarySet, value.as<BinarySet>()->members,
                       [this](const Bytes& member) { binary(member); });
  }
}

size_t ItemWriter::finish() {
  ENSURE(frames_.empty(), "what was opened is closed");
  return size_bytes_;
}

Bytes store_item(const Item& item) {
  Bytes stored;
  ItemWriter writer(stored, ItemWriter::Form::kItem);
  for (const Map::Entry& entry : item.entries()) {
    writer.name(entry.first);
    writer.value(entry.second);
  }
  writer.finish();
  return stored;
}

Bytes store_value(const Value& value) {
  Bytes stored;
  ItemWriter writer(stored, ItemWriter::Form::kValue);
  writer.value(value);
  writer.finish();
  return stored;
}

}  // namespace jedlik::value
