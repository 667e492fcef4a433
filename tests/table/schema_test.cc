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

// The same with indexes, in which everything that can be set is.
TableSchema schema_with_indexes() {
  TableSchema schema = full_schema();
  schema.attribute_definitions.push_back({"Genre", Type::kBinary});
  LocalIndex local;
  local.name = "by-genre";
  local.partition_key = {schema.partition_key};
  local.sort_key = {{"Genre", Type::kBinary}};
  local.projection = {ProjectionKind::kInclude, {"Title", "\xC3\xA9"}};
  GlobalIndex global;
  global.name = "by-all";
  global.partition_key = {{"Genre", Type::kBinary}, {"Artist", Type::kString}};
  global.sort_key = {{"Released", Type::kNumber}};
  global.projection.kind = ProjectionKind::kAll;
  global.status = IndexStatus::kBackfilling;
  global.throughput = {7, 8};
  global.next_throughput = Throughput{9, 10};
  global.throughput_history.last_increase = Timestamp{1'700'000'003'000};
  global.throughput_history.decreases_that_day = 2;
  global.partitions = {{"", PartitionId{4}}, {Bytes("\x80\0\0\0\0\0\0\0", 8), PartitionId{5}}};
  schema.local_indexes = {local};
  schema.global_indexes = {global};
  return schema;
}

TableSchema schema_with_time_to_live() {
  TableSchema schema = schema_with_indexes();
  ExpiryIndex& index = schema.expiry_index.emplace();
  index.attribute = "expires";
  index.status = IndexStatus::kPreparing;
  index.partitions = {{"", PartitionId{6}}};
  schema.time_to_live_changed_at = Timestamp{1'700'000'004'000};
  return schema;
}

// A split of an index's partition is under way; the table's own was split twice.
TableSchema schema_with_splits() {
  TableSchema schema = schema_with_indexes();
  const Bytes quarter("\x40\0\0\0\0\0\0\0", 8);
  schema.partitions = {{"", PartitionId{8}}, {quarter, PartitionId{9}}, {"\x80", PartitionId{7}}};
  schema.closed_partitions = {
      {PartitionId{2}, "", PartitionId{6}, PartitionId{7}, Timestamp{1'700'000'004'000}},
      {PartitionId{6}, "", PartitionId{8}, PartitionId{9}, Timestamp{1'700'000'005'000}}};
  schema.global_indexes[0].split =
      PartitionSplit{PartitionId{4}, quarter, PartitionId{10}, PartitionId{11}};
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

void expect_equal(const SecondaryIndex& actual, const SecondaryIndex& expected) {
  EXPECT_EQ(actual.name, expected.name);
  EXPECT_EQ(actual.partition_key, expected.partition_key);
  EXPECT_EQ(actual.sort_key, expected.sort_key);
  EXPECT_EQ(actual.projection.kind, expected.projection.kind);
  EXPECT_EQ(actual.projection.non_key_attributes, expected.projection.non_key_attributes);
}

void expect_equal(const ThroughputHistory& actual, const ThroughputHistory& expected) {
  EXPECT_EQ(actual.last_increase, expected.last_increase);
  EXPECT_EQ(actual.last_decrease, expected.last_decrease);
  EXPECT_EQ(actual.decreases_that_day, expected.decreases_that_day);
}

void expect_equal(const std::vector<PartitionRange>& actual,
                  const std::vector<PartitionRange>& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(actual[i].begin, expected[i].begin);
    EXPECT_EQ(actual[i].id, expected[i].id);
  }
}

