#include "value/value.h"

#include <algorithm>

#include "base/limits.h"

namespace jedlik::value {

std::string_view type_name(Type type) {
  switch (type) {
    case Type::kNull:
      return "NULL";
    case Type::kBinary:
      return "B";
    case Type::kFalse:
    case Type::kTrue:
      return "BOOL";
    case Type::kString:
      return "S";
    case Type::kNumber:
      return "N";
    case Type::kList:
      return "L";
    case Type::kMap:
      return "M";
    case Type::kStringSet:
      return "SS";
    case Type::kNumberSet:
      return "NS";
    case Type::kBinarySet:
      return "BS";
  }
  return "";
}

const Value* Map::find(std::string_view name) const {
  for (const Entry& entry : entries_)
    if (entry.first == name) return &entry.second;
  return nullptr;
}

Value* Map::find(std::string_view name) {
  for (Entry& entry : entries_)
    if (entry.first == name) return &entry.second;
  return nullptr;
}

Value& Map::set(std::string_view name, Value value) {
  if (Value* present = find(name)) {
    *present = std::move(value);
    return *present;
  }
  return append(std::string(name), std::move(value));
}

Value& Map::append(std::string name, Value value) {
  return entries_.emplace_back(std::move(name), std::move(value)).second;
}

bool Map::erase(std::string_view name) {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [name](const Entry& entry) { return entry.first == name; });
  if (found == entries_.end()) return false;
  entries_.erase(found);
  return true;
}

Type Value::type() const {
  // In the order of Data's alternatives.
  constexpr Type kTypes[] = {Type::kNull,      Type::kBinary,   Type::kFalse, Type::kString,
                             Type::kNumber,    Type::kList,     Type::kMap,   Type::kStringSet,
                             Type::kNumberSet, Type::kBinarySet};
  static_assert(std::size(kTypes) == std::variant_size_v<Data>);
  if (const bool* boolean = as<bool>()) return *boolean ? Type::kTrue : Type::kFalse;
  return kTypes[data_.index()];
}

namespace {

// Goes no deeper than `most` levels.
int count_levels(const Value& value, int most) {
  if (most == 0) return 0;
  int inside = 0;
  if (const auto* list = value.as<List>()) {
    for (const Value& element : *list)
      inside = std::max(inside, count_levels(element, most - 1));
  } else if (const auto* map = value.as<Map>()) {
    for (const auto& entry : map->entries())
      inside = std::max(inside, count_levels(entry.second, most - 1));
  }
  return 1 + inside;
}

}  // namespace

int nesting_levels(const Value& value) {
  return count_levels(value, limits::kNestingLevels + 1);
}

}  // namespace jedlik::value
