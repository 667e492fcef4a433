#include "table/schema.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "value/stored_item.h"

namespace jedlik::table {

namespace {

using value::Item;
using value::List;
using value::Map;
using value::Number;
using value::Value;

// The numbers of enumerations in the stored form are those of their order in schema.h.
template <class Enum>
Value store_enum(Enum value) {
  return Value(Number(static_cast<int64_t>(value)));
}

Value store_integer(int64_t number) {
  return Value(Number(number));
}

Value store_key_attribute(const KeyAttribute& attribute) {
  Map map;
  map.set("name", Value(attribute.name));
  map.set("type", store_enum(attribute.type));
  return Value(std::move(map));
}

void store_time(Map& map, std::string_view name, const std::optional<Timestamp>& time) {
  if (time) map.set(name, store_integer(time->ms));
}

// Reads members of a map, and remembers whether one that must be there was not, or had another
// type.
class Loader {
 public:
  explicit Loader(const Map& map) : map_(&map) {}

  bool complete() const { return complete_; }
  void fail() { complete_ = false; }

  bool has(std::string_view name) const { return map_->find(name) != nullptr; }
  std::string text(std::string_view name) { return get<std::string>(name); }
  Bytes binary(std::string_view name) { return get<value::Binary>(name).bytes; }
  List list(std::string_view name) { return get<List>(name); }
  Map map(std::string_view name) { return get<Map>(name); }
  int64_t integer(std::string_view name) {
    const std::string printed = get<Number>(name).to_text();
    const char* const end = printed.data() + printed.size();
    int64_t number = 0;
    const auto [stopped, error] = std::from_chars(printed.data(), end, number);
    if (error != std::errc() || stopped != end) fail();
    return number;
  }
  std::optional<Timestamp> time(std::string_view name) {
    if (!has(name)) return std::nullopt;
    return Timestamp{integer(name)};
  }
  template <class Enum>
  Enum enumeration(std::string_view name, Enum last) {
    const int64_t number = integer(name);
    if (number < 0 || number > static_cast<int64_t>(last)) fail();
    return static_cast<Enum>(number);
  }
  KeyAttribute key_attribute(const Map& from) {
    Loader loader(from);
    KeyAttribute attribute{loader.text("name"),
                           loader.enumeration("type", value::Type::kBinarySet)};
    const bool is_key_type = attribute.type == value::Type::kString ||
                             attribute.type == value::Type::kNumber ||
                             attribute.type == value::Type::kBinary;
    if (!loader.complete() || !is_key_type) fail();
    return attribute;
  }

 private:
  template <class T>
  T get(std::string_view name) {
    const Value* found = map_->find(name);
    const T* typed = found == nullptr ? nullptr : found->as<T>();
    if (typed == nullptr) {
      fail();
      return T();
    }
    return *typed;
  }