void expect_equal(const PartitionMap& actual, const PartitionMap& expected) {
  expect_equal(actual.partitions, expected.partitions);
  ASSERT_EQ(actual.split.has_value(), expected.split.has_value());
  if (expected.split) {
    EXPECT_EQ(actual.split->parent, expected.split->parent);
    EXPECT_EQ(actual.split->at, expected.split->at);
    EXPECT_EQ(actual.split->left, expected.split->left);
    EXPECT_EQ(actual.split->right, expected.split->right);
  }
  ASSERT_EQ(actual.closed_partitions.size(), expected.closed_partitions.size());
  for (size_t i = 0; i < expected.closed_partitions.size(); ++i) {
    const ClosedPartition& closed = expected.closed_partitions[i];
    EXPECT_EQ(actual.closed_partitions[i].id, closed.id);
    EXPECT_EQ(actual.closed_partitions[i].begin, closed.begin);
    EXPECT_EQ(actual.closed_partitions[i].left, closed.left);
    EXPECT_EQ(actual.closed_partitions[i].right, closed.right);
    EXPECT_EQ(actual.closed_partitions[i].closed_at, closed.closed_at);
  }
}

void expect_equal_indexes(const TableSchema& actual, const TableSchema& expected) {
  ASSERT_EQ(actual.local_indexes.size(), expected.local_indexes.size());
  for (size_t i = 0; i < expected.local_indexes.size(); ++i)
    expect_equal(actual.local_indexes[i], expected.local_indexes[i]);
  ASSERT_EQ(actual.global_indexes.size(), expected.global_indexes.size());
  for (size_t i = 0; i < expected.global_indexes.size(); ++i) {
    const GlobalIndex& index = expected.global_indexes[i];
    expect_equal(static_cast<const SecondaryIndex&>(actual.global_indexes[i]), index);
    EXPECT_EQ(actual.global_indexes[i].status, index.status);
    EXPECT_EQ(actual.global_indexes[i].throughput, index.throughput);
    EXPECT_EQ(actual.global_indexes[i].next_throughput, index.next_throughput);
    expect_equal(actual.global_indexes[i].throughput_history, index.throughput_history);
    expect_equal(static_cast<const PartitionMap&>(actual.global_indexes[i]), index);
  }
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
  expect_equal(actual.throughput_history, expected.throughput_history);
  EXPECT_EQ(actual.on_demand_since, expected.on_demand_since);
  EXPECT_EQ(actual.table_class_changed_at, expected.table_class_changed_at);
  EXPECT_EQ(actual.time_to_live_changed_at, expected.time_to_live_changed_at);
  ASSERT_EQ(actual.expiry_index.has_value(), expected.expiry_index.has_value());
  if (expected.expiry_index) {
    EXPECT_EQ(actual.expiry_index->attribute, expected.expiry_index->attribute);
    EXPECT_EQ(actual.expiry_index->status, expected.expiry_index->status);
    expect_equal(actual.expiry_index->partitions, expected.expiry_index->partitions);
  }
  EXPECT_EQ(actual.tags, expected.tags);
  expect_equal(static_cast<const PartitionMap&>(actual), expected);
  expect_equal_indexes(actual, expected);
}

void expect_loads(const Bytes& row, const TableSchema& expected) {
  const auto loaded = load_schema(row);
  ASSERT_TRUE(loaded);
  expect_equal(*loaded, expected);
}

