#include "value/key_encoding.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/value/random_values.h"
#include "tests/value/slow_number.h"

namespace jedlik::value {
namespace {

Bytes key_part(const Value& value) {
  const Bytes stored = store_value(value);
  Bytes key;
  append_key_part(key, ValueView(stored));
  return key;
}

Value random_key(RandomValues& random, Type type) {
  if (type == Type::kNumber) return Value(random.number());
  if (type == Type::kString) return Value(random.text(4));
  return Value(Binary{random.bytes(4)});
}

// The slow comparison: numbers by value, bytes one by one.
int compare(const Value& a, const Value& b) {
  if (a.type() == Type::kNumber) {
    const Whole left = slow_number(a.as<Number>()->to_text());
    const Whole right = slow_number(b.as<Number>()->to_text());
    return left < right ? -1 : left > right ? 1 : 0;
  }
  const Bytes& left = a.type() == Type::kString ? *a.as<std::string>() : a.as<Binary>()->bytes;
  const Bytes& right = b.type() == Type::kString ? *b.as<std::string>() : b.as<Binary>()->bytes;
  for (size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
    const auto left_byte = static_cast<uint8_t>(left[i]);
    const auto right_byte = static_cast<uint8_t>(right[i]);
    if (left_byte != right_byte) return left_byte < right_byte ? -1 : 1;
  }
  return left.size() < right.size() ? -1 : left.size() > right.size() ? 1 : 0;
}

constexpr Type kKeyTypes[] = {Type::kString, Type::kNumber, Type::kBinary};

TEST(KeyPart, OrderOfBytesIsOrderOfValuesAndNoneBeginsAnother) {
  RandomValues random;
  for (const Type type : kKeyTypes) {
    for (int i = 0; i < 20'000; ++i) {
      const Value a = random_key(random, type);
      const Value b = random_key(random, type);
      const Bytes key_a = key_part(a);
      const Bytes key_b = key_part(b);
      const int expected = compare(a, b);
      ASSERT_EQ(key_a <=> key_b, expected <=> 0) << to_hex(key_a) << " and " << to_hex(key_b);
      ASSERT_EQ(BytesView(key_a).starts_with(key_b), expected == 0);
    }
  }
}

TEST(KeyPart, JoinedPartsAreInTheOrderOfTheFirstAndThenTheSecond) {
  RandomValues random;
  for (int i = 0; i < 20'000; ++i) {
    const Type first = kKeyTypes[random.up_to(2)];
    const Type second = kKeyTypes[random.up_to(2)];
    const Value a1 = random_key(random, first);
    const Value b1 = random.one_in(3) ? a1 : random_key(random, first);
    const Value a2 = random_key(random, second);
    const Value b2 = random_key(random, second);
    const int by_first = compare(a1, b1);
    const int expected = by_first != 0 ? by_first : compare(a2, b2);
    ASSERT_EQ(key_part(a1) + key_part(a2) <=> key_part(b1) + key_part(b2), expected <=> 0);
  }
}

TEST(KeyPart, ComesBackAndLeavesWhatFollows) {
  RandomValues random;
  for (const Type type : kKeyTypes) {
    for (int i = 0; i < 5000; ++i) {
      const Value value = random_key(random, type);
      const Bytes follows = random.bytes(4);
      const Bytes key = key_part(value) + follows;
      BytesView rest = key;
      Bytes stored = "before";
      ASSERT_TRUE(take_key_part(rest, type, stored));
      EXPECT_EQ(rest, follows);
      EXPECT_EQ(stored, "before" + store_value(value));
    }
  }
}

struct FormCase {
  Value value;
  std::string hex;
};

// These bytes are on disks: a change here makes them unreachable.
TEST(KeyPart, TheFormIsWhatItEverWas) {
  const std::vector<FormCase> cases = {
      {Value(std::string()), "0001"},
      {Value(std::string("abc")), "6162630001"},
      {Value(Binary{Bytes("\0", 1)}), "00ff0001"},
      {Value(Binary{Bytes("a\0\0\x01\xFF", 5)}), "6100ff00ff01ff0001"},
      {Value(Number()), "20"},
      {Value(*Number::parse("-12.5")), "10bee69b"},
  };
  for (const FormCase& test : cases)
    EXPECT_EQ(to_hex(key_part(test.value)), test.hex);
}

TEST(KeyPart, WhatIsAcceptedIsExactlyWhatWouldBeWritten) {
  RandomValues random;
  for (int i = 0; i < 50'000; ++i) {
    const Type type = kKeyTypes[random.up_to(2)];
    Bytes key = random.one_in(2) ? key_part(random_key(random, type)) : random.bytes(12);
    if (!key.empty() && random.one_in(2))
      key[random.up_to(key.size() - 1)] = static_cast<char>(random.up_to(255));
    if (random.one_in(4)) key.resize(random.up_to(key.size()));
    BytesView rest = key;
    Bytes stored;
    if (!take_key_part(rest, type, stored)) continue;
    ASSERT_TRUE(check_value(stored));
    Bytes again;
    append_key_part(again, ValueView(stored));
    EXPECT_EQ(again + Bytes(rest), key);
  }
}

TEST(KeyPart, DamagedBytesAreRefused) {
  for (const BytesView key :
       {BytesView(""), BytesView("a"), BytesView("a\0", 2), BytesView("a\0\0", 3),
        BytesView("a\0\x02", 3), BytesView("\0\xFE\0\x01", 4), BytesView("a\0\xFF", 3)}) {
    BytesView rest = key;
    Bytes stored;
    EXPECT_FALSE(take_key_part(rest, Type::kString, stored)) << to_hex(key);
  }
  BytesView number("\x30\x41", 2);
  Bytes stored;
  EXPECT_FALSE(take_key_part(number, Type::kNumber, stored));
}

TEST(KeyPartPrefix, BeginsTheKeysOfTheValuesThatBeginWithIt) {
  RandomValues random;
  for (int i = 0; i < 20'000; ++i) {
    const Bytes beginning = random.bytes(3);
    const Bytes whole = random.one_in(2) ? beginning + random.bytes(3) : random.bytes(4);
    Bytes prefix;
    append_key_part_prefix(prefix, ValueView(Type::kBinary, beginning));
    const Bytes key = key_part(Value(Binary{whole}));
    ASSERT_EQ(key.starts_with(prefix), whole.starts_with(beginning));
    // And no other key lies from the prefix to what follows it.
    const Bytes after = key_after_prefix(prefix);
    ASSERT_EQ(key >= prefix && (after.empty() || key < after), whole.starts_with(beginning));
  }
}

TEST(KeyAfterPrefix, IsTheFirstThatDoesNotBeginWithIt) {
  EXPECT_EQ(key_after_prefix("abc"), "abd");
  EXPECT_EQ(key_after_prefix("ab\xFF"), "ac");
  EXPECT_EQ(key_after_prefix("a\xFF\xFF"), "b");
  EXPECT_EQ(key_after_prefix("\x7F"), "\x80");
  EXPECT_EQ(key_after_prefix("\xFF\xFF"), "");
  EXPECT_EQ(key_after_prefix(""), "");
}

}  // namespace
}  // namespace jedlik::value
