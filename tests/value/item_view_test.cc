#include "value/item_view.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/value/random_values.h"
#include "value/stored_item.h"

namespace jedlik::value {
namespace {

// Whether a view shows what a tree holds, in the same order.
void expect_same(const ValueView& view, const Value& value);

void expect_same(const MapView& view, const Map& map) {
  ASSERT_EQ(view.size(), map.size());
  EXPECT_EQ(view.empty(), map.empty());
  size_t i = 0;
  for (const MapView::Entry& entry : view) {
    EXPECT_EQ(entry.name, map.entries()[i].first);
    expect_same(entry.value, map.entries()[i].second);
    const auto found = view.find(entry.name);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->bytes().data(), entry.value.bytes().data());
    ++i;
  }
  EXPECT_EQ(i, map.size());
}

void expect_same(const ListView& view, const List& list) {
  ASSERT_EQ(view.size(), list.size());
  EXPECT_EQ(view.empty(), list.empty());
  size_t i = 0;
  for (const ValueView& element : view) {
    expect_same(element, list[i]);
    EXPECT_EQ(view.at(i)->bytes().data(), element.bytes().data());
    ++i;
  }
  EXPECT_EQ(i, list.size());
  EXPECT_FALSE(view.at(list.size()));
}

template <class Members, class Read>
void expect_same(const SetView& view, const Members& members, Read read) {
  ASSERT_EQ(view.size(), members.size());
  EXPECT_EQ(view.empty(), members.empty());
  size_t i = 0;
  for (const ValueView& member : view) {
    EXPECT_EQ(member.type(), view.member_type());
    EXPECT_EQ(read(member), members[i]);
    EXPECT_TRUE(view.contains(member));
    ++i;
  }
  EXPECT_EQ(i, members.size());
  EXPECT_FALSE(has_duplicates(view));
}

void expect_same(const ValueView& view, const Value& value) {
  const auto bytes_of = [](const ValueView& member) { return Bytes(member.bytes()); };
  ASSERT_EQ(view.type(), value.type());
  EXPECT_EQ(view.is_bool(), value.as<bool>() != nullptr);
  switch (value.type()) {
    case Type::kNull:
    case Type::kFalse:
    case Type::kTrue:
      EXPECT_TRUE(view.bytes().empty());
      return;
    case Type::kBinary:
      EXPECT_EQ(view.bytes(), value.as<Binary>()->bytes);
      return;
    case Type::kString:
      EXPECT_EQ(view.bytes(), *value.as<std::string>());
      return;
    case Type::kNumber:
      EXPECT_EQ(view.number(), *value.as<Number>());
      return;
    case Type::kList:
      return expect_same(view.list(), *value.as<List>());
    case Type::kMap:
      return expect_same(view.map(), *value.as<Map>());
    case Type::kStringSet:
      return expect_same(view.set(), value.as<StringSet>()->members, bytes_of);
    case Type::kNumberSet:
      return expect_same(view.set(), value.as<NumberSet>()->members,
                         [](const ValueView& member) { return member.number(); });
    case Type::kBinarySet:
      return expect_same(view.set(), value.as<BinarySet>()->members, bytes_of);
  }
}

TEST(ItemView, ShowsWhatWasStored) {
  RandomValues random;
  for (int i = 0; i < 3000; ++i) {
    const Item item = random.item();
    const Bytes stored = store_item(item);
    ASSERT_TRUE(check_item(stored));
    const ItemView view(stored);
    expect_same(view.attributes(), item);
    EXPECT_FALSE(has_duplicate_names(view.attributes()));
    EXPECT_FALSE(view.find("no such name"));
    EXPECT_EQ(store_item(view.to_item()), stored);
    if (HasFailure()) return;
  }
}

TEST(ItemView, AValueAloneComesBack) {
  RandomValues random;
  for (int i = 0; i < 3000; ++i) {
    const Value value = random.value(random.one_in(10) ? limits::kNestingLevels : 4);
    const Bytes stored = store_value(value);
    ASSERT_TRUE(check_value(stored));
    const ValueView view(stored);
    expect_same(view, value);
    EXPECT_EQ(store_value(view.to_value()), stored);
    Bytes appended = "before";
    view.append_to(appended);
    EXPECT_EQ(appended, "before" + stored);
    if (HasFailure()) return;
  }
}

TEST(ItemView, AnItemMayBeEmpty) {
  const Bytes stored = store_item(Item());
  EXPECT_TRUE(check_item(stored));
  EXPECT_TRUE(ItemView(stored).attributes().empty());
  EXPECT_EQ(ItemView(stored).attributes().size(), 0U);
  EXPECT_EQ(ItemView(stored).size_bytes(), 0U);
  EXPECT_FALSE(ItemView(stored).find(""));
}

TEST(MapView, FindsWholeNamesOnly) {
  Item item;
  item.append("abc", Value(Number(1)));
  item.append("ab", Value(Number(2)));
  item.append("", Value(Number(3)));
  const Bytes stored = store_item(item);
  const ItemView view(stored);
  EXPECT_EQ(view.find("ab")->number(), Number(2));
  EXPECT_EQ(view.find("abc")->number(), Number(1));
  EXPECT_EQ(view.find("")->number(), Number(3));
  EXPECT_FALSE(view.find("a"));
  EXPECT_FALSE(view.find("abcd"));
}

TEST(SetView, ContainsMembersOfItsOwnTypeOnly) {
  const Bytes strings = store_value(Value(StringSet{{"a", "bc"}}));
  const Bytes numbers = store_value(Value(NumberSet{{Number(1), Number(100)}}));
  const SetView string_set = ValueView(strings).set();
  EXPECT_TRUE(string_set.contains(ValueView(Type::kString, "bc")));
  EXPECT_FALSE(string_set.contains(ValueView(Type::kString, "b")));
  EXPECT_FALSE(string_set.contains(ValueView(Type::kBinary, "bc")));
  const Bytes hundred = store_value(Value(*Number::parse("1.00e2")));
  EXPECT_TRUE(ValueView(numbers).set().contains(ValueView(hundred)));
  EXPECT_FALSE(string_set.contains(ValueView(hundred)));
}

TEST(Duplicates, AreFoundWhereverTheyAre) {
  EXPECT_TRUE(has_duplicates(ValueView(store_value(Value(StringSet{{"a", "b", "a"}}))).set()));
  const Bytes numbers =
      store_value(Value(NumberSet{{Number(1), Number(2), *Number::parse("1.0")}}));
  EXPECT_TRUE(has_duplicates(ValueView(numbers).set()));
  Item item;
  item.append("x", Value(true));
  item.append("y", Value(true));
  EXPECT_FALSE(has_duplicate_names(ItemView(store_item(item)).attributes()));
  item.append("x", Value(false));
  const Bytes stored = store_item(item);
  EXPECT_TRUE(has_duplicate_names(ItemView(stored).attributes()));
}

// The same value with the members of its sets and the entries of its maps in another order.
Value shuffled(const Value& value, RandomValues& random) {
  const auto shuffle = [&random](auto& members) {
    for (size_t i = members.size(); i > 1; --i)
      std::swap(members[i - 1], members[random.up_to(i - 1)]);
  };
  Value other = value;
  if (auto* list = other.as<List>()) {
    for (Value& element : *list)
      element = shuffled(element, random);
  }
  if (auto* map = other.as<Map>()) {
    for (auto& entry : map->entries())
      entry.second = shuffled(entry.second, random);
    shuffle(map->entries());
  }
  if (auto* set = other.as<StringSet>()) shuffle(set->members);
  if (auto* set = other.as<NumberSet>()) shuffle(set->members);
  if (auto* set = other.as<BinarySet>()) shuffle(set->members);
  return other;
}

bool stored_equal(const Value& a, const Value& b) {
  const Bytes stored_a = store_value(a);
  const Bytes stored_b = store_value(b);
  const bool result = equal(ValueView(stored_a), ValueView(stored_b));
  EXPECT_EQ(equal(ValueView(stored_b), ValueView(stored_a)), result);
  return result;
}

TEST(Equal, WhateverTheOrderOfSetsAndMaps) {
  RandomValues random;
  for (int i = 0; i < 3000; ++i) {
    const Value value = random.value(5);
    EXPECT_TRUE(stored_equal(value, value));
    EXPECT_TRUE(stored_equal(value, shuffled(value, random)));
    // One more element anywhere makes a difference.
    List more;
    more.push_back(shuffled(value, random));
    more.push_back(Value(true));
    List less;
    less.push_back(value);
    EXPECT_FALSE(stored_equal(Value(more), Value(less)));
    less.push_back(Value(false));
    EXPECT_FALSE(stored_equal(Value(more), Value(less)));
  }
}

TEST(Equal, TellsValuesApart) {
  Map map;
  map.append("a", Value(Number(1)));
  map.append("b", Value(Number(2)));
  Map swapped;
  swapped.append("a", Value(Number(2)));
  swapped.append("b", Value(Number(1)));
  Map renamed;
  renamed.append("a", Value(Number(1)));
  renamed.append("c", Value(Number(2)));
  List list = {Value(Number(1)), Value(Number(2))};
  List reversed = {Value(Number(2)), Value(Number(1))};
  const std::vector<Value> values = {Value(),
                                     Value(true),
                                     Value(false),
                                     Value(std::string("a")),
                                     Value(Binary{"a"}),
                                     Value(std::string()),
                                     Value(Binary{}),
                                     Value(Number(1)),
                                     Value(Number(-1)),
                                     Value(Number()),
                                     Value(list),
                                     Value(reversed),
                                     Value(List()),
                                     Value(map),
                                     Value(swapped),
                                     Value(renamed),
                                     Value(Map()),
                                     Value(StringSet{{"a", "b"}}),
                                     Value(StringSet{{"a", "c"}}),
                                     Value(StringSet{{"a"}}),
                                     Value(StringSet{{"ab", ""}}),
                                     Value(BinarySet{{"a", "b"}}),
                                     Value(NumberSet{{Number(1), Number(2)}}),
                                     Value(NumberSet{{Number(1), Number(3)}}),
                                     Value(NumberSet{{Number(1)}})};
  for (size_t i = 0; i < values.size(); ++i)
    for (size_t j = 0; j < values.size(); ++j)
      EXPECT_EQ(stored_equal(values[i], values[j]), i == j) << i << " and " << j;
}

// Two sets of 400,000 members in opposite orders: if every member were looked for in the other
// set, this test would not end.
TEST(Equal, LargeSetsAreNotComparedMemberByMember) {
  NumberSet set;
  for (int i = 0; i < 400'000; ++i)
    set.members.emplace_back(i);
  NumberSet other = set;
  std::reverse(other.members.begin(), other.members.end());
  EXPECT_TRUE(stored_equal(Value(set), Value(other)));
  other.members.front() = Number(399'999 * 10);
  EXPECT_FALSE(stored_equal(Value(set), Value(other)));
}

}  // namespace
}  // namespace jedlik::value
