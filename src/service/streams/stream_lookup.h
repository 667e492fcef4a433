#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "service/context.h"
#include "table/catalog.h"

// Finding what a request names.
namespace jedlik::service::streams {

// A stream of a table, which keeps it.
struct FoundStream {
  table::TablePtr table;
  const table::Stream* stream;
};

// The tables of that name, or of all names, that have streams, deleted ones too (catalog.h): by
// their names, then by the age of their streams.
std::vector<table::TablePtr> tables_with_streams(const Context& context,
                                                 const std::optional<std::string_view>& name);

// ResourceNotFoundException when there is no such stream, or it has been disabled for longer than
// streams are kept.
Result<FoundStream> find_stream(const Context& context, std::string_view arn);

// Whether the stream can still be read.
bool is_kept(const table::Stream& stream, Timestamp now);

}  // namespace jedlik::service::streams
