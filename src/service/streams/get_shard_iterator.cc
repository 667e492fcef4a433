#include "service/streams/get_shard_iterator.h"

#include "service/streams/stream_lookup.h"
#include "streams/stream_reader.h"
#include "table/item_store.h"
#include "table/journal.h"

namespace jedlik::service::streams {

namespace {

using jedlik::streams::StreamPosition;
using Request = GetShardIterator::Request;
using table::StreamShard;

bool is_at_a_number(const Request& request) {
  return request.shard_iterator_type == "AT_SEQUENCE_NUMBER" ||
         request.shard_iterator_type == "AFTER_SEQUENCE_NUMBER";
}

Status check(const Request& request) {
  if (is_at_a_number(request) == request.sequence_number.has_value()) return {};
  return refuse(invalid_parameters(
      request.sequence_number ? "SequenceNumber should not be passed for this iterator type"
                              : "Invalid SequenceNumber"));
}

// The position that a sequence number of the shard stands for. Its record must be there still.
Task<Result<StreamPosition>> position_at(Context& context, const StreamShard& shard,
                                         const Request& request) {
  const auto at = jedlik::streams::read_sequence_number(*request.sequence_number);
  const bool is_of_shard = at && at->partition == shard.partition && at->version >= shard.first &&
                           (!shard.last || at->version <= std::max(shard.first, *shard.last));
  if (!is_of_shard) co_return refuse(validation("Invalid SequenceNumber for the shard"));
  const auto horizon = co_await table::journal_horizon(context.items.engine(), shard.partition);
  CO_RETURN_IF_REFUSED(horizon);
  if (at->version < *horizon) co_return refuse(trimmed_data_access());
  StreamPosition position = *at;
  if (request.shard_iterator_type == "AFTER_SEQUENCE_NUMBER") ++position.change;
  co_return position;
}

Task<Result<StreamPosition>> position_of(Context& context, const StreamShard& shard,
                                         const Request& request) {
  engine::Engine& engine = context.items.engine();
  if (request.shard_iterator_type == "TRIM_HORIZON")
    co_return co_await jedlik::streams::trim_horizon(engine, shard);
  if (request.shard_iterator_type == "LATEST")
    co_return co_await jedlik::streams::latest(engine, shard);
  co_return co_await position_at(context, shard, request);
}

}  // namespace

Task<Result<GetShardIterator::Response>> GetShardIterator::run(Context& context,
                                                               Request&& request) {
  CO_RETURN_IF_REFUSED(check(request));
  const auto found = find_stream(context, *request.stream_arn);
  CO_RETURN_IF_REFUSED(found);
  const StreamShard* shard = jedlik::streams::find_shard(*found->stream, *request.shard_id);
  if (shard == nullptr)
    co_return refuse(resource_not_found("Requested resource not found: Shard does not exist"));
  const auto position = co_await position_of(context, *shard, request);
  CO_RETURN_IF_REFUSED(position);
  co_return Response{
      jedlik::streams::to_text({*std::move(request.stream_arn), *position, context.clock.now()})};
}

}  // namespace jedlik::service::streams
