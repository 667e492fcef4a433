#include "table/key_range.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "table/item_key.h"
#include "tests/table/world.h"
#include "tests/value/random_values.h"

namespace jedlik::table {
namespace {

using value::ItemView;
using value::Number;
using value::RandomValues;
using value::Type;
using value::Value;
using value::ValueView;
using Operator = expression::KeyOperator;

constexpr Operator kComparisons[] = {Operator::kEqual,          Operator::kLess,
                                     Operator::kLessOrEqual,    Operator::kGreater,
                                     Operator::kGreaterOrEqual, Operator::kBetween};

template <class T>
bool holds(Operator op, const T& value, const T& operand, const T& upper) {
  switch (op) {
    case Operator::kEqual:
      return value == operand;
    case Operator::kLess:
      return value < operand;
    case Operator::kLessOrEqual:
      return value <= operand;
    case Operator::kGreater:
      return value > operand;
    case Operator::kGreaterOrEqual:
      return value >= operand;
    case Operator::kBetween:
      return value >= operand && value <= upper;
    case Operator::kBeginsWith:
      break;
  }
  return false;
}

class KeyRanges : public ::testing::Test {
 protected:
  Bytes key(Value partition_key, Value sort_key) const {
    const Bytes item = stored({{"pk", std::move(partition_key)}, {"sk", std::move(sort_key)}});
    return *key_of_key(schema_, ItemView(item).attributes());
  }
  Bytes prefix(const Value& partition_key) const {
    const Bytes value = value::store_value(partition_key);
    const ValueView view(value);
    return *collection_prefix(layout_of(schema_), {&view, 1});
  }
  KeyRange range(Operator op, const Value& operand, const Value& upper) const {
    const Bytes first = value::store_value(operand);
    const Bytes second = value::store_value(upper);
    expression::KeyTest condition{op, ValueView(first), std::nullopt};
    if (op == Operator::kBetween) condition.upper = ValueView(second);
    return range_of_collection(prefix(text("p")), {&condition, 1});
  }

  TableSchema schema_ = schema_named("T");
};

TEST_F(KeyRanges, ANumberIsInTheRangeOfAConditionThatItMeets) {
  RandomValues random;
  std::vector<Number> numbers;
  for (int i = 0; i < 60; ++i)
    numbers.push_back(random.number());
  for (int i = 0; i < 100; ++i) {
    const Number& operand = numbers[random.up_to(numbers.size() - 1)];
    const Number& upper = numbers[random.up_to(numbers.size() - 1)];
    for (const Operator op : kComparisons) {
      const KeyRange within = range(op, Value(operand), Value(upper));
      for (const Number& number : numbers)
        ASSERT_EQ(within.contains(key(text("p"), Value(number))), holds(op, number, operand, upper))
            << static_cast<int>(op) << ": " << number.to_text() << ", " << operand.to_text();
    }
  }
}

TEST_F(KeyRanges, BytesAreInTheRangeOfAConditionThatTheyMeet) {
  RandomValues random;
  schema_.sort_key->type = Type::kBinary;
  std::vector<Bytes> all = {Bytes(1, '\0'), "\xFF", "\xFF\xFF", Bytes("\0\xFF", 2)};
  for (int i = 0; i < 60; ++i)
    all.push_back(random.bytes(4) + static_cast<char>(random.up_to(255)));
  for (int i = 0; i < 100; ++i) {
    const Bytes& operand = all[random.up_to(all.size() - 1)];
    const Bytes& upper = all[random.up_to(all.size() - 1)];
    for (const Operator op : kComparisons) {
      const KeyRange within = range(op, binary(operand), binary(upper));
      for (const Bytes& bytes : all)
        ASSERT_EQ(within.contains(key(text("p"), binary(bytes))), holds(op, bytes, operand, upper))
            << static_cast<int>(op) << ": " << to_hex(bytes) << ", " << to_hex(operand);
    }
    const KeyRange beginning = range(Operator::kBeginsWith, binary(operand), binary(upper));
    for (const Bytes& bytes : all)
      ASSERT_EQ(beginning.contains(key(text("p"), binary(bytes))), bytes.starts_with(operand))
          << to_hex(bytes) << ", " << to_hex(operand);
  }
}

TEST_F(KeyRanges, NoConditionReachesIntoAnotherCollection) {
  schema_.sort_key->type = Type::kBinary;
  const Bytes low(1, '\0');
  const Bytes high(20, '\xFF');
  std::vector<Operator> operators(std::begin(kComparisons), std::end(kComparisons));
  operators.push_back(Operator::kBeginsWith);
  for (const char* other : {"o", "p0", "pp", "q", "\xFF"}) {
    for (const Bytes& sort_key : {low, Bytes("m"), high}) {
      const Bytes outside = key(text(other), binary(sort_key));
      EXPECT_FALSE(range_of_collection(prefix(text("p")), {}).contains(outside));
      for (const Operator op : operators) {
        for (const Bytes& operand : {low, Bytes("m"), high})
          EXPECT_FALSE(range(op, binary(operand), binary(high)).contains(outside));
      }
    }
  }
}

TEST_F(KeyRanges, WithoutAConditionTheWholeCollectionIsMeant) {
  const KeyRange all = range_of_collection(prefix(text("p")), {});
  for (const int64_t sort_key : {INT64_MIN, int64_t{0}, INT64_MAX})
    EXPECT_TRUE(all.contains(key(text("p"), number(sort_key))));
}

TEST(Segments, EveryKeyIsInExactlyOne) {
  RandomValues random;
  for (const uint32_t total : {1u, 2u, 3u, 7u, 1000u}) {
    std::vector<KeyRange> segments;
    for (uint32_t segment = 0; segment < total; ++segment)
      segments.push_back(range_of_segment(segment, total));
    EXPECT_EQ(segments.front().begin, "");
    EXPECT_EQ(segments.back().end, "");
    for (size_t i = 1; i < segments.size(); ++i)
      EXPECT_EQ(segments[i - 1].end, segments[i].begin);
    for (int i = 0; i < 200; ++i) {
      Bytes key;
      append_big_endian(key, uint64_t{random.up_to(SIZE_MAX - 1)});
      key += 'k';
      EXPECT_EQ(std::count_if(segments.begin(), segments.end(),
                              [&key](const KeyRange& range) { return range.contains(key); }),
                1);
    }
  }
}

TEST(Segments, TheyAreAlikeInSizeUpToTheLargestNumberOfThem) {
  constexpr uint32_t kTotal = 1'000'000;
  constexpr uint64_t kEach = UINT64_MAX / kTotal;
  for (const uint32_t segment : {0u, 1u, 499'999u, 999'998u}) {
    const KeyRange range = range_of_segment(segment, kTotal);
    const uint64_t begin = segment == 0 ? 0 : read_big_endian(range.begin);
    const uint64_t width = read_big_endian(range.end) - begin;
    EXPECT_TRUE(width == kEach || width == kEach + 1) << segment;
  }
}

}  // namespace
}  // namespace jedlik::table
