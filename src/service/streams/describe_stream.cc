#include "service/streams/describe_stream.h"

#include <algorithm>

#include "service/dynamodb/stream_specification.h"
#include "service/streams/stream_lookup.h"
#include "streams/stream_position.h"

namespace jedlik::service::streams {

namespace {

using Request = DescribeStream::Request;
using Shard = DescribeStream::Shard;
using table::StreamShard;
using table::StreamStatus;

// The last number that a shard of one version can have.
constexpr uint32_t kLastChange = 9999;

std::string_view status_name(StreamStatus status) {
  switch (status) {
    case StreamStatus::kEnabling:
      return "ENABLING";
    case StreamStatus::kEnabled:
      return "ENABLED";
    case StreamStatus::kDisabling:
      return "DISABLING";
    case StreamStatus::kDisabled:
      return "DISABLED";
  }
  return "";
}

const StreamShard* shard_of(const table::Stream& stream, engine::PartitionId partition) {
  const auto found =
      std::find_if(stream.shards.begin(), stream.shards.end(),
                   [partition](const StreamShard& shard) { return shard.partition == partition; });
  return found == stream.shards.end() ? nullptr : &*found;
}

Shard describe_shard(const table::Stream& stream, const StreamShard& shard) {
  using jedlik::streams::sequence_number;
  Shard described;
  described.shard_id = jedlik::streams::shard_id(shard);
  described.sequence_number_range.starting_sequence_number =
      sequence_number({shard.partition, shard.first, 0});
  if (shard.last) {
    described.sequence_number_range.ending_sequence_number =
        sequence_number({shard.partition, std::max(shard.first, *shard.last), kLastChange});
  }
  if (shard.parent) {
    // A parent whose records are all trimmed is gone.
    const StreamShard* parent = shard_of(stream, *shard.parent);
    if (parent != nullptr) described.parent_shard_id = jedlik::streams::shard_id(*parent);
  }
  return described;
}

bool is_wanted(const Request& request, const Shard& shard) {
  if (!request.shard_filter || !request.shard_filter->shard_id) return true;
  return shard.parent_shard_id == request.shard_filter->shard_id;
}

// A page of the shards, in the order of the stream, which is that of their ids: the one that a page
// before ended with may have been trimmed since.
void list_shards(const Request& request, const table::Stream& stream,
                 DescribeStream::StreamDescription& description) {
  const auto limit = static_cast<size_t>(request.limit.value_or(limits::kShardsPage));
  for (const StreamShard& shard : stream.shards) {
    Shard described = describe_shard(stream, shard);
    const Field<std::string>& after = request.exclusive_start_shard_id;
    if (after && described.shard_id <= *after) continue;
    if (!is_wanted(request, described)) continue;
    if (description.shards.size() == limit) {
      description.last_evaluated_shard_id = description.shards.back().shard_id;
      return;
    }
    description.shards.push_back(std::move(described));
  }
}

}  // namespace

Task<Result<DescribeStream::Response>> DescribeStream::run(Context& context, Request&& request) {
  if (request.limit > limits::kShardsPage)
    co_return refuse(invalid_parameters("Limit cannot be greater than the maximum: 100"));
  const auto found = find_stream(context, *request.stream_arn);
  CO_RETURN_IF_REFUSED(found);
  const table::TableSchema& schema = found->table->schema;
  const table::Stream& stream = *found->stream;

  Response response;
  StreamDescription& description = response.stream_description;
  description.stream_arn = *request.stream_arn;
  description.stream_label = stream.label;
  description.stream_status = status_name(stream.status);
  description.stream_view_type = dynamodb::stream_view_name(stream.view);
  description.creation_request_date_time = static_cast<double>(stream.created_at.ms) / 1000;
  description.table_name = schema.name;
  description.key_schema.push_back({schema.partition_key.name, "HASH"});
  if (schema.sort_key) description.key_schema.push_back({schema.sort_key->name, "RANGE"});
  list_shards(request, stream, description);
  co_return response;
}

}  // namespace jedlik::service::streams
