#include "service/streams/stream_lookup.h"

#include <fmt/format.h>

#include "base/limits.h"
#include "service/arn.h"

namespace jedlik::service::streams {

bool is_kept(const table::Stream& stream, Timestamp now) {
  return !stream.disabled_at || now.ms < stream.disabled_at->ms + limits::kStreamRetentionMs;
}

Result<FoundStream> find_stream(const Context& context, std::string_view arn) {
  if (const auto name = read_stream_arn(context, arn)) {
    table::TablePtr table = context.catalog.find(name->table);
    if (table != nullptr) {
      for (const table::Stream& stream : table->schema.streams) {
        if (stream.label == name->label && is_kept(stream, context.clock.now()))
          return FoundStream{std::move(table), &stream};
      }
    }
  }
  return refuse(
      resource_not_found(fmt::format("Requested resource not found: Stream: {} not found", arn)));
}

}  // namespace jedlik::service::streams
