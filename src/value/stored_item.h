#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "value/value.h"

// The stored form of an item: bytes that can be read attribute by attribute without decoding the
// rest, and from which JSON is written directly. docs/formats/item.md describes it.
//
//   item    = version:u8 (1), attributes
//   attributes = count:varint, count times: name length:varint, name, value
//   value   = tag:u8 (Type), payload
//   payload = NULL, BOOL: nothing
//             S, B: length:varint, bytes
//             N: length:u8, ordered form of the number (number.h)
//             L: bytes that follow:u32 little-endian, count:varint, values
//             M: bytes that follow:u32 little-endian, attributes
//             SS, BS: bytes that follow:u32 little-endian, count:varint, count times:
//             length:varint, bytes NS: bytes that follow:u32 little-endian, count:varint, count
//             times: length:u8, ordered form
//
// Two ways of reading: check_item looks at every byte once, and after that the views below may be
// used on the bytes without further checks; that is what a reader does with bytes from outside. The
// engine's checksums vouch for what it returns.
namespace jedlik::value {

inline constexpr uint8_t kItemFormatVersion = 1;

class ListView;
class MapView;
class SetView;

// One value inside a stored item. Valid as long as the bytes are. Cheap to copy.
class ValueView {
 public:
  ValueView(Type type, BytesView payload) : type_(type), payload_(payload) {}

  // Over bytes that hold exactly one stored value: tag and payload (Value as a whole, see
  // append_value). Checked bytes only.
  explicit ValueView(BytesView stored);

  Type type() const { return type_; }
  bool is_bool() const { return type_ == Type::kTrue || type_ == Type::kFalse; }
  // For S and B: the bytes. For N: the ordered form.
  BytesView bytes() const { return payload_; }
  Number number() const;  // N
  ListView list() const;  // L
  MapView map() const;    // M
  SetView set() const;    // SS, NS, BS

  // The tree of this value.
  Value to_value() const;
  // Appends tag and payload.
  void append_to(Bytes& to) const;
  // What the value adds to an item's size, in bytes, as DynamoDB counts it.
  size_t size_bytes() const;

 private:
  Type type_;
  BytesView payload_;  // without length prefixes; for L, M and sets: count and what follows
};

// Whether two values are equal as DynamoDB has it: sets and maps whatever their order, numbers by
// value.
bool equal(const ValueView& a, const ValueView& b);

// Attributes of a map or an item, read from the front.
class MapView {
 public:
  struct Entry {
    std::string_view name;
    ValueView value;
  };

  explicit MapView(BytesView attributes);

  size_t size() const { return count_; }
  // Walks from the front; cost is that of what lies before it.
  std::optional<ValueView> find(std::string_view name) const;

  class Iterator {
   public:
    Iterator(BytesView rest, size_t left) : rest_(rest), left_(left) {}
    Entry operator*() const;
    Iterator& operator++();
    bool operator==(const Iterator& other) const { return left_ == other.left_; }

   private:
    BytesView rest_;
    size_t left_;
  };
  Iterator begin() const { return {rest_, count_}; }
  Iterator end() const { return {BytesView(), 0}; }

 private:
  BytesView rest_;
  size_t count_ = 0;
};

class ListView {
 public:
  explicit ListView(BytesView payload);
  size_t size() const { return count_; }
  std::optional<ValueView> at(size_t index) const;

  class Iterator {
   public:
    Iterator(BytesView rest, size_t left) : rest_(rest), left_(left) {}
    ValueView operator*() const;
    Iterator& operator++();
    bool operator==(const Iterator& other) const { return left_ == other.left_; }

   private:
    BytesView rest_;
    size_t left_;
  };
  Iterator begin() const { return {rest_, count_}; }
  Iterator end() const { return {BytesView(), 0}; }

 private:
  BytesView rest_;
  size_t count_ = 0;
};

// Members of a set, each as a value of the member type (S, N or B).
class SetView {
 public:
  SetView(Type member_type, BytesView payload);
  size_t size() const { return count_; }
  Type member_type() const { return member_type_; }
  bool contains(const ValueView& member) const;

  class Iterator {
   public:
    Iterator(Type member_type, BytesView rest, size_t left)
        : member_type_(member_type), rest_(rest), left_(left) {}
    ValueView operator*() const;
    Iterator& operator++();
    bool operator==(const Iterator& other) const { return left_ == other.left_; }

   private:
    Type member_type_;
    BytesView rest_;
    size_t left_;
  };
  Iterator begin() const { return {member_type_, rest_, count_}; }
  Iterator end() const { return {member_type_, BytesView(), 0}; }

 private:
  Type member_type_;
  BytesView rest_;
  size_t count_ = 0;
};

// One item in stored form. Valid as long as the bytes are.
class ItemView {
 public:
  // Checked bytes only.
  explicit ItemView(BytesView stored);

  MapView attributes() const { return MapView(stored_.substr(1)); }
  std::optional<ValueView> find(std::string_view name) const { return attributes().find(name); }
  BytesView bytes() const { return stored_; }
  // DynamoDB's size of the item in bytes: names and values.
  size_t size_bytes() const;
  Item to_item() const;

 private:
  BytesView stored_;
};

// Whether `stored` is one item in this format, every byte of it: lengths, tags, counts, UTF-8 is
// not looked at, numbers in ordered form, names unique not looked at, nesting within
// limits::kNestingLevels.
bool check_item(BytesView stored);
// The same for one value (tag and payload).
bool check_value(BytesView stored);

// Writes stored form front to back, without a tree. Containers are opened and closed; counts and
// lengths are filled in on closing. The caller keeps to the grammar: inside a map (the item itself
// is one) name() comes before every value.
class ItemWriter {
 public:
  // Appends to `to`, which must outlive the writer. With `as_item`, starts an item (version and
  // attributes); without, one bare value is written.
  enum class Form : uint8_t { kItem, kValue };
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

  size_t size_bytes() const { return size_bytes_; }

 private:
  struct Frame {
    size_t start;  // where the length (or, for the item, the count) is to be filled in
    size_t count;
    Type type;
  };
  void count_one(size_t bytes);

  Bytes& to_;
  Form form_;
  size_t size_bytes_ = 0;
  std::vector<Frame> frames_;
};

// The whole item or value at once.
Bytes store_item(const Item& item);
Bytes store_value(const Value& value);

}  // namespace jedlik::value
