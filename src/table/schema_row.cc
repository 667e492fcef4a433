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
  KeyAttribute key_attribute() {
    KeyAttribute attribute{text("name"), enumeration("type", value::Type::kBinarySet)};
    const bool is_key_type = attribute.type == value::Type::kString ||
                             attribute.type == value::Type::kNumber ||
                             attribute.type == value::Type::kBinary;
    if (!is_key_type) fail();
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

List store_key_attributes(const std::vector<KeyAttribute>& attributes) {
  List list;
  for (const KeyAttribute& attribute : attributes)
    list.push_back(store_key_attribute(attribute));
  return list;
}

void store_history(Map& to, const ThroughputHistory& history) {
  store_time(to, "last_increase", history.last_increase);
  store_time(to, "last_decrease", history.last_decrease);
  to.set("decreases_that_day", store_integer(history.decreases_that_day));
}

ThroughputHistory load_history(Loader& from) {
  ThroughputHistory history;
  history.last_increase = from.time("last_increase");
  history.last_decrease = from.time("last_decrease");
  history.decreases_that_day = from.integer("decreases_that_day");
  return history;
}

void store_throughput(Map& to, const Throughput& throughput) {
  to.set("read_units", store_integer(throughput.read_units));
  to.set("write_units", store_integer(throughput.write_units));
}

Throughput load_throughput(Loader& from) {
  return {from.integer("read_units"), from.integer("write_units")};
}

void store_settings(Map& row, const TableSettings& settings) {
  row.set("billing_mode", store_enum(settings.billing_mode));
  store_throughput(row, settings.throughput);
  if (settings.table_class) row.set("table_class", store_enum(*settings.table_class));
  row.set("deletion_protection", store_enum(settings.deletion_protection));
}

TableSettings load_settings(Loader& row) {
  TableSettings settings;
  settings.billing_mode = row.enumeration("billing_mode", BillingMode::kPayPerRequest);
  settings.throughput = load_throughput(row);
  if (row.has("table_class")) {
    settings.table_class = row.enumeration("table_class", TableClass::kStandardInfrequentAccess);
  }
  settings.deletion_protection =
      row.enumeration("deletion_protection", DeletionProtection::kEnabled);
  return settings;
}

// Loads a list of maps, each with `load_one`.
template <class T, class LoadOne>
std::vector<T> load_list(Loader& row, std::string_view name, LoadOne load_one) {
  std::vector<T> loaded;
  for (const Value& entry : row.list(name)) {
    const Map* map = entry.as<Map>();
    if (map == nullptr) {
      row.fail();
      return loaded;
    }
    Loader loader(*map);
    loaded.push_back(load_one(loader));
    if (!loader.complete()) row.fail();
  }
  return loaded;
}

KeyAttribute load_key_attribute(Loader& row, std::string_view name) {
  const Map map = row.map(name);
  Loader loader(map);
  KeyAttribute attribute = loader.key_attribute();
  if (!loader.complete()) row.fail();
  return attribute;
}

std::vector<KeyAttribute> load_key_attributes(Loader& row, std::string_view name) {
  return load_list<KeyAttribute>(row, name, [](Loader& entry) { return entry.key_attribute(); });
}

List store_partitions(const std::vector<PartitionRange>& ranges) {
  List partitions;
  for (const PartitionRange& range : ranges) {
    Map entry;
    entry.set("begin", Value(value::Binary{range.begin}));
    entry.set("id", store_integer(static_cast<int64_t>(range.id)));
    partitions.emplace_back(std::move(entry));
  }
  return partitions;
}

std::vector<PartitionRange> load_partitions(Loader& row) {
  const auto load_one = [](Loader& entry) {
    return PartitionRange{entry.binary("begin"),
                          static_cast<engine::PartitionId>(entry.integer("id"))};
  };
  auto partitions = load_list<PartitionRange>(row, "partitions", load_one);
  const bool begins = !partitions.empty() && partitions.front().begin.empty();
  const auto is_not_before = [](const PartitionRange& a, const PartitionRange& b) {
    return a.begin >= b.begin;
  };
  if (!begins ||
      std::adjacent_find(partitions.begin(), partitions.end(), is_not_before) != partitions.end()) {
    row.fail();
  }
  return partitions;
}

Value store_id(engine::PartitionId id) {
  return store_integer(static_cast<int64_t>(id));
}

// Rows of maps that were never split are as they were in the first version.
void store_map(Map& to, const PartitionMap& map) {
  to.set("partitions", Value(store_partitions(map.partitions)));
  if (map.split) {
    Map split;
    split.set("parent", store_id(map.split->parent));
    split.set("at", Value(value::Binary{map.split->at}));
    split.set("left", store_id(map.split->left));
    split.set("right", store_id(map.split->right));
    to.set("split", Value(std::move(split)));
  }
  if (map.closed_partitions.empty()) return;
  List closed;
  for (const ClosedPartition& partition : map.closed_partitions) {
    Map entry;
    entry.set("id", store_id(partition.id));
    entry.set("begin", Value(value::Binary{partition.begin}));
    entry.set("left", store_id(partition.left));
    entry.set("right", store_id(partition.right));
    store_time(entry, "closed_at", partition.closed_at);
    closed.emplace_back(std::move(entry));
  }
  to.set("closed_partitions", Value(std::move(closed)));
}

void load_map(Loader& from, PartitionMap& map) {
  const auto id = [](Loader& entry, std::string_view name) {
    return static_cast<engine::PartitionId>(entry.integer(name));
  };
  map.partitions = load_partitions(from);
  if (from.has("split")) {
    const Map split = from.map("split");
    Loader loader(split);
    map.split = PartitionSplit{id(loader, "parent"), loader.binary("at"), id(loader, "left"),
                               id(loader, "right")};
    if (!loader.complete()) from.fail();
  }
  if (!from.has("closed_partitions")) return;
  map.closed_partitions =
      load_list<ClosedPartition>(from, "closed_partitions", [id](Loader& entry) {
        return ClosedPartition{id(entry, "id"), entry.binary("begin"), id(entry, "left"),
                               id(entry, "right"), Timestamp{entry.integer("closed_at")}};
      });
}

Map store_index(const SecondaryIndex& index) {
  Map map;
  map.set("name", Value(index.name));
  map.set("partition_key", Value(store_key_attributes(index.partition_key)));
  map.set("sort_key", Value(store_key_attributes(index.sort_key)));
  map.set("projection", store_enum(index.projection.kind));
  List attributes;
  for (const std::string& name : index.projection.non_key_attributes)
    attributes.emplace_back(name);
  map.set("non_key_attributes", Value(std::move(attributes)));
  return map;
}

void load_index(Loader& from, SecondaryIndex& index) {
  index.name = from.text("name");
  index.partition_key = load_key_attributes(from, "partition_key");
  index.sort_key = load_key_attributes(from, "sort_key");
  index.projection.kind = from.enumeration("projection", ProjectionKind::kAll);
  for (const Value& entry : from.list("non_key_attributes")) {
    const auto* name = entry.as<std::string>();
    if (name == nullptr) return from.fail();
    index.projection.non_key_attributes.push_back(*name);
  }
  if (index.partition_key.empty()) from.fail();
}

void load_separate_index(Loader& from, SeparateIndex& index) {
  index.status = from.enumeration("status", IndexStatus::kDeleting);
  load_map(from, index);
}

void store_indexes(Map& row, const TableSchema& schema) {
  // Rows of tables without indexes are as they were in the first version.
  if (!schema.local_indexes.empty()) {
    List indexes;
    for (const LocalIndex& index : schema.local_indexes)
      indexes.emplace_back(store_index(index));
    row.set("local_indexes", Value(std::move(indexes)));
  }
  if (schema.global_indexes.empty()) return;
  List indexes;
  for (const GlobalIndex& index : schema.global_indexes) {
    Map map = store_index(index);
    map.set("status", store_enum(index.status));
    store_throughput(map, index.throughput);
    if (index.next_throughput) {
      Map next;
      store_throughput(next, *index.next_throughput);
      map.set("next_throughput", Value(std::move(next)));
    }
    store_history(map, index.throughput_history);
    store_map(map, index);
    indexes.emplace_back(std::move(map));
  }
  row.set("global_indexes", Value(std::move(indexes)));
}

GlobalIndex load_global_index(Loader& from) {
  GlobalIndex index;
  load_index(from, index);
  load_separate_index(from, index);
  index.throughput = load_throughput(from);
  if (from.has("next_throughput")) {
    const Map next = from.map("next_throughput");
    Loader loader(next);
    index.next_throughput = load_throughput(loader);
    if (!loader.complete()) from.fail();
  }
  index.throughput_history = load_history(from);
  return index;
}

void load_indexes(Loader& row, TableSchema& schema) {
  if (row.has("local_indexes")) {
    schema.local_indexes = load_list<LocalIndex>(row, "local_indexes", [](Loader& entry) {
      LocalIndex index;
      load_index(entry, index);
      return index;
    });
  }
  if (row.has("global_indexes"))
    schema.global_indexes = load_list<GlobalIndex>(row, "global_indexes", load_global_index);
}

void store_streams(Map& row, const TableSchema& schema) {
  if (schema.streams.empty()) return;
  List streams;
  for (const Stream& stream : schema.streams) {
    Map map;
    map.set("label", Value(stream.label));
    map.set("view", store_enum(stream.view));
    map.set("status", store_enum(stream.status));
    store_time(map, "created_at", stream.created_at);
    store_time(map, "disabled_at", stream.disabled_at);
    List shards;
    for (const StreamShard& shard : stream.shards) {
      Map entry;
      entry.set("partition", store_integer(static_cast<int64_t>(shard.partition)));
      entry.set("first", store_integer(static_cast<int64_t>(shard.first)));
      if (shard.last) entry.set("last", store_integer(static_cast<int64_t>(*shard.last)));
      if (shard.parent) entry.set("parent", store_integer(static_cast<int64_t>(*shard.parent)));
      store_time(entry, "opened_at", shard.opened_at);
      shards.emplace_back(std::move(entry));
    }
    map.set("shards", Value(std::move(shards)));
    streams.emplace_back(std::move(map));
  }
  row.set("streams", Value(std::move(streams)));
}

StreamShard load_shard(Loader& from) {
  StreamShard shard;
  shard.partition = static_cast<engine::PartitionId>(from.integer("partition"));
  shard.first = static_cast<engine::Version>(from.integer("first"));
  if (from.has("last")) shard.last = static_cast<engine::Version>(from.integer("last"));
  if (from.has("parent")) shard.parent = static_cast<engine::PartitionId>(from.integer("parent"));
  shard.opened_at = Timestamp{from.integer("opened_at")};
  return shard;
}

Stream load_stream(Loader& from) {
  Stream stream;
  stream.label = from.text("label");
  stream.view = from.enumeration("view", StreamView::kNewAndOldImages);
  stream.status = from.enumeration("status", StreamStatus::kDisabled);
  stream.created_at = Timestamp{from.integer("created_at")};
  stream.disabled_at = from.time("disabled_at");
  stream.shards = load_list<StreamShard>(from, "shards", load_shard);
  return stream;
}

void store_time_to_live(Map& row, const TableSchema& schema) {
  store_time(row, "time_to_live_changed_at", schema.time_to_live_changed_at);
  if (!schema.expiry_index) return;
  Map map;
  map.set("attribute", Value(schema.expiry_index->attribute));
  map.set("status", store_enum(schema.expiry_index->status));
  map.set("partitions", Value(store_partitions(schema.expiry_index->partitions)));
  row.set("expiry_index", Value(std::move(map)));
}

void load_time_to_live(Loader& row, TableSchema& schema) {
  schema.time_to_live_changed_at = row.time("time_to_live_changed_at");
  if (!row.has("expiry_index")) return;
  const Map map = row.map("expiry_index");
  Loader entry(map);
  ExpiryIndex& index = schema.expiry_index.emplace();
  index.attribute = entry.text("attribute");
  load_separate_index(entry, index);
  if (!entry.complete()) row.fail();
}

void load_tags(Loader& row, TableSchema& schema) {
  const Map tags = row.map("tags");
  for (const auto& [key, text] : tags.entries()) {
    const auto* tag_value = text.as<std::string>();
    if (tag_value == nullptr) return row.fail();
    schema.tags.emplace_back(key, *tag_value);
  }
}

}  // namespace

