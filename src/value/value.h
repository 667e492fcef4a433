#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "value/number.h"

// The data model as a tree. It is built only where something is changed inside an item; reading and
// writing items use the stored form (stored_item.h), and evaluate on it.
namespace jedlik::value {

// DynamoDB's ten types. The numbers are the tags of the stored form and never change; 3 and 4 are
// the two booleans.
enum class Type : uint8_t {
  kNull = 1,
  kBinary = 2,
  kFalse = 3,
  kTrue = 4,
  kString = 5,
  kNumber = 6,
  kList = 7,
  kMap = 8,
  kStringSet = 9,
  kNumberSet = 10,
  kBinarySet = 11,
};

// "S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS".
std::string_view type_name(Type type);

class Value;

// Attributes in the order in which they came. Names are unique.
class Map {
 public:
  using Entry = std::pair<std::string, Value>;

  Value* find(std::string_view name);
  const Value* find(std::string_view name) const;
  // Adds, or replaces in place.
  Value& set(std::string_view name, Value value);
  // Adds without looking whether the name is there: for a caller that knows it is not. Building a
  // map of n names costs n, where set() costs n squared.
  Value& append(std::string name, Value value);
  // Whether there was one.
  bool erase(std::string_view name);

  size_t size() const;
  bool empty() const;
  std::vector<Entry>& entries() { return entries_; }
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::vector<Entry> entries_;
};

using List = std::vector<Value>;
// Members in the order in which they came, each once.
struct StringSet {
  std::vector<std::string> members;
};
struct NumberSet {
  std::vector<Number> members;
};
struct BinarySet {
  std::vector<Bytes> members;
};
struct Null {};
struct Binary {
  Bytes bytes;
};

class Value {
 public:
  using Data = std::variant<Null, Binary, bool, std::string, Number, List, Map, StringSet,
                            NumberSet, BinarySet>;

  Value() = default;
  Value(Data data) : data_(std::move(data)) {}  // NOLINT(google-explicit-constructor)

  Type type() const;
  const Data& data() const { return data_; }
  template <class T>
  T* as() {
    return std::get_if<T>(&data_);
  }
  template <class T>
  const T* as() const {
    return std::get_if<T>(&data_);
  }

 private:
  Data data_;
};

inline size_t Map::size() const {
  return entries_.size();
}
inline bool Map::empty() const {
  return entries_.empty();
}

// How many levels of nesting the value has: 1 for a scalar, a set or an empty container. Counted to
// limits::kNestingLevels + 1 at most, so that it may be asked of any tree.
int nesting_levels(const Value& value);

// An item is a map with a few rules more, which the table knows.
using Item = Map;

}  // namespace jedlik::value
