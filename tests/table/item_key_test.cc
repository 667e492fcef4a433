#include "table/item_key.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/limits.h"
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

Value decimal(std::string_view text) {
  return Value(*Number::parse(text));
}

TableSchema schema_of(Type partition_key, std::optional<Type> sort_key = std::nullopt) {
  TableSchema schema;
  schema.partition_key = {"pk", partition_key};
  if (sort_key) schema.sort_key = KeyAttribute{"sk", *sort_key};
  return schema;
}

Result<Bytes> put_key(const TableSchema& schema, const Attributes& attributes) {
  const Bytes item = stored(attributes);
  return key_of_item(schema, ItemView(item).attributes());
}

Result<Bytes> get_key(const TableSchema& schema, const Attributes& attributes) {
  const Bytes item = stored(attributes);
  return key_of_key(schema, ItemView(item).attributes());
}

Result<Bytes> prefix_of(const TableSchema& schema, const Bytes& stored_value) {
  const ValueView value(stored_value);
  return collection_prefix(layout_of(schema), {&value, 1});
}

// The bytes of keys are in every database: they never change.
TEST(ItemKey, TheFormatIsAsItWasInTheFirstVersion) {
  const Bytes with_zeros("a\0\0\1\xFF", 5);
  struct Case {
    TableSchema schema;
    Attributes attributes;
    std::string_view hex;
  };
  const std::vector<Case> cases = {
      {schema_of(Type::kString),
       {{"pk", text("abc")}},
       "44666e260b7d0747"
       "6162630001"},
      {schema_of(Type::kBinary),
       {{"pk", binary(with_zeros)}},
       "3d9599ae32085ebb"
       "6100ff00ff01ff0001"},
      {schema_of(Type::kNumber),
       {{"pk", decimal("-12.50")}},
       "eca77dd27059bc9b"
       "10bee69b"},
      {schema_of(Type::kNumber),
       {{"pk", decimal("0")}},
       "fc1537fc103cb7cf"
       "20"},
      {schema_of(Type::kString, Type::kNumber),
       {{"pk", text("abc")}, {"sk", decimal("123")}},
       "44666e260b7d0747"
       "6162630001"
       "3042032e"},
      {schema_of(Type::kNumber, Type::kString),
       {{"pk", decimal("-12.5")}, {"sk", text("abc")}},
       "eca77dd27059bc9b"
       "10bee69b"
       "6162630001"},
      {schema_of(Type::kString, Type::kBinary),
       {{"pk", text("abc")}, {"sk", binary(with_zeros)}},
       "44666e260b7d0747"
       "6162630001"
       "6100ff00ff01ff0001"},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(to_hex(*put_key(each.schema, each.attributes)), each.hex);
    EXPECT_EQ(to_hex(*get_key(each.schema, each.attributes)), each.hex);
  }
}

TEST(ItemKey, TheHashOfALongPartitionKeyIsAsItWasInTheFirstVersion) {
  const Bytes key = *put_key(schema_of(Type::kString), {{"pk", text(std::string(300, 'a'))}});
  EXPECT_EQ(to_hex(key.substr(0, kHashBytes)), "96fb3c95c748a988");
}

TEST(ItemKey, OtherAttributesOfAnItemDoNotMatter) {
  const TableSchema schema = schema_of(Type::kString, Type::kNumber);
  const Result<Bytes> alone = put_key(schema, {{"pk", text("a")}, {"sk", number(1)}});
  EXPECT_EQ(
      *alone,
      *put_key(schema,
               {{"x", number(2)}, {"sk", decimal("1.0")}, {"y", text("b")}, {"pk", text("a")}}));
}

TEST(ItemKey, TheKeysOfACollectionShareAPrefixThatNoOtherHas) {
  const TableSchema schema = schema_of(Type::kString, Type::kString);
  const Bytes a = value::store_value(text("a"));
  const Bytes prefix = *prefix_of(schema, a);
  for (const std::string& sort_key : {std::string("x"), std::string(1, '\0'), std::string("\xFF")})
    EXPECT_TRUE(put_key(schema, {{"pk", text("a")}, {"sk", text(sort_key)}})->starts_with(prefix));
  for (const std::string& other : {std::string("aa"), std::string("b"), std::string("a\0", 2)})
    EXPECT_FALSE(put_key(schema, {{"pk", text(other)}, {"sk", text("x")}})->starts_with(prefix));
}

TEST(ItemKey, SortKeysOfACollectionAreInTheOrderOfTheirValues) {
  RandomValues random;
  const TableSchema by_number = schema_of(Type::kString, Type::kNumber);
  const TableSchema by_bytes = schema_of(Type::kString, Type::kBinary);
  std::map<Number, Bytes> numbers;
  std::map<Bytes, Bytes> bytes;
  for (int i = 0; i < 500; ++i) {
    const Number sort_number = random.number();
    numbers[sort_number] = *put_key(by_number, {{"pk", text("p")}, {"sk", Value(sort_number)}});
    const Bytes sort_bytes = random.bytes(6) + 'z';
    bytes[sort_bytes] = *put_key(by_bytes, {{"pk", text("p")}, {"sk", binary(sort_bytes)}});
  }
  const auto keys_rise = [](const auto& keys) {
    return std::adjacent_find(keys.begin(), keys.end(), [](const auto& a, const auto& b) {
             return a.second >= b.second;
           }) == keys.end();
  };
  EXPECT_TRUE(keys_rise(numbers));
  EXPECT_TRUE(keys_rise(bytes));
}

