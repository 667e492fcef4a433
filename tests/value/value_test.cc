#include "value/value.h"

#include <gtest/gtest.h>

#include <string>

#include "base/limits.h"

namespace jedlik::value {
namespace {

TEST(Map, KeepsTheOrderInWhichNamesCame) {
  Map map;
  EXPECT_TRUE(map.empty());
  map.set("b", Value(Number(1)));
  map.append("a", Value(Number(2)));
  map.set("c", Value(Number(3)));
  map.set("b", Value(Number(4)));
  ASSERT_EQ(map.size(), 3U);
  EXPECT_EQ(map.entries()[0].first, "b");
  EXPECT_EQ(map.entries()[1].first, "a");
  EXPECT_EQ(map.entries()[2].first, "c");
  EXPECT_EQ(*map.find("b")->as<Number>(), Number(4));
  EXPECT_EQ(map.find("d"), nullptr);

  EXPECT_TRUE(map.erase("a"));
  EXPECT_FALSE(map.erase("a"));
  EXPECT_EQ(map.find("a"), nullptr);
  EXPECT_EQ(map.entries()[1].first, "c");
}

TEST(Map, NamesMayHoldAnyBytes) {
  Map map;
  map.set("", Value(true));
  map.set(std::string_view("a\0b", 3), Value(false));
  EXPECT_EQ(map.find("")->type(), Type::kTrue);
  EXPECT_EQ(map.find(std::string_view("a\0b", 3))->type(), Type::kFalse);
  EXPECT_EQ(map.find("a"), nullptr);
}

TEST(Value, KnowsItsType) {
  EXPECT_EQ(Value().type(), Type::kNull);
  EXPECT_EQ(Value(Binary{"x"}).type(), Type::kBinary);
  EXPECT_EQ(Value(false).type(), Type::kFalse);
  EXPECT_EQ(Value(true).type(), Type::kTrue);
  EXPECT_EQ(Value(std::string("x")).type(), Type::kString);
  EXPECT_EQ(Value(Number(1)).type(), Type::kNumber);
  EXPECT_EQ(Value(List()).type(), Type::kList);
  EXPECT_EQ(Value(Map()).type(), Type::kMap);
  EXPECT_EQ(Value(StringSet{{"x"}}).type(), Type::kStringSet);
  EXPECT_EQ(Value(NumberSet{{Number(1)}}).type(), Type::kNumberSet);
  EXPECT_EQ(Value(BinarySet{{"x"}}).type(), Type::kBinarySet);
}

TEST(Type, HasTheNameThatTheProtocolGivesIt) {
  EXPECT_EQ(type_name(Type::kNull), "NULL");
  EXPECT_EQ(type_name(Type::kBinary), "B");
  EXPECT_EQ(type_name(Type::kFalse), "BOOL");
  EXPECT_EQ(type_name(Type::kTrue), "BOOL");
  EXPECT_EQ(type_name(Type::kString), "S");
  EXPECT_EQ(type_name(Type::kNumber), "N");
  EXPECT_EQ(type_name(Type::kList), "L");
  EXPECT_EQ(type_name(Type::kMap), "M");
  EXPECT_EQ(type_name(Type::kStringSet), "SS");
  EXPECT_EQ(type_name(Type::kNumberSet), "NS");
  EXPECT_EQ(type_name(Type::kBinarySet), "BS");
}

// A value inside as many lists and maps, in turn.
Value nested(Value value, int containers) {
  for (int i = 0; i < containers; ++i) {
    if (i % 2 == 0) {
      List list;
      list.push_back(Value(true));
      list.push_back(std::move(value));
      value = Value(std::move(list));
    } else {
      Map map;
      map.append("m", std::move(value));
      map.append("n", Value(true));
      value = Value(std::move(map));
    }
  }
  return value;
}

TEST(NestingLevels, AreCountedToOneMoreThanTheLimit) {
  EXPECT_EQ(nesting_levels(Value(true)), 1);
  EXPECT_EQ(nesting_levels(Value(List())), 1);
  EXPECT_EQ(nesting_levels(Value(StringSet{{"x"}})), 1);
  EXPECT_EQ(nesting_levels(nested(Value(true), 1)), 2);
  EXPECT_EQ(nesting_levels(nested(Value(Map()), 1)), 2);
  EXPECT_EQ(nesting_levels(nested(Value(true), 31)), 32);
  EXPECT_EQ(nesting_levels(nested(Value(true), 32)), 33);
  EXPECT_EQ(nesting_levels(nested(Value(true), 60)), limits::kNestingLevels + 1);
}

}  // namespace
}  // namespace jedlik::value
