#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/value/random_values.h"
#include "value/stored_item.h"

// Sizes as DynamoDB counts them (docs/formats/item.md).

namespace jedlik::value {
namespace {

// What the value adds to an item, asked in every way that there is.
size_t size_of(const Value& value) {
  Bytes stored;
  ItemWriter writer(stored, ItemWriter::Form::kValue);
  writer.value(value);
  const size_t size = writer.finish();
  EXPECT_EQ(ValueView(stored).size_bytes(), size);
  Item item;
  item.append("name", value);
  EXPECT_EQ(ItemView(store_item(item)).size_bytes(), size + 4);
  Bytes copied;
  ItemWriter copier(copied, ItemWriter::Form::kValue);
  copier.value(ValueView(stored));
  EXPECT_EQ(copier.finish(), size);
  EXPECT_EQ(copied, stored);
  return size;
}

struct NumberCase {
  std::string text;
  size_t size;
};

TEST(Size, OfANumberIsOneByteForTwoDigitsAndAFewMore) {
  const std::vector<NumberCase> cases = {
      {"0", 1},
      {"1", 2},
      {"9", 2},
      {"10", 2},
      {"99", 2},
      {"100", 2},
      {"1000", 2},
      {"1e20", 2},
      {"1e21", 2},
      {"1e125", 2},
      {"0.1", 2},
      {"0.01", 2},
      {"1e-130", 2},
      {"101", 3},
      {"110", 3},
      {"123", 3},
      {"1010", 3},
      {"1.5", 3},
      {"1.01", 3},
      {"0.012", 3},
      {"12.3", 3},
      {"12e11", 3},
      {"12345", 4},
      {"100.5", 4},
      {"123.4", 4},
      {"1.001", 4},
      {"-1", 3},
      {"-123", 4},
      {std::string(38, '9'), 20},
      {"-" + std::string(38, '9'), 21},
      {"1.2345678901234567890123456789012345678", 21},
      {"-1.2345678901234567890123456789012345678", 22},
  };
  for (const NumberCase& test : cases)
    EXPECT_EQ(size_of(Value(*Number::parse(test.text))), test.size) << test.text;
}

TEST(Size, OfScalars) {
  EXPECT_EQ(size_of(Value()), 1U);
  EXPECT_EQ(size_of(Value(true)), 1U);
  EXPECT_EQ(size_of(Value(false)), 1U);
  EXPECT_EQ(size_of(Value(std::string())), 0U);
  EXPECT_EQ(size_of(Value(std::string("abc"))), 3U);
  EXPECT_EQ(size_of(Value(std::string("\xC3\xA9"))), 2U);
  EXPECT_EQ(size_of(Value(Binary{Bytes(300, 'x')})), 300U);
}

TEST(Size, OfASetIsThatOfItsMembers) {
  EXPECT_EQ(size_of(Value(StringSet{{"a", "bcd", ""}})), 4U);
  EXPECT_EQ(size_of(Value(BinarySet{{"a", "bc"}})), 3U);
  EXPECT_EQ(size_of(Value(NumberSet{{Number(), Number(1), Number(-1)}})), 6U);
}

TEST(Size, OfAListOrMapIsThreeAndOneMoreForEachElement) {
  EXPECT_EQ(size_of(Value(List())), 3U);
  EXPECT_EQ(size_of(Value(Map())), 3U);
  List list;
  list.push_back(Value(std::string("abc")));
  list.push_back(Value(StringSet{{"a", "b"}}));
  EXPECT_EQ(size_of(Value(list)), 3U + 1 + 3 + 1 + 2);
  Map map;
  map.append("name", Value(true));
  map.append("", Value(list));
  EXPECT_EQ(size_of(Value(map)), 3U + 1 + 4 + 1 + 1 + 10);
  list.push_back(Value(map));
  EXPECT_EQ(size_of(Value(list)), 10U + 1 + 20);
}

TEST(Size, OfAnItemIsThatOfItsNamesAndValues) {
  Item item;
  EXPECT_EQ(ItemView(store_item(item)).size_bytes(), 0U);
  item.append("id", Value(std::string("abc")));
  item.append("n", Value(Number(1)));
  EXPECT_EQ(ItemView(store_item(item)).size_bytes(), 2U + 3 + 1 + 2);
}

TEST(Size, TheWriterCountsWhatTheViewCounts) {
  RandomValues random;
  for (int i = 0; i < 3000; ++i) {
    const Item item = random.item();
    Bytes stored;
    ItemWriter writer(stored, ItemWriter::Form::kItem);
    size_t sum = 0;
    for (const auto& entry : item.entries()) {
      writer.name(entry.first);
      writer.value(entry.second);
      sum += entry.first.size() + size_of(entry.second);
      EXPECT_EQ(writer.size_bytes(), sum);
    }
    EXPECT_EQ(writer.finish(), sum);
    EXPECT_EQ(ItemView(stored).size_bytes(), sum);
    EXPECT_EQ(stored, store_item(item));
  }
}

}  // namespace
}  // namespace jedlik::value
