#include "table/index_row.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "tests/table/index_world.h"

// The rows of indexes and their keys, which are in every database and never change.
namespace jedlik::table {
namespace {

using value::ItemView;

class IndexRows : public ::testing::Test {
 protected:
  std::optional<IndexRow> local_row(size_t place, const Attributes& attributes) const {
    const LocalIndex& index = schema_.local_indexes[place];
    const Bytes item = stored(attributes);
    return index_row(layout_of(schema_, index), index, ItemView(item));
  }
  std::optional<IndexRow> global_row(size_t place, const Attributes& attributes) const {
    const GlobalIndex& index = schema_.global_indexes[place];
    const Bytes item = stored(attributes);
    return index_row(layout_of(schema_, index), index, ItemView(item));
  }

  const TableSchema schema_ = indexed_schema("T");
  const Attributes whole_ = {{"pk", text("abc")}, {"sk", number(123)}, {"a", number(7)},
                             {"b", text("xy")},   {"data", text("d")}, {"more", text("m")}};
};

TEST_F(IndexRows, KeysAreAsTheyWereInTheFirstVersion) {
  const std::string hash_of_abc = "44666e260b7d0747";
  const std::string abc = "6162630001";
  const std::string sk_123 = "3042032e";
  const std::string a_7 = "30410e";
  const std::string b_xy = "78790001";
  EXPECT_EQ(to_hex(local_row(0, whole_)->key), hash_of_abc + abc + "01" + a_7 + sk_123);
  EXPECT_EQ(to_hex(local_row(1, whole_)->key), hash_of_abc + abc + "02" + b_xy + sk_123);
  EXPECT_EQ(to_hex(global_row(0, whole_)->key).substr(16), a_7 + abc + sk_123);
  EXPECT_EQ(to_hex(global_row(1, whole_)->key).substr(16), b_xy + a_7 + abc + sk_123);
  // A part that is a key of the table too stands twice.
  EXPECT_EQ(to_hex(global_row(2, whole_)->key).substr(16),
            a_7 + b_xy + abc + sk_123 + abc + sk_123);
  // The hash is of all partition key parts together.
  EXPECT_EQ(to_hex(global_row(0, whole_)->key).substr(0, 16), "420bb53762d636c7");
  EXPECT_EQ(to_hex(global_row(2, whole_)->key).substr(0, 16), "98c37e1a417bd289");
}

TEST_F(IndexRows, ARowHasWhatIsProjected) {
  const Attributes keys_only = {{"pk", text("abc")}, {"sk", number(123)}, {"a", number(7)}};
  EXPECT_EQ(local_row(0, whole_)->value, stored(keys_only));
  EXPECT_EQ(local_row(0, whole_)->bytes, size_of_item(stored(keys_only)));
  EXPECT_EQ(
      local_row(1, whole_)->value,
      stored({{"pk", text("abc")}, {"sk", number(123)}, {"b", text("xy")}, {"data", text("d")}}));
  EXPECT_EQ(global_row(0, whole_)->value, stored(whole_));
  EXPECT_EQ(global_row(0, whole_)->bytes, size_of_item(stored(whole_)));
}

TEST_F(IndexRows, AnItemWithoutAKeyAttributeHasNoRow) {
  Attributes without_b = whole_;
  without_b.erase(without_b.begin() + 3);
  EXPECT_TRUE(local_row(0, without_b));
  EXPECT_FALSE(local_row(1, without_b));
  EXPECT_TRUE(global_row(0, without_b));
  EXPECT_FALSE(global_row(1, without_b));
  EXPECT_FALSE(global_row(2, without_b));
}

TEST_F(IndexRows, AnItemWithAValueThatNoKeyCanHaveHasNoRow) {
  for (const value::Value& wrong : {number(1), value::Value(value::Null{}), text(""),
                                    text(std::string(limits::kPartitionKeyBytes + 1, 'x'))}) {
    Attributes attributes = whole_;
    attributes[3].second = wrong;
    EXPECT_FALSE(global_row(1, attributes));
    EXPECT_FALSE(global_row(2, attributes));
    EXPECT_TRUE(global_row(0, attributes));
  }
  Attributes longest = whole_;
  longest[3].second = text(std::string(limits::kPartitionKeyBytes, 'x'));
  EXPECT_TRUE(global_row(1, longest));
  // The attributes of one key together have the limit of one.
  EXPECT_FALSE(global_row(2, longest));
}

TEST_F(IndexRows, TheLongestKeysAreNotTooLongForAnEngine) {
  TableSchema schema = schema_named("T");
  schema.partition_key.type = value::Type::kBinary;
  schema.sort_key->type = value::Type::kBinary;
  schema.global_indexes = {index_named<GlobalIndex>("g", {{"p1", value::Type::kBinary}},
                                                    {{"s1", value::Type::kBinary}})};
  // Each zero byte becomes two.
  const Bytes item = stored({{"pk", binary(Bytes(limits::kPartitionKeyBytes, '\0'))},
                             {"sk", binary(Bytes(limits::kSortKeyBytes, '\0'))},
                             {"p1", binary(Bytes(limits::kPartitionKeyBytes, '\0'))},
                             {"s1", binary(Bytes(limits::kSortKeyBytes, '\0'))}});
  const auto key =
      row_key(layout_of(schema, schema.global_indexes[0]), ItemView(item).attributes());
  ASSERT_TRUE(key);
  EXPECT_LE(key->size(), engine::kMaxKeyBytes);
}

TEST_F(IndexRows, AKeyGivesItsAttributesBackEachOnce) {
  const Bytes item = stored(whole_);
  const auto attributes_in = [&](const KeyLayout& layout) {
    const auto key = row_key(layout, ItemView(item).attributes());
    return in_order(ItemView(attributes_of_key(layout, *key)).to_item());
  };
  const Attributes all = {
      {"a", number(7)}, {"b", text("xy")}, {"pk", text("abc")}, {"sk", number(123)}};
  EXPECT_EQ(attributes_in(layout_of(schema_, schema_.global_indexes[2])), stored(all));
  EXPECT_EQ(attributes_in(layout_of(schema_, schema_.global_indexes[1])), stored(all));
  EXPECT_EQ(attributes_in(layout_of(schema_, schema_.local_indexes[0])),
            stored({all[0], all[2], all[3]}));
}

TEST_F(IndexRows, ARowTellsItsLocalIndex) {
  EXPECT_EQ(local_number_of(schema_, local_row(0, whole_)->key), 1);
  EXPECT_EQ(local_number_of(schema_, local_row(1, whole_)->key), 2);
}

}  // namespace
}  // namespace jedlik::table
