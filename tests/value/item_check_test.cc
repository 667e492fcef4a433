#include <gtest/gtest.h>

#include <string>

#include "base/limits.h"
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

TEST(CheckItem, WhatTheWriterNeverWritesIsRefused) {
  const auto refused = [](BytesView stored) { return !check_item(stored); };
  const auto item = [](BytesView value) {
    return Bytes(
               "\x01\x01"
               "a",
               3) +
           Bytes(value);
  };
  ASSERT_TRUE(check_item(item("\x01")));
  EXPECT_TRUE(refused(""));
  EXPECT_TRUE(refused(BytesView("\0", 1)));
  EXPECT_TRUE(refused("\x02"));                    // another version
  EXPECT_TRUE(refused(item("")));                  // a name without a value
  EXPECT_TRUE(refused(item(BytesView("\0", 1))));  // no such type
  EXPECT_TRUE(refused(item("\x0C")));              //
  EXPECT_TRUE(refused(item("\xFF")));              //
  EXPECT_TRUE(
      refused(item("\x05\x81\x01"
                   "xyz")));                                  // longer than the item
  EXPECT_TRUE(refused(item(BytesView("\x05\x81\x00x", 4))));  // a length with a zero at its end
  EXPECT_TRUE(refused(item("\x05\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01")));  // 2^64 - 1
  EXPECT_TRUE(refused(item("\x05\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02")));  // beyond 64 bits
  EXPECT_TRUE(refused(item(BytesView("\x06\x00", 2))));      // a number of no bytes
  EXPECT_TRUE(refused(item("\x06\x02\x20\x20")));            // two numbers in one
  EXPECT_TRUE(refused(item("\x06\x03\x30\x41\x03")));        // a number without an end
  EXPECT_TRUE(refused(item(BytesView("\x09\0\0\0\0", 5))));  // empty sets
  EXPECT_TRUE(refused(item(BytesView("\x0A\0\0\0\0", 5))));
  EXPECT_TRUE(refused(item(BytesView("\x0B\0\0\0\0", 5))));
  EXPECT_TRUE(refused(item(BytesView("\x0A\x03\0\0\0\x02\x30\x41", 8))));
  EXPECT_TRUE(refused(item(BytesView("\x07\x01\0\0", 4))));  // half a length
  EXPECT_TRUE(refused(item("\x07\xFF\xFF\xFF\xFF\x01")));    // longer than the item
  EXPECT_TRUE(
      refused(item(BytesView("\x08\x02\0\0\0\x01"
                             "a",
                             7))));  // a name without a value
  EXPECT_TRUE(
      refused(item(BytesView("\x07\x02\0\0\0\x05\x01"
                             "a",
                             8))));  // ends inside a value
}

// A value inside as many lists.
Bytes in_lists(Bytes value, int lists) {
  for (int i = 0; i < lists; ++i) {
    List list;
    list.push_back(ValueView(value).to_value());
    value = store_value(Value(std::move(list)));
  }
  return value;
}

TEST(CheckItem, ValuesLieAtMostThirtyTwoLevelsDeep) {
  for (const Bytes& inside : {store_value(Value(true)), store_value(Value(List())),
                              store_value(Value(StringSet{{"x"}}))}) {
    const Bytes deepest = in_lists(inside, limits::kNestingLevels - 1);
    const Bytes too_deep = in_lists(inside, limits::kNestingLevels);
    const Bytes name(
        "\x01\x01"
        "a",
        3);
    EXPECT_TRUE(check_value(deepest));
    EXPECT_TRUE(check_item(name + deepest));
    EXPECT_FALSE(check_value(too_deep));
    EXPECT_FALSE(check_item(name + too_deep));
  }
}

}  // namespace
}  // namespace jedlik::value
