#include "service/dynamodb/stream_specification.h"

#include <fmt/format.h>

#include "table/stream_steps.h"

namespace jedlik::service::dynamodb {

namespace {

using table::StreamView;

Status check_view(const StreamSpecification& stream) {
  if (*stream.stream_enabled && !stream.stream_view_type) {
    return refuse(
        validation("Invalid StreamViewType: Stream ViewType must not be null or empty when "
                   "enabling streams."));
  }
  return {};
}

}  // namespace

std::string_view stream_view_name(StreamView view) {
  switch (view) {
    case StreamView::kKeysOnly:
      return "KEYS_ONLY";
    case StreamView::kNewImage:
      return "NEW_IMAGE";
    case StreamView::kOldImage:
      return "OLD_IMAGE";
    case StreamView::kNewAndOldImages:
      return "NEW_AND_OLD_IMAGES";
  }
  return "";
}

StreamView view_of(const StreamSpecification& stream) {
  const std::string_view name = *stream.stream_view_type;
  if (name == "NEW_IMAGE") return StreamView::kNewImage;
  if (name == "OLD_IMAGE") return StreamView::kOldImage;
  if (name == "NEW_AND_OLD_IMAGES") return StreamView::kNewAndOldImages;
  return StreamView::kKeysOnly;
}

Status check_new_stream(const StreamSpecification& stream) {
  if (!*stream.stream_enabled && stream.stream_view_type) {
    return refuse(invalid_parameters(
        "Table is being created with a stream disabled, UpdateViewType should not be specified"));
  }
  return check_view(stream);
}

Status check_stream_update(const StreamSpecification& stream) {
  if (!*stream.stream_enabled && stream.stream_view_type) {
    return refuse(
        validation("Invalid StreamViewType: Stream StreamEnabled was false but a StreamViewType "
                   "was present."));
  }
  return check_view(stream);
}

Status change_stream(const StreamSpecification& stream, Timestamp now, table::TableSchema& schema) {
  const bool is_open = !schema.streams.empty() && schema.streams.back().is_open();
  if (*stream.stream_enabled) {
    if (is_open) {
      return refuse(validation(
          fmt::format("Table already has an enabled stream: TableName: {}", schema.name)));
    }
    table::add_stream(schema, view_of(stream), now);
    return {};
  }
  if (!is_open) {
    return refuse(
        validation(fmt::format("Table has no stream to disable: TableName: {}", schema.name)));
  }
  schema.streams.back().status = table::StreamStatus::kDisabling;
  return {};
}

}  // namespace jedlik::service::dynamodb
