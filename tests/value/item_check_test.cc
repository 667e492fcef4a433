#include <gtest/gtest.h>

#include <string>

#include "base/limits.h"
#include "tests/value/hex.h"
#include "tests/value/random_values.h"
#include "value/stored_item.h"

namespace jedlik::value {
namespace {

// Reads everything that a view of the value shows; a sanitizer watches.
size_t read_all(const ValueView& value) {
  size_t count = 1 + value.bytes().size() + value.size_bytes();
  if (value.type() == Type::kNumber) count += value.number().to_text().size();
  if (value.type() == Type::kList) {
    for (const ValueView& element : value.list())
      count += read_all(element);
  } else if (value.type() == Type::kMap) {
    for (const auto& entry : value.map())
      count += entry.name.size() + read_all(entry.value);
  } else if (value.type() >= Type::kStringSet) {
    for (const ValueView& member : value.set())
      count += read_all(member);
  }
  return count;
}

void read_all(BytesView stored) {
  const ItemView item(stored);
  for (const auto& entry : item.attributes())
    EXPECT_GT(read_all(entry.value), 0U);
  // There is one way to write an item.
  EXPECT_EQ(store_item(item.to_item()), stored);
}

TEST(CheckItem, EveryTruncationOfAValueIsRefused) {
  RandomValues random;
  for (int i = 0; i < 300; ++i) {
    const Bytes stored = store_value(random.value(5));
    ASSERT_TRUE(check_value(stored));
    for (size_t size = 0; size < stored.size(); ++size) {
      // In memory of its own, so that a sanitizer sees what lies behind it.
      const std::vector<char> part(stored.begin(), stored.begin() + static_cast<ptrdiff_t>(size));
      EXPECT_FALSE(check_value(BytesView(part.data(), part.size()))) << to_hex(stored);
    }
    EXPECT_FALSE(check_value(stored + '\0'));
  }
}

TEST(CheckItem, ATruncatedItemIsRefusedOrHasFewerAttributes) {
  RandomValues random;
  for (int i = 0; i < 300; ++i) {
    const Item item = random.item();
    const Bytes stored = store_item(item);
    for (size_t size = 0; size < stored.size(); ++size) {
      const BytesView part = BytesView(stored).substr(0, size);
      if (!check_item(part)) continue;
      read_all(part);
      EXPECT_LT(ItemView(part).attributes().size(), item.size());
    }
  }
}

TEST(CheckItem, DamagedBytesAreRefusedOrAnotherItem) {
  RandomValues random;
  size_t accepted = 0;
  for (int i = 0; i < 30'000; ++i) {
    Bytes stored = store_item(random.map(4, 4));
    for (size_t left = 1 + random.up_to(3); left > 0; --left) {
      const size_t at = random.up_to(stored.size() - 1);
      if (random.one_in(4)) {
        stored.erase(at, 1 + random.up_to(3));
      } else if (random.one_in(4)) {
        stored.insert(at, random.bytes(4));
      } else {
        stored[at] = static_cast<char>(random.one_in(2) ? random.up_to(255) : random.up_to(12));
      }
      if (stored.empty()) break;
    }
    const std::vector<char> damaged(stored.begin(), stored.end());
    if (!check_item(BytesView(damaged.data(), damaged.size()))) continue;
    ++accepted;
    read_all(BytesView(damaged.data(), damaged.size()));
  }
  EXPECT_GT(accepted, 0U);
}

struct RefusalCase {
  std::string why;
  std::string hex;
};

TEST(CheckItem, WhatTheWriterNeverWritesIsRefused) {
  ASSERT_TRUE(check_item(unhex("01 0161 01")));
  const std::vector<RefusalCase> cases = {
      {"nothing", ""},
      {"no such version", "00"},
      {"no such version", "02"},
      {"a name longer than the item", "01 0261"},
      {"a name without a value", "01 0161"},
      {"no such type", "01 0161 00"},
      {"no such type", "01 0161 0c"},
      {"no such type", "01 0161 ff"},
      {"a string without a length", "01 0161 05"},
      {"a string longer than the item", "01 0161 05 8101 78797a"},
      {"a length that is not in its shortest form", "01 0161 05 8100 78"},
      {"a length of 2^64 - 1", "01 0161 05 ffffffffffffffffff01"},
      {"a length beyond 64 bits", "01 0161 05 ffffffffffffffffff02"},
      {"a number of no bytes", "01 0161 06 00"},
      {"two numbers in one", "01 0161 06 02 2020"},
      {"a number without an end", "01 0161 06 03 304103"},
      {"an empty set of strings", "01 0161 09 00000000"},
      {"an empty set of numbers", "01 0161 0a 00000000"},
      {"an empty set of binaries", "01 0161 0b 00000000"},
      {"half a number in a set", "01 0161 0a 03000000 02 3041"},
      {"half a length of a list", "01 0161 07 010000"},
      {"a list longer than the item", "01 0161 07 ffffffff 01"},
      {"a list that ends inside a value", "01 0161 07 02000000 05 01 61"},
      {"a map with a name without a value", "01 0161 08 02000000 0161"},
  };
  for (const RefusalCase& test : cases)
    EXPECT_FALSE(check_item(unhex(test.hex))) << test.why << ": " << test.hex;
}

// A value inside as many containers of the type.
Bytes nested(const Bytes& value, int containers, Type type) {
  Bytes stored;
  ItemWriter writer(stored, ItemWriter::Form::kValue);
  for (int i = 0; i < containers; ++i) {
    if (type == Type::kList) {
      writer.open_list();
    } else {
      writer.open_map();
      writer.name("m");
    }
  }
  writer.value(ValueView(value));
  for (int i = 0; i < containers; ++i)
    writer.close();
  return stored;
}

TEST(CheckItem, ValuesLieAtMostThirtyTwoLevelsDeep) {
  const Bytes name = unhex("01 0161");
  for (const Type type : {Type::kList, Type::kMap}) {
    for (const Bytes& inside : {store_value(Value(true)), store_value(Value(List())),
                                store_value(Value(Map())), store_value(Value(StringSet{{"x"}}))}) {
      const Bytes deepest = nested(inside, limits::kNestingLevels - 1, type);
      const Bytes too_deep = nested(inside, limits::kNestingLevels, type);
      EXPECT_TRUE(check_value(deepest));
      EXPECT_TRUE(check_item(name + deepest));
      EXPECT_FALSE(check_value(too_deep));
      EXPECT_FALSE(check_item(name + too_deep));
    }
  }
}

}  // namespace
}  // namespace jedlik::value
