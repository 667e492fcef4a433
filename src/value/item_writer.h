#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/limits.h"
#include "value/item_view.h"

namespace jedlik::value {

// Writes stored form front to back, without a tree. Containers are opened and closed; lengths are
// filled in on closing. The caller keeps to the grammar: inside a map (the item itself is one)
// name() comes before every value, and a set's members are of its type.
class ItemWriter {
 public:
  // An item (version and attributes), or one bare value (tag and payload).
  enum class Form : uint8_t { kItem, kValue };
  // Appends to `to`, which must outlive the writer.
  ItemWriter(Bytes& to, Form form);

  void name(std::string_view name);
  void null();
  void boolean(bool value);
  void string(std::string_view value);
  void binary(BytesView value);
  void number(const Number& value);
  void value(const ValueView& value);
  void value(const Value& value);
  void open_list();
  void open_map();
  void open_set(Type set_type);
  void close();  // list, map or set
  // Ends the item. Returns DynamoDB's size in bytes of what was written.
  size_t finish();

  // DynamoDB's size so far.
  size_t size_bytes() const { return size_bytes_; }
  // How many levels are open now: 0 inside an item, 1 inside a list that is an attribute. A value
  // written now is on the level after that.
  int open_levels() const { return static_cast<int>(frames_.size()); }
  // The deepest level of any value written so far; to be compared with limits::kNestingLevels.
  int deepest_level() const { return deepest_level_; }

 private:
  struct Frame {
    size_t length_at;  // where the length is to be filled in
    Type type;
  };
  void begin_value(Type type, size_t bytes);
  void open(Type type);

  Bytes& to_;
  int deepest_level_ = 0;
  size_t size_bytes_ = 0;
  boost::container::small_vector<Frame, limits::kNestingLevels> frames_;
};

}  // namespace jedlik::value
