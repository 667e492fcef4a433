#include "table/schema.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "base/limits.h"
#include "tests/table/world.h"
#include "tests/value/random_values.h"

namespace jedlik::table {
namespace {

using engine::PartitionId;
using value::Item;
using value::ItemView;
using value::Map;
using value::Number;
using value::RandomValues;
using value::Type;
using value::Value;

// Everything that can be set is.
TableSchema full_schema() {
  TableSchema schema;
  schema.name = "Music.2024-x_y";
  schema.id = "0f3d5a8e-7c1b-4d2e-9f60-123456789abc";
  schema.created_at = Timestamp{1'700'000'000'123};
  schema.status = TableStatus::kUpdating;
  schema.partition_key = {"Artist", Type::kString};
  schema.sort_key = KeyAttribute{"Released", Type::kNumber};
  schema.attribute_definitions = {{"Released", Type::kNumber}, {"Artist", Type::kString}};
  schema.settings.billing_mode = BillingMode::kProvisioned;
  schema.settings.throughput = {5, 40'000};
  schema.settings.table_class = TableClass::kStandard;
  schema.settings.deletion_protection = DeletionProtection::kEnabled;
  schema.next_settings =
      TableSettings{BillingMode::kPayPerRequest, {0, 0}, TableClass::kStandardInfrequentAccess, {}};
  schema.throughput_history.last_increase = Timestamp{1'700'000'000'456};
  schema.throughput_history.last_decrease = Timestamp{1'700'000'000'789};
  schema.throughput_history.decreases_that_day = 3;
  schema.on_demand_since = Timestamp{1'700'000'001'000};
  schema.table_class_changed_at = Timestamp{1'700'000'002'000};
  schema.tags = {{"team", "a"}, {"cost centre", ""}, {"\xC3\xA9", "\xF0\x9F\x8E\xB5"}};
  schema.partitions = {{"", PartitionId{2}}, {Bytes("\x80\0\0\0\0\0\0\0", 8), PartitionId{3}}};
  return schema;
}

// Nothing is set that need not be.
TableSchema least_schema() {
  TableSchema schema;
  schema.name = "abc";
  schema.id = "0f3d5a8e-7c1b-4d2e-9f60-123456789abc";
  schema.created_at = Timestamp{1'700'000'000'123};
  schema.partition_key = {"id", Type::kBinary};
  schema.attribute_definitions = {schema.partition_key};
  schema.partitions = {{"", PartitionId{2}}};
  return schema;
}

// Hexadecimal digits; lines that begin with # are comments.
Bytes read_hex_file(const std::string& name) {
  std::ifstream file(JEDLIK_SOURCE_DIR "/tests/table/data/" + name);
  EXPECT_TRUE(file) << name;
  Bytes bytes;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    for (size_t i = 0; i + 1 < line.size(); i += 2)
      bytes.push_back(static_cast<char>(std::stoi(line.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

void expect_equal(const TableSchema& actual, const TableSchema& expected) {
  EXPECT_EQ(actual.name, expected.name);
  EXPECT_EQ(actual.id, expected.id);
  EXPECT_EQ(actual.created_at, expected.created_at);
  EXPECT_EQ(actual.status, expected.status);
  EXPECT_EQ(actual.partition_key, expected.partition_key);
  EXPECT_EQ(actual.sort_key, expected.sort_key);
  EXPECT_EQ(actual.attribute_definitions, expected.attribute_definitions);
  EXPECT_EQ(actual.settings, expected.settings);
  EXPECT_EQ(actual.next_settings, expected.next_settings);
  EXPECT_EQ(actual.throughput_history.last_increase, expected.throughput_history.last_increase);
  EXPECT_EQ(actual.throughput_history.last_decrease, expected.throughput_history.last_decrease);
  EXPECT_EQ(actual.throughput_history.decreases_that_day,
            expected.throughput_history.decreases_that_day);
  EXPECT_EQ(actual.on_demand_since, expected.on_demand_since);
  EXPECT_EQ(actual.table_class_changed_at, expected.table_class_changed_at);
  EXPECT_EQ(actual.tags, expected.tags);
  ASSERT_EQ(actual.partitions.size(), expected.partitions.size());
  for (size_t i = 0; i < expected.partitions.size(); ++i) {
    EXPECT_EQ(actual.partitions[i].begin, expected.partitions[i].begin);
    EXPECT_EQ(actual.partitions[i].id, expected.partitions[i].id);
  }
}

void expect_loads(const Bytes& row, const TableSchema& expected) {
  const auto loaded = load_schema(row);
  ASSERT_TRUE(loaded);
  expect_equal(*loaded, expected);
}

TEST(Schema, WhatIsStoredIsLoaded) {
  expect_loads(store_schema(full_schema()), full_schema());
  expect_loads(store_schema(least_schema()), least_schema());
}

TEST(Schema, EveryStateAndSettingIsKept) {
  TableSchema schema = full_schema();
  for (const TableStatus status : {TableStatus::kCreating, TableStatus::kActive,
                                   TableStatus::kUpdating, TableStatus::kDeleting}) {
    schema.status = status;
    expect_loads(store_schema(schema), schema);
  }
  for (const Type type : {Type::kString, Type::kNumber, Type::kBinary}) {
    schema.partition_key.type = type;
    expect_loads(store_schema(schema), schema);
  }
  schema.settings.throughput = {INT64_MAX, INT64_MIN};
  schema.created_at = Timestamp{-1};
  expect_loads(store_schema(schema), schema);
}

// Rows as version 1 wrote them. These files are never changed: what was once stored stays readable.
TEST(Schema, RowsOfVersionOneStayReadable) {
  expect_loads(read_hex_file("schema_v1_full.hex"), full_schema());
  expect_loads(read_hex_file("schema_v1_least.hex"), least_schema());
}

TEST(Schema, AttributesThatANewerServerAddsAreIgnored) {
  Item row = ItemView(store_schema(full_schema())).to_item();
  row.set("an attribute of the future", text("x"));
  row.set("another", Value(Map()));
  row.find("next_settings")->as<Map>()->set("a setting of the future", number(1));
  expect_loads(value::store_item(row), full_schema());
}

TEST(Schema, ARowThatIsCutOffIsNone) {
  for (const TableSchema& schema : {full_schema(), least_schema()}) {
    const Bytes row = store_schema(schema);
    for (size_t size = 0; size < row.size(); ++size)
      EXPECT_FALSE(load_schema(BytesView(row).substr(0, size))) << size;
    EXPECT_FALSE(load_schema(row + '\0'));
  }
}

TEST(Schema, AnAttributeThatIsMissingMakesTheRowNone) {
  const std::set<std::string> may_be_missing = {
      "sort_key",      "table_class",     "next_settings",         "last_increase",
      "last_decrease", "on_demand_since", "table_class_changed_at"};
  const Item row = ItemView(store_schema(full_schema())).to_item();
  for (const auto& [name, value] : row.entries()) {
    Item changed = row;
    changed.erase(name);
    EXPECT_EQ(load_schema(value::store_item(changed)).has_value(), may_be_missing.count(name) > 0)
        << name;
  }
}

TEST(Schema, AnAttributeOfAnotherTypeMakesTheRowNone) {
  const Item row = ItemView(store_schema(full_schema())).to_item();
  for (const auto& [name, value] : row.entries()) {
    Item changed = row;
    changed.set(name, Value(value::Null{}));
    EXPECT_FALSE(load_schema(value::store_item(changed))) << name;
    for (const Value& element : {Value(value::Null{}), Value(Map())}) {
      if (value.as<value::List>() == nullptr) continue;
      changed.set(name, Value(value::List{element}));
      EXPECT_FALSE(load_schema(value::store_item(changed))) << name;
    }
  }
}

TEST(Schema, ANumberThatCannotBeMeantMakesTheRowNone) {
  const Item row = ItemView(store_schema(full_schema())).to_item();
  const auto with = [&row](std::string_view name, std::string_view text) {
    Item changed = row;
    changed.set(name, Value(*Number::parse(text)));
    return load_schema(value::store_item(changed));
  };
  for (const char* name : {"status", "billing_mode", "table_class", "deletion_protection",
                           "created_at", "read_units", "decreases_that_day", "last_increase"}) {
    EXPECT_FALSE(with(name, "1e100")) << name;
    EXPECT_FALSE(with(name, "-9223372036854775809")) << name;
    EXPECT_FALSE(with(name, "0.5")) << name;
  }
  for (const char* name : {"status", "billing_mode", "table_class", "deletion_protection"}) {
    EXPECT_FALSE(with(name, "4")) << name;
    EXPECT_FALSE(with(name, "-1")) << name;
    EXPECT_FALSE(with(name, "256")) << name;
  }
}

TEST(Schema, AKeyIsOfTypeStringNumberOrBinary) {
  const Item row = ItemView(store_schema(least_schema())).to_item();
  for (int type = 0; type < 20; ++type) {
    Item changed = row;
    changed.find("partition_key")->as<Map>()->set("type", number(type));
    const bool is_key_type = type == static_cast<int>(Type::kString) ||
                             type == static_cast<int>(Type::kNumber) ||
                             type == static_cast<int>(Type::kBinary);
    EXPECT_EQ(load_schema(value::store_item(changed)).has_value(), is_key_type) << type;
  }
}

TEST(Schema, PartitionsThatDoNotDivideTheKeysMakeTheRowNone) {
  const auto loads = [](std::vector<PartitionRange> partitions) {
    TableSchema schema = least_schema();
    schema.partitions = std::move(partitions);
    return load_schema(store_schema(schema)).has_value();
  };
  EXPECT_TRUE(loads({{"", PartitionId{2}}, {"a", PartitionId{3}}, {"b", PartitionId{4}}}));
  EXPECT_FALSE(loads({}));
  EXPECT_FALSE(loads({{"a", PartitionId{2}}}));
  EXPECT_FALSE(loads({{"", PartitionId{2}}, {"b", PartitionId{3}}, {"a", PartitionId{4}}}));
  EXPECT_FALSE(loads({{"", PartitionId{2}}, {"", PartitionId{3}}}));
}

// Nothing is asserted of what comes out: the sanitizers watch, and an exception fails the test.
TEST(Schema, NoDamageDoesMoreThanMakeTheRowNoneOrAnother) {
  RandomValues random;
  const Bytes row = store_schema(full_schema());
  size_t refused = 0;
  for (int i = 0; i < 3000; ++i) {
    Bytes damaged = row;
    for (size_t flips = 1 + random.up_to(3); flips > 0; --flips)
      damaged[random.up_to(damaged.size() - 1)] = static_cast<char>(random.up_to(255));
    if (!load_schema(damaged)) ++refused;
  }
  EXPECT_GT(refused, 0u);
}

TEST(Schema, TheFullestRowIsAValueOfTheEngine) {
  TableSchema schema = full_schema();
  schema.name = std::string(limits::kTableNameMaxBytes, 'n');
  schema.tags.clear();
  for (size_t i = 0; i < limits::kTagsPerResource; ++i)
    schema.tags.emplace_back(std::to_string(i) + std::string(limits::kTagKeyBytes - 2, 'k'),
                             std::string(limits::kTagValueBytes, 'v'));
  schema.partitions = {{"", PartitionId{2}}};
  for (uint64_t i = 1; i < 10'000; ++i) {
    Bytes begin;
    append_big_endian(begin, i << 40);
    schema.partitions.push_back({std::move(begin), PartitionId{i + 2}});
  }
  const Bytes row = store_schema(schema);
  EXPECT_LE(row.size(), engine::kMaxValueBytes);
  expect_loads(row, schema);
}

TEST(Schema, AKeyIsInThePartitionWhoseRangeHoldsIt) {
  TableSchema schema = least_schema();
  EXPECT_EQ(schema.partition_of(""), 0u);
  EXPECT_EQ(schema.partition_of("\xFF\xFF"), 0u);
  schema.partitions = {{"", PartitionId{2}}, {"b", PartitionId{3}}, {"d", PartitionId{4}}};
  EXPECT_EQ(schema.partition_of(""), 0u);
  EXPECT_EQ(schema.partition_of("a\xFF"), 0u);
  EXPECT_EQ(schema.partition_of("b"), 1u);
  EXPECT_EQ(schema.partition_of(Bytes("b\0", 2)), 1u);
  EXPECT_EQ(schema.partition_of("c\xFF"), 1u);
  EXPECT_EQ(schema.partition_of("d"), 2u);
  EXPECT_EQ(schema.partition_of("\xFF"), 2u);
}

}  // namespace
}  // namespace jedlik::table
