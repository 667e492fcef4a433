#include "value/item_writer.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/value/random_values.h"
#include "value/stored_item.h"

namespace jedlik::value {
namespace {

TEST(ItemWriter, WritesWhatTheTreeWouldBe) {
  Bytes stored = "before";
  ItemWriter writer(stored, ItemWriter::Form::kItem);
  writer.name("list");
  writer.open_list();
  writer.null();
  writer.boolean(true);
  writer.open_map();
  writer.name("n");
  writer.number(Number(-7));
  writer.name("b");
  writer.binary(BytesView("\0", 1));
  writer.close();
  writer.open_list();
  writer.close();
  writer.close();
  writer.name("set");
  writer.open_set(Type::kNumberSet);
  writer.number(Number(1));
  writer.number(Number(2));
  writer.close();
  writer.name("strings");
  writer.open_set(Type::kStringSet);
  writer.string("x");
  writer.value(ValueView(Type::kString, "y"));
  writer.close();
  writer.name("s");
  writer.string("text");
  const size_t size = writer.finish();

  Map inner;
  inner.append("n", Value(Number(-7)));
  inner.append("b", Value(Binary{Bytes(1, '\0')}));
  List list = {Value(), Value(true), Value(inner), Value(List())};
  Item item;
  item.append("list", Value(list));
  item.append("set", Value(NumberSet{{Number(1), Number(2)}}));
  item.append("strings", Value(StringSet{{"x", "y"}}));
  item.append("s", Value(std::string("text")));
  EXPECT_EQ(stored, "before" + store_item(item));
  EXPECT_EQ(size, ItemView(store_item(item)).size_bytes());
}

TEST(ItemWriter, LongPartsHaveLongLengths) {
  for (const size_t size : {0U, 1U, 127U, 128U, 16383U, 16384U, 400'000U}) {
    Item item;
    item.append(std::string(size % 70'000, 'n'), Value(std::string(size, 's')));
    item.append("set", Value(BinarySet{{Bytes(size, 'b'), "c"}}));
    const Bytes stored = store_item(item);
    ASSERT_TRUE(check_item(stored));
    EXPECT_EQ(store_item(ItemView(stored).to_item()), stored);
  }
}

TEST(ItemWriter, TellsHowDeepItIs) {
  Bytes stored;
  ItemWriter writer(stored, ItemWriter::Form::kItem);
  EXPECT_EQ(writer.open_levels(), 0);
  EXPECT_EQ(writer.deepest_level(), 0);
  writer.name("a");
  writer.open_list();
  EXPECT_EQ(writer.open_levels(), 1);
  EXPECT_EQ(writer.deepest_level(), 1);
  writer.open_map();
  EXPECT_EQ(writer.deepest_level(), 2);
  writer.name("b");
  writer.open_set(Type::kStringSet);
  writer.string("members are no level of their own");
  EXPECT_EQ(writer.deepest_level(), 3);
  writer.close();
  writer.close();
  EXPECT_EQ(writer.open_levels(), 1);
  writer.close();
  EXPECT_EQ(writer.deepest_level(), 3);
}

TEST(ItemWriter, TheDeepestLevelIsThatOfTheTree) {
  RandomValues random;
  for (int i = 0; i < 1000; ++i) {
    const Value value = random.value(limits::kNestingLevels);
    Bytes stored;
    ItemWriter writer(stored, ItemWriter::Form::kValue);
    writer.value(value);
    EXPECT_EQ(writer.deepest_level(), nesting_levels(value));
    // Inside a list, copied from its stored form.
    Bytes copied;
    ItemWriter copier(copied, ItemWriter::Form::kValue);
    copier.open_list();
    copier.value(ValueView(stored));
    copier.close();
    EXPECT_EQ(copier.deepest_level(), nesting_levels(value) + 1);
  }
}

// Whoever writes decides what is too deep, by deepest_level(); the writer itself goes on.
TEST(ItemWriter, GoesDeeperThanTheLimit) {
  Bytes stored;
  ItemWriter writer(stored, ItemWriter::Form::kValue);
  for (int i = 0; i < 100; ++i)
    writer.open_list();
  for (int i = 0; i < 100; ++i)
    writer.close();
  EXPECT_EQ(writer.finish(), 100U * 3 + 99);
  EXPECT_EQ(writer.deepest_level(), 100);
  EXPECT_FALSE(check_value(stored));
}

}  // namespace
}  // namespace jedlik::value
