#include "service/streams/stream_lookup.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/limits.h"
#include "service/arn.h"

namespace jedlik::service::streams {

namespace {

std::optional<FoundStream> stream_of(const table::TablePtr& table, const StreamName& name,
                                     Timestamp now) {
  if (table == nullptr || table->schema.name != name.table) return std::nullopt;
  for (const table::Stream& stream : table->schema.streams)
    if (stream.label == name.label && is_kept(stream, now)) return FoundStream{table, &stream};
  return std::nullopt;
}

}  // namespace

bool is_kept(const table::Stream& stream, Timestamp now) {
  return !stream.disabled_at || now.ms < stream.disabled_at->ms + limits::kStreamRetentionMs;
}

std::vector<table::TablePtr> tables_with_streams(const Context& context,
                                                 const std::optional<std::string_view>& name) {
  std::vector<table::TablePtr> found;
  const auto add = [&](table::TablePtr table) {
    if (table == nullptr || table->schema.streams.empty()) return;
    if (!name || table->schema.name == *name) found.push_back(std::move(table));
  };
  for (table::TablePtr& table : context.catalog.deleted())
    add(std::move(table));
  if (name) {
    add(context.catalog.find(*name));
  } else {
    for (const std::string& each : context.catalog.names("", limits::kTablesPerAccount))
      add(context.catalog.find(each));
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    const std::string& label = a->schema.streams.front().label;
    return std::tie(a->schema.name, label) <
           std::tie(b->schema.name, b->schema.streams.front().label);
  });
  return found;
}

Result<FoundStream> find_stream(const Context& context, std::string_view arn) {
  if (const auto name = read_stream_arn(context, arn)) {
    const Timestamp now = context.clock.now();
    if (auto found = stream_of(context.catalog.find(name->table), *name, now)) return *found;
    for (const table::TablePtr& table : context.catalog.deleted())
      if (auto found = stream_of(table, *name, now)) return *found;
  }
  return refuse(
      resource_not_found(fmt::format("Requested resource not found: Stream: {} not found", arn)));
}

}  // namespace jedlik::service::streams