TEST(Schema, WhatIsStoredIsLoaded) {
  expect_loads(store_schema(full_schema()), full_schema());
  expect_loads(store_schema(least_schema()), least_schema());
  expect_loads(store_schema(schema_with_indexes()), schema_with_indexes());
  expect_loads(store_schema(schema_with_time_to_live()), schema_with_time_to_live());
  expect_loads(store_schema(schema_with_splits()), schema_with_splits());
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
  schema = schema_with_indexes();
  for (const IndexStatus status :
       {IndexStatus::kCreating, IndexStatus::kPreparing, IndexStatus::kBackfilling,
        IndexStatus::kActive, IndexStatus::kDeleting}) {
    schema.global_indexes[0].status = status;
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

TEST(Schema, ARowWithIndexesStaysReadable) {
  const Bytes row = read_hex_file("schema_v1_indexes.hex");
  expect_loads(row, schema_with_indexes());
  EXPECT_EQ(to_hex(store_schema(schema_with_indexes())), to_hex(row));
}

TEST(Schema, ARowWithTimeToLiveStaysReadable) {
  const Bytes row = read_hex_file("schema_v1_time_to_live.hex");
  expect_loads(row, schema_with_time_to_live());
  EXPECT_EQ(to_hex(store_schema(schema_with_time_to_live())), to_hex(row));
}

TEST(Schema, ARowWithSplitsStaysReadable) {
  const Bytes row = read_hex_file("schema_v1_splits.hex");
  expect_loads(row, schema_with_splits());
  EXPECT_EQ(to_hex(store_schema(schema_with_splits())), to_hex(row));
}

TEST(Schema, AttributesThatANewerServerAddsAreIgnored) {
  Item row = ItemView(store_schema(full_schema())).to_item();
  row.set("an attribute of the future", text("x"));
  row.set("another", Value(Map()));
  row.find("next_settings")->as<Map>()->set("a setting of the future", number(1));
  expect_loads(value::store_item(row), full_schema());
}

TEST(Schema, ARowThatIsCutOffIsNone) {
  for (const TableSchema& schema : {full_schema(), least_schema(), schema_with_time_to_live()}) {
    const Bytes row = store_schema(schema);
    for (size_t size = 0; size < row.size(); ++size)
      EXPECT_FALSE(load_schema(BytesView(row).substr(0, size))) << size;
    EXPECT_FALSE(load_schema(row + '\0'));
  }
}

TEST(Schema, AnAttributeThatIsMissingMakesTheRowNone) {
  const std::set<std::string> may_be_missing = {
      "sort_key",       "table_class",     "next_settings",          "last_increase",
      "last_decrease",  "on_demand_since", "table_class_changed_at", "local_indexes",
      "global_indexes", "expiry_index",    "time_to_live_changed_at"};
  const Item row = ItemView(store_schema(schema_with_time_to_live())).to_item();
  for (const auto& [name, value] : row.entries()) {
    Item changed = row;
    changed.erase(name);
    EXPECT_EQ(load_schema(value::store_item(changed)).has_value(), may_be_missing.count(name) > 0)
        << name;
  }
}

TEST(Schema, AnIndexThatLacksAnAttributeMakesTheRowNone) {
  const std::set<std::string> may_be_missing = {"next_throughput", "last_increase"};
  for (const char* list : {"local_indexes", "global_indexes"}) {
    const Item row = ItemView(store_schema(schema_with_indexes())).to_item();
    const Map index = *row.find(list)->as<value::List>()->front().as<Map>();
    for (const auto& [name, value] : index.entries()) {
      Map less = index;
      less.erase(name);
      Item changed = row;
      changed.set(list, Value(value::List{Value(less)}));
      EXPECT_EQ(load_schema(value::store_item(changed)).has_value(), may_be_missing.count(name) > 0)
          << list << " " << name;
    }
  }
}

TEST(Schema, AnExpiryIndexThatLacksAnAttributeMakesTheRowNone) {
  const Item row = ItemView(store_schema(schema_with_time_to_live())).to_item();
  const Map index = *row.find("expiry_index")->as<Map>();
  for (const auto& [name, value] : index.entries()) {
    Map less = index;
    less.erase(name);
    Item changed = row;
    changed.set("expiry_index", Value(less));
    EXPECT_FALSE(load_schema(value::store_item(changed))) << name;
  }
}

TEST(Schema, AnAttributeOfAnotherTypeMakesTheRowNone) {
  const Item row = ItemView(store_schema(schema_with_time_to_live())).to_item();
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
    schema.tags.emplace_back(std::to_string(i) + std::string(limits::kTagKeyCharacters - 2, 'k'),
                             std::string(limits::kTagValueCharacters, 'v'));
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