Bytes store_schema(const TableSchema& schema) {
  Item row;
  row.set("name", Value(schema.name));
  row.set("id", Value(schema.id));
  row.set("created_at", store_integer(schema.created_at.ms));
  row.set("status", store_enum(schema.status));
  row.set("partition_key", store_key_attribute(schema.partition_key));
  if (schema.sort_key) row.set("sort_key", store_key_attribute(*schema.sort_key));

  row.set("attribute_definitions", Value(store_key_attributes(schema.attribute_definitions)));
  store_indexes(row, schema);

  store_settings(row, schema.settings);
  if (schema.next_settings) {
    Map next;
    store_settings(next, *schema.next_settings);
    row.set("next_settings", Value(std::move(next)));
  }
  store_history(row, schema.throughput_history);
  store_time(row, "on_demand_since", schema.on_demand_since);
  store_time(row, "table_class_changed_at", schema.table_class_changed_at);
  store_time_to_live(row, schema);

  Map tags;
  for (const auto& [key, text] : schema.tags)
    tags.set(key, Value(text));
  row.set("tags", Value(std::move(tags)));

  store_map(row, schema);
  store_streams(row, schema);
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
  schema.partition_key = load_key_attribute(row, "partition_key");
  if (row.has("sort_key")) schema.sort_key = load_key_attribute(row, "sort_key");
  schema.settings = load_settings(row);
  if (row.has("next_settings")) {
    const Map next = row.map("next_settings");
    Loader loader(next);
    schema.next_settings = load_settings(loader);
    if (!loader.complete()) row.fail();
  }
  schema.throughput_history = load_history(row);
  schema.on_demand_since = row.time("on_demand_since");
  schema.table_class_changed_at = row.time("table_class_changed_at");
  load_time_to_live(row, schema);
  schema.attribute_definitions = load_key_attributes(row, "attribute_definitions");
  load_indexes(row, schema);
  load_tags(row, schema);
  load_map(row, schema);
  if (row.has("streams")) schema.streams = load_list<Stream>(row, "streams", load_stream);
  if (!row.complete()) return std::nullopt;
  return schema;
}

}  // namespace jedlik::table
