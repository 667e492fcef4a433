#include "service/streams/get_records.h"

#include <fmt/format.h>
#include <xxhash.h>

#include "service/dynamodb/stream_specification.h"
#include "service/streams/stream_lookup.h"
#include "streams/shard_throttle.h"
#include "streams/stream_reader.h"
#include "table/item_store.h"

namespace jedlik::service::streams {

namespace {

using jedlik::streams::ShardIterator;
using table::StreamShard;
using table::WriteCause;
using Record = GetRecords::Record;

constexpr std::string_view kEventVersion = "1.1";
constexpr std::string_view kEventSource = "aws:dynamodb";

// The same for a record whenever it is read.
std::string event_id(std::string_view stream_arn, std::string_view sequence_number) {
  XXH128_hash_t hash = XXH3_128bits_withSeed(sequence_number.data(), sequence_number.size(),
                                             XXH3_64bits(stream_arn.data(), stream_arn.size()));
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

std::string_view event_name(const table::ItemImages& images) {
  if (!images.old_item) return "INSERT";
  return images.new_item ? "MODIFY" : "REMOVE";
}

// Records of one stream as the client sees them.
class RecordWriter {
 public:
  RecordWriter(const Context& context, const FoundStream& found, std::string_view arn)
      : context_(context), view_(found.stream->view), arn_(arn) {}

  Record write(const jedlik::streams::StreamRecord& from) const {
    Record record;
    record.event_name = event_name(from.images);
    record.event_version = kEventVersion;
    record.event_source = kEventSource;
    record.aws_region = context_.region;
    GetRecords::StreamRecord& to = record.dynamodb;
    // The service tells it in seconds.
    const int64_t seconds = from.time.ms / 1000;
    to.approximate_creation_date_time = static_cast<double>(seconds);
    to.keys.stored = from.keys;
    if (from.images.new_item && jedlik::streams::has_new_image(view_))
      to.new_image = ItemOutput{Bytes(*from.images.new_item)};
    if (from.images.old_item && jedlik::streams::has_old_image(view_))
      to.old_image = ItemOutput{Bytes(*from.images.old_item)};
    to.sequence_number = jedlik::streams::sequence_number(from.position);
    to.size_bytes = static_cast<int64_t>(from.bytes);
    to.stream_view_type = dynamodb::stream_view_name(view_);
    record.event_id = event_id(arn_, to.sequence_number);
    if (from.images.cause == WriteCause::kExpiry)
      record.user_identity = GetRecords::Identity{"dynamodb.amazonaws.com", "Service"};
    return record;
  }

 private:
  const Context& context_;
  const table::StreamView view_;
  const std::string_view arn_;
};

const StreamShard* shard_at(const table::Stream& stream, const ShardIterator& iterator) {
  for (const StreamShard& shard : stream.shards)
    if (shard.partition == iterator.position.partition) return &shard;
  return nullptr;
}

}  // namespace

Task<Result<GetRecords::Response>> GetRecords::run(Context& context, Request&& request) {
  if (request.limit > limits::kStreamPageRecords)
    co_return refuse(invalid_parameters("Limit should be less than or equal to 1000"));
  auto iterator = jedlik::streams::read_shard_iterator(*request.shard_iterator);
  if (!iterator) co_return refuse(validation("Invalid ShardIterator"));
  const Timestamp now = context.clock.now();
  if (now.ms - iterator->issued_at.ms > limits::kShardIteratorMs)
    co_return refuse(expired_iterator());
  const auto found = find_stream(context, iterator->stream_arn);
  CO_RETURN_IF_REFUSED(found);
  const StreamShard* shard = shard_at(*found->stream, *iterator);
  if (shard == nullptr)
    co_return refuse(resource_not_found("Requested resource not found: Shard does not exist"));

  if (context.shard_throttle != nullptr && !context.shard_throttle->admit(shard->partition))
    co_return refuse(throttled());
  const auto limit = static_cast<size_t>(request.limit.value_or(limits::kStreamPageRecords));
  const auto page =
      co_await jedlik::streams::read_shard(context.items.engine(), found->table->schema,
                                           found->stream->view, *shard, iterator->position, limit);
  CO_RETURN_IF_REFUSED(page);
  if (context.shard_throttle != nullptr)
    context.shard_throttle->count_bytes(shard->partition, page->bytes);
  Response response;
  const RecordWriter writer(context, *found, iterator->stream_arn);
  response.records.reserve(page->records.size());
  for (const jedlik::streams::StreamRecord& record : page->records)
    response.records.push_back(writer.write(record));
  if (page->next) {
    response.next_shard_iterator =
        jedlik::streams::to_text({std::move(iterator->stream_arn), *page->next, now});
  }
  co_return response;
}

}  // namespace jedlik::service::streams
