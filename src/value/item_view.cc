#include "value/item_view.h"

#include <algorithm>

#include "value/stored_item.h"
#include "value/stored_parts.h"

namespace jedlik::value {

ValueView::ValueView(BytesView stored) : ValueView(take_stored_value(stored)) {
  ENSURE(stored.empty(), "one stored value, and no more");
}

Number ValueView::number() const {
  Number number;
  BytesView ordered = payload_;
  ENSURE(type_ == Type::kNumber && Number::take_ordered(ordered, number) && ordered.empty(),
         "a stored number is an ordered form");
  return number;
}

ListView ValueView::list() const {
  ENSURE(type_ == Type::kList, "the value is a list");
  return ListView(payload_);
}

MapView ValueView::map() const {
  ENSURE(type_ == Type::kMap, "the value is a map");
  return MapView(payload_);
}

SetView ValueView::set() const {
  ENSURE(is_set(type_), "the value is a set");
  return {member_type(type_), payload_};
}

void ValueView::append_to(Bytes& to) const {
  to.push_back(static_cast<char>(type_));
  switch (type_) {
    case Type::kNull:
    case Type::kFalse:
    case Type::kTrue:
      return;
    case Type::kString:
    case Type::kBinary:
    case Type::kNumber:
      return append_sized(to, payload_);
    default: {
      char length[kContainerLengthBytes];
      write_container_length(length, static_cast<uint32_t>(payload_.size()));
      to.append(length, sizeof length);
      to.append(payload_);
    }
  }
}

namespace {

Map map_of(const MapView& view) {
  Map map;
  for (const MapView::Entry& entry : view)
    map.append(std::string(entry.name), entry.value.to_value());
  return map;
}

List list_of(const ListView& view) {
  List list;
  for (const ValueView& element : view)
    list.push_back(element.to_value());
  return list;
}

template <class Set>
Set set_of_bytes(const SetView& view) {
  Set set;
  for (const ValueView& member : view)
    set.members.emplace_back(member.bytes());
  return set;
}

NumberSet number_set_of(const SetView& view) {
  NumberSet set;
  for (const ValueView& member : view)
    set.members.push_back(member.number());
  return set;
}

}  // namespace

Value ValueView::to_value() const {
  switch (type_) {
    case Type::kNull:
      return Value(Null{});
    case Type::kBinary:
      return Value(Binary{Bytes(payload_)});
    case Type::kFalse:
    case Type::kTrue:
      return Value(type_ == Type::kTrue);
    case Type::kString:
      return Value(std::string(payload_));
    case Type::kNumber:
      return Value(number());
    case Type::kList:
      return Value(list_of(list()));
    case Type::kMap:
      return Value(map_of(map()));
    case Type::kStringSet:
      return Value(set_of_bytes<StringSet>(set()));
    case Type::kNumberSet:
      return Value(number_set_of(set()));
    case Type::kBinarySet:
      return Value(set_of_bytes<BinarySet>(set()));
  }
  ENSURE(false, "a stored value has a type");
  return Value();
}

namespace {

Extent extent_of_list(BytesView rest) {
  Extent extent{3, 1};
  while (!rest.empty()) {
    const Extent inside = extent_of(take_stored_value(rest));
    extent.size_bytes += inside.size_bytes + 1;
    extent.levels = std::max(extent.levels, inside.levels + 1);
  }
  return extent;
}

// The names and values, `entry_bytes` more for each, and the levels of the values.
Extent extent_of_attributes(BytesView rest, size_t entry_bytes) {
  Extent extent{0, 0};
  while (!rest.empty()) {
    extent.size_bytes += entry_bytes + take_sized(rest).size();
    const Extent inside = extent_of(take_stored_value(rest));
    extent.size_bytes += inside.size_bytes;
    extent.levels = std::max(extent.levels, inside.levels);
  }
  return extent;
}

size_t size_of_set(const SetView& set) {
  size_t size = 0;
  for (const ValueView& member : set)
    size += extent_of(member).size_bytes;
  return size;
}

}  // namespace

Extent extent_of(const ValueView& value) {
  switch (value.type()) {
    case Type::kNull:
    case Type::kFalse:
    case Type::kTrue:
      return {1, 1};
    case Type::kString:
    case Type::kBinary:
      return {value.bytes().size(), 1};
    case Type::kNumber:
      return {ordered_number_size_bytes(value.bytes()), 1};
    case Type::kList:
      return extent_of_list(value.bytes());
    case Type::kMap: {
      const Extent inside = extent_of_attributes(value.bytes(), 1);
      return {3 + inside.size_bytes, 1 + inside.levels};
    }
    case Type::kStringSet:
    case Type::kNumberSet:
    case Type::kBinarySet:
      return {size_of_set(value.set()), 1};
  }
  return {};
}

size_t ValueView::size_bytes() const {
  return extent_of(*this).size_bytes;
}

void MapView::Iterator::decode() {
  if (rest_.empty()) return;
  entry_.name = take_sized(rest_);
  entry_.value = take_stored_value(rest_);
}

size_t MapView::size() const {
  return static_cast<size_t>(std::distance(begin(), end()));
}

std::optional<ValueView> MapView::find(std::string_view name) const {
  BytesView rest = attributes_;
  while (!rest.empty()) {
    const BytesView found = take_sized(rest);
    if (found == name) return take_stored_value(rest);
    take_stored_value(rest);
  }
  return std::nullopt;
}

void ListView::Iterator::decode() {
  if (!rest_.empty()) element_ = take_stored_value(rest_);
}

size_t ListView::size() const {
  return static_cast<size_t>(std::distance(begin(), end()));
}

std::optional<ValueView> ListView::at(size_t index) const {
  BytesView rest = elements_;
  while (!rest.empty()) {
    const ValueView element = take_stored_value(rest);
    if (index-- == 0) return element;
  }
  return std::nullopt;
}

void SetView::Iterator::decode() {
  if (!rest_.empty()) member_ = ValueView(member_.type(), take_sized(rest_));
}

size_t SetView::size() const {
  return static_cast<size_t>(std::distance(begin(), end()));
}

bool SetView::contains(const ValueView& member) const {
  if (member.type() != member_type_) return false;
  BytesView rest = members_;
  while (!rest.empty())
    if (take_sized(rest) == member.bytes()) return true;
  return false;
}

size_t ItemView::size_bytes() const {
  return extent_of_attributes(attributes().bytes(), 0).size_bytes;
}

Item ItemView::to_item() const {
  return map_of(attributes());
}

}  // namespace jedlik::value
