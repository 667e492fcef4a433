#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "value/value.h"

// Reading stored items (stored_item.h) in place: nothing here allocates but what makes a tree and
// what compares or looks for duplicates in large containers. The views are for bytes that
// check_item has accepted, or that come from where only checked items are put; on others they may
// end the process, but read nothing outside of the bytes.
namespace jedlik::value {

class ListView;
class MapView;
class SetView;

// One value inside a stored item. Valid as long as the bytes are. Cheap to copy.
class ValueView {
 public:
  ValueView(Type type, BytesView payload) : type_(type), payload_(payload) {}

  // Over bytes that hold exactly one stored value: tag and payload, as store_value writes them.
  explicit ValueView(BytesView stored);

  Type type() const { return type_; }
  bool is_bool() const { return type_ == Type::kTrue || type_ == Type::kFalse; }
  // For S and B: the bytes. For N: the ordered form. In all three the order of the bytes is the
  // order of the values. For containers: what they hold, in stored form.
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
  BytesView payload_;  // without its length
};

// Whether two values are equal as DynamoDB has it: sets and maps whatever their order, numbers by
// value.
bool equal(const ValueView& a, const ValueView& b);

// Whether a set has a member twice. Costs n log n.
bool has_duplicates(const SetView& set);
// Whether a map or an item has a name twice. Costs n log n.
bool has_duplicate_names(const MapView& map);

// The three iterators below decode an element when they come to it. What they give is valid until
// they move on; the bytes that it points to, as long as the item's. This is what the standard's
// algorithms ask of them.
template <class Element>
struct ReadingIterator {
  using iterator_category = std::input_iterator_tag;
  using value_type = Element;
  using difference_type = std::ptrdiff_t;
  using pointer = const Element*;
  using reference = const Element&;
};

// Attributes of a map or an item, read from the front.
class MapView {
 public:
  struct Entry {
    std::string_view name;
    ValueView value;
  };

  explicit MapView(BytesView attributes) : attributes_(attributes) {}

  bool empty() const { return attributes_.empty(); }
  // Walks all of it.
  size_t size() const;
  // Walks from the front; cost is that of what lies before it.
  std::optional<ValueView> find(std::string_view name) const;
  BytesView bytes() const { return attributes_; }

  class Iterator : public ReadingIterator<Entry> {
   public:
    explicit Iterator(BytesView from) : at_(from.data()), rest_(from) { decode(); }
    explicit Iterator(const char* end) : at_(end) {}
    const Entry& operator*() const { return entry_; }
    const Entry* operator->() const { return &entry_; }
    Iterator& operator++() {
      at_ = rest_.data();
      decode();
      return *this;
    }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    void decode();

    const char* at_;  // where this entry begins
    BytesView rest_;  // what follows it
    Entry entry_{{}, ValueView(Type::kNull, {})};
  };
  Iterator begin() const { return Iterator(attributes_); }
  Iterator end() const { return Iterator(attributes_.data() + attributes_.size()); }

 private:
  BytesView attributes_;
};

class ListView {
 public:
  explicit ListView(BytesView elements) : elements_(elements) {}

  bool empty() const { return elements_.empty(); }
  // Walks all of it.
  size_t size() const;
  // Walks from the front.
  std::optional<ValueView> at(size_t index) const;
  BytesView bytes() const { return elements_; }

  class Iterator : public ReadingIterator<ValueView> {
   public:
    explicit Iterator(BytesView from) : at_(from.data()), rest_(from) { decode(); }
    explicit Iterator(const char* end) : at_(end) {}
    const ValueView& operator*() const { return element_; }
    const ValueView* operator->() const { return &element_; }
    Iterator& operator++() {
      at_ = rest_.data();
      decode();
      return *this;
    }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    void decode();

    const char* at_;
    BytesView rest_;
    ValueView element_{Type::kNull, {}};
  };
  Iterator begin() const { return Iterator(elements_); }
  Iterator end() const { return Iterator(elements_.data() + elements_.size()); }

 private:
  BytesView elements_;
};

// Members of a set, each as a value of the member type (S, N or B).
class SetView {
 public:
  SetView(Type member_type, BytesView members) : member_type_(member_type), members_(members) {}

  bool empty() const { return members_.empty(); }
  // Walks all of it.
  size_t size() const;
  Type member_type() const { return member_type_; }
  // Walks from the front.
  bool contains(const ValueView& member) const;
  BytesView bytes() const { return members_; }

  class Iterator : public ReadingIterator<ValueView> {
   public:
    Iterator(Type member_type, BytesView from)
        : at_(from.data()), rest_(from), member_(member_type, {}) {
      decode();
    }
    const ValueView& operator*() const { return member_; }
    const ValueView* operator->() const { return &member_; }
    Iterator& operator++() {
      at_ = rest_.data();
      decode();
      return *this;
    }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    void decode();

    const char* at_;
    BytesView rest_;
    ValueView member_;
  };
  Iterator begin() const { return {member_type_, members_}; }
  Iterator end() const { return {member_type_, BytesView(members_.data() + members_.size(), 0)}; }

 private:
  Type member_type_;
  BytesView members_;
};

// One item in stored form. Valid as long as the bytes are.
class ItemView {
 public:
  explicit ItemView(BytesView stored) : stored_(stored) {}

  MapView attributes() const { return MapView(stored_.substr(1)); }
  std::optional<ValueView> find(std::string_view name) const { return attributes().find(name); }
  BytesView bytes() const { return stored_; }
  // DynamoDB's size of the item in bytes: names and values.
  size_t size_bytes() const;
  Item to_item() const;

 private:
  BytesView stored_;
};

}  // namespace jedlik::value