  const Map* map_;
  bool complete_ = true;
};

void store_settings(Map& row, const TableSettings& settings) {
  row.set("billing_mode", store_enum(settings.billing_mode));
  row.set("read_units", store_integer(settings.throughput.read_units));
  row.set("write_units", store_integer(settings.throughput.write_units));
  if (settings.table_class) row.set("table_class", store_enum(*settings.table_class));
  row.set("deletion_protection", store_enum(settings.deletion_protection));
}

TableSettings load_settings(Loader& row) {
  TableSettings settings;
  settings.billing_mode = row.enumeration("billing_mode", BillingMode::kPayPerRequest);
  settings.throughput = {row.integer("read_units"), row.integer("write_units")};
  if (row.has("table_class")) {
    settings.table_class = row.enumeration("table_class", TableClass::kStandardInfrequentAccess);
  }
  settings.deletion_protection =
      row.enumeration("deletion_protection", DeletionProtection::kEnabled);
  return settings;
}

void load_lists(Loader& row, TableSchema& schema) {
  for (const Value& entry : row.list("attribute_definitions")) {
    const Map* map = entry.as<Map>();
    if (map == nullptr) return row.fail();
    schema.attribute_definitions.push_back(row.key_attribute(*map));
  }
  const Map tags = row.map("tags");
  for (const auto& [key, text] : tags.entries()) {
    const auto* tag_value = text.as<std::string>();
    if (tag_value == nullptr) return row.fail();
    schema.tags.emplace_back(key, *tag_value);
  }
  for (const Value& entry : row.list("partitions")) {
    const Map* map = entry.as<Map>();
    if (map == nullptr) return row.fail();
    Loader loader(*map);
    const auto id = static_cast<engine::PartitionId>(loader.integer("id"));
    Bytes begin = loader.binary("begin");
    const bool in_order =
        schema.partitions.empty() ? begin.empty() : schema.partitions.back().begin < begin;
    if (!loader.complete() || !in_order) row.fail();
    schema.partitions.push_back({std::move(begin), id});
  }
  if (schema.partitions.empty()) row.fail();
}

}  // namespace

size_t TableSchema::partition_of(BytesView key) const {
  const auto after = std::upper_bound(
      partitions.begin() + 1, partitions.end(), key,
      [](BytesView wanted, const PartitionRange& range) { return wanted < range.begin; });
  return static_cast<size_t>(after - partitions.begin()) - 1;
}

Bytes store_schema(const TableSchema& schema) {
  Item row;
  row.set("name", Value(schema.name));
  row.set("id", Value(schema.id));
  row.set("created_at", store_integer(schema.created_at.ms));
  row.set("status", store_enum(schema.status));
  row.set("partition_key", store_key_attribute(schema.partition_key));
  if (schema.sort_key) row.set("sort_key", store_key_attribute(*schema.sort_key));

  List definitions;
  for (const KeyAttribute& definition : schema.attribute_definitions) {
    definitions.push_back(store_key_attribute(definition));
  }
  row.set("attribute_definitions", Value(std::move(definitions)));

  store_settings(row, schema.settings);
  if (schema.next_settings) {
    Map next;
    store_settings(next, *schema.next_settings);
    row.set("next_settings", Value(std::move(next)));
  }
  store_time(row, "last_increase", schema.throughput_history.last_increase);
  store_time(row, "last_decrease", schema.throughput_history.last_decrease);
  row.set("decreases_that_day", store_integer(schema.throughput_history.decreases_that_day));
  store_time(row, "on_demand_since", schema.on_demand_since);
  store_time(row, "table_class_changed_at", schema.table_class_changed_at);

  Map tags;
  for (const auto& [key, text] : schema.tags)
    tags.set(key, Value(text));
  row.set("tags", Value(std::move(tags)));

  List partitions;
  for (const PartitionRange& range : schema.partitions) {
    Map entry;
    entry.set("begin", Value(value::Binary{range.begin}));
    entry.set("id", store_integer(static_cast<int64_t>(range.id)));
    partitions.emplace_back(std::move(entry));
  }
  row.set("partitions", Value(std::move(partitions)));
  return value::store_item(row);
}

std::optional<TableSchema> load_schema(BytesView stored) {
  if (!value::check_item(stored)) return std::nullopt;
  const Item item = value::ItemView(stored).to_item();
  Loader row(item);

  TableSchema schema;
  schema.name = row.text("name");
  schema.id = row.text("id");
  schema.created_at = Timestamp{row.integer("created_at")};
  schema.status = row.enumeration("status", TableStatus::kDeleting);
  schema.partition_key = row.key_attribute(row.map("partition_key"));
  if (row.has("sort_key")) schema.sort_key = row.key_attribute(row.map("sort_key"));
  schema.settings = load_settings(row);
  if (row.has("next_settings")) {
    const Map next = row.map("next_settings");
    Loader loader(next);
    schema.next_settings = load_settings(loader);
    if (!loader.complete()) row.fail();
  }
  schema.throughput_history.last_increase = row.time("last_increase");
  schema.throughput_history.last_decrease = row.time("last_decrease");
  schema.throughput_history.decreases_that_day = row.integer("decreases_that_day");
  schema.on_demand_since = row.time("on_demand_since");
  schema.table_class_changed_at = row.time("table_class_changed_at");
  load_lists(row, schema);
  if (!row.complete()) return std::nullopt;
  return schema;
}

}  // namespace jedlik::table
