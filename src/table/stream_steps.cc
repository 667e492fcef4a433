#include "table/stream_steps.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "table/engine_errors.h"
#include "table/index_builder.h"
#include "table/journal.h"

namespace jedlik::table {

namespace {

constexpr engine::Version kFirstVersion{1};

std::string label_at(Timestamp time) {
  const std::time_t seconds = time.ms / 1000;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}", fmt::gmtime(seconds), time.ms % 1000);
}

bool are_of(const PartitionVersions& versions, const std::vector<PartitionRange>& partitions) {
  return std::all_of(partitions.begin(), partitions.end(),
                     [&](const PartitionRange& range) { return versions.contains(range.id); });
}

}  // namespace

Task<Result<PartitionVersions>> settled_versions(engine::Engine& engine, const Table& table) {
  CO_RETURN_IF_REFUSED(co_await drain(engine, table));
  PartitionVersions versions;
  for (const PartitionRange& range : table.schema.partitions) {
    const auto state = co_await engine.describe(range.id);
    if (!state) co_return refuse(refusal_of(state.error(), "settle_stream"));
    versions.emplace(range.id, state->version);
  }
  co_return versions;
}

void add_stream(TableSchema& schema, StreamView view, Timestamp now) {
  Stream stream;
  stream.view = view;
  stream.created_at = now;
  stream.label = label_at(now);
  date_after(stream, schema.streams);
  schema.streams.push_back(std::move(stream));
}

void date_after(Stream& stream, const std::vector<Stream>& earlier) {
  if (earlier.empty() || earlier.back().created_at < stream.created_at) return;
  stream.created_at.ms = earlier.back().created_at.ms + 1;
  stream.label = label_at(stream.created_at);
}

void open_first_stream(TableSchema& schema, Timestamp now) {
  if (schema.streams.empty()) return;
  Stream& stream = schema.streams.back();
  stream.status = StreamStatus::kEnabled;
  for (const PartitionRange& range : schema.partitions)
    stream.shards.push_back({range.id, kFirstVersion, std::nullopt, std::nullopt, now});
}

bool open_stream(TableSchema& schema, const PartitionVersions& versions, Timestamp now) {
  if (!are_of(versions, schema.partitions)) return false;
  Stream& stream = schema.streams.back();
  stream.status = StreamStatus::kEnabled;
  for (const PartitionRange& range : schema.partitions) {
    stream.shards.push_back(
        {range.id, next_version(versions.at(range.id)), std::nullopt, std::nullopt, now});
  }
  return true;
}

bool close_stream(TableSchema& schema, const PartitionVersions& versions, Timestamp now) {
  if (!are_of(versions, schema.partitions)) return false;
  Stream& stream = schema.streams.back();
  stream.status = StreamStatus::kDisabled;
  stream.disabled_at = now;
  for (StreamShard& shard : stream.shards)
    if (!shard.last) shard.last = versions.at(shard.partition);
  return true;
}

bool retire_table(TableSchema& schema, const PartitionVersions& versions, Timestamp now) {
  const bool is_open = schema.streams.back().status != StreamStatus::kDisabled;
  if (is_open && !close_stream(schema, versions, now)) return false;
  schema.global_indexes.clear();
  schema.expiry_index.reset();
  return true;
}

void split_shard(TableSchema& schema, engine::PartitionId parent, engine::Version last,
                 engine::PartitionId left, engine::PartitionId right, Timestamp now) {
  if (schema.streams.empty()) return;
  std::vector<StreamShard>& shards = schema.streams.back().shards;
  const auto shard = std::find_if(shards.begin(), shards.end(), [parent](const StreamShard& each) {
    return each.partition == parent && !each.last;
  });
  if (shard == shards.end()) return;
  shard->last = last;
  shards.push_back({left, kFirstVersion, std::nullopt, parent, now});
  shards.push_back({right, kFirstVersion, std::nullopt, parent, now});
}

}  // namespace jedlik::table