TEST(ItemKey, TheKeyAttributesCanBeReadBackFromAKey) {
  RandomValues random;
  const auto some = [&random](Type type) {
    if (type == Type::kNumber) return Value(random.number());
    Bytes bytes = random.bytes(20) + random.bytes(1) + '\0';
    return type == Type::kString ? Value(std::move(bytes)) : binary(std::move(bytes));
  };
  for (int i = 0; i < 300; ++i) {
    constexpr Type kTypes[] = {Type::kString, Type::kNumber, Type::kBinary};
    const Type first = kTypes[random.up_to(2)];
    const Type second = kTypes[random.up_to(2)];
    const bool sorted = random.one_in(2);
    const TableSchema schema = schema_of(first, sorted ? std::optional(second) : std::nullopt);
    Attributes attributes = {{"pk", some(first)}};
    if (sorted) attributes.emplace_back("sk", some(second));
    const Bytes key = *get_key(schema, attributes);
    EXPECT_EQ(to_hex(attributes_of_key(layout_of(schema), key)), to_hex(stored(attributes)));
  }
}

const TableSchema kBoth = schema_of(Type::kString, Type::kNumber);
const std::string kTooLong(limits::kPartitionKeyBytes + 1, 'x');

TEST(ItemKey, AnItemThatIsPutNeedsItsKeyAttributes) {
  const std::string invalid = "ValidationException: One or more parameter values were invalid: ";
  const std::string empty =
      "ValidationException: One or more parameter values are not valid. The AttributeValue for a "
      "key attribute cannot contain an empty ";
  struct Case {
    Attributes attributes;
    std::string message;
  };
  const std::vector<Case> cases = {
      {{{"sk", number(1)}}, invalid + "Missing the key pk in the item"},
      {{{"pk", text("a")}}, invalid + "Missing the key sk in the item"},
      {{}, invalid + "Missing the key pk in the item"},
      {{{"pk", number(1)}, {"sk", number(1)}},
       invalid + "Type mismatch for key pk expected: S actual: N"},
      {{{"pk", text("a")}, {"sk", text("1")}},
       invalid + "Type mismatch for key sk expected: N actual: S"},
      {{{"pk", text("a")}, {"sk", Value(true)}},
       invalid + "Type mismatch for key sk expected: N actual: BOOL"},
      {{{"pk", text("a")}, {"sk", Value(false)}},
       invalid + "Type mismatch for key sk expected: N actual: BOOL"},
      {{{"pk", text("a")}, {"sk", Value(value::Null{})}},
       invalid + "Type mismatch for key sk expected: N actual: NULL"},
      {{{"pk", text("")}, {"sk", number(1)}}, empty + "string value. Key: pk"},
      {{{"pk", text(kTooLong)}, {"sk", number(1)}},
       invalid + "Size of hashkey has exceeded the maximum size limit of2048 bytes"},
  };
  for (const Case& each : cases)
    EXPECT_EQ(message_of(put_key(kBoth, each.attributes)), each.message);
}

TEST(ItemKey, AKeyHoldsTheKeyAttributesAndNoOthers) {
  const std::string mismatch =
      "ValidationException: The provided key element does not match the schema";
  const std::vector<Attributes> cases = {
      {},
      {{"pk", text("a")}},
      {{"sk", number(1)}},
      {{"pk", text("a")}, {"sk", number(1)}, {"x", number(1)}},
      {{"pk", text("a")}, {"x", number(1)}},
      {{"pk", number(1)}, {"sk", number(1)}},
      {{"pk", text("a")}, {"sk", text("1")}},
      // The count is checked before what they hold.
      {{"pk", text("")}},
  };
  for (const Attributes& each : cases)
    EXPECT_EQ(message_of(get_key(kBoth, each)), mismatch);
  EXPECT_EQ(message_of(get_key(kBoth, {{"pk", text("")}, {"sk", number(1)}})),
            "ValidationException: One or more parameter values are not valid. The AttributeValue "
            "for a key attribute cannot contain an empty string value. Key: pk");
}

TEST(ItemKey, AnEmptyBinaryIsNoKey) {
  const TableSchema schema = schema_of(Type::kString, Type::kBinary);
  EXPECT_EQ(message_of(put_key(schema, {{"pk", text("a")}, {"sk", binary("")}})),
            "ValidationException: One or more parameter values are not valid. The AttributeValue "
            "for a key attribute cannot contain an empty binary value. Key: sk");
}

TEST(ItemKey, KeysMayBeAsLongAsTheirLimits) {
  const TableSchema schema = schema_of(Type::kString, Type::kBinary);
  const auto key_of = [&schema](size_t partition_bytes, size_t sort_bytes) {
    return put_key(schema, {{"pk", text(std::string(partition_bytes, '\0'))},
                            {"sk", binary(Bytes(sort_bytes, '\0'))}});
  };
  const Result<Bytes> longest = key_of(limits::kPartitionKeyBytes, limits::kSortKeyBytes);
  ASSERT_TRUE(longest) << message_of(longest);
  EXPECT_LE(longest->size(), engine::kMaxKeyBytes);
  EXPECT_EQ(message_of(key_of(limits::kPartitionKeyBytes + 1, 1)),
            "ValidationException: One or more parameter values were invalid: Size of hashkey has "
            "exceeded the maximum size limit of2048 bytes");
  EXPECT_EQ(message_of(key_of(1, limits::kSortKeyBytes + 1)),
            "ValidationException: One or more parameter values were invalid: Aggregated size of "
            "all range keys has exceeded the size limit of 1024 bytes");
}

TEST(ItemKey, ACollectionsPartitionKeyIsCheckedLikeAKey) {
  const Bytes empty = value::store_value(text(""));
  const Bytes too_long = value::store_value(text(kTooLong));
  EXPECT_FALSE(prefix_of(kBoth, empty));
  EXPECT_FALSE(prefix_of(kBoth, too_long));
}

}  // namespace
}  // namespace jedlik::table
