#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "engine/engine.h"
#include "table/schema.h"

// Places in a stream, and the names that clients know them by.
namespace jedlik::streams {

// A change in a partition's journal: of a commit's record, the change with this number, from 0.
struct StreamPosition {
  engine::PartitionId partition{};
  engine::Version version{};
  uint32_t change = 0;

  friend auto operator<=>(const StreamPosition&, const StreamPosition&) = default;
};

// 31 digits, of one length for all, so that their order as text is that of the changes; those of a
// shard come after those of its parent.
std::string sequence_number(const StreamPosition& position);
// None for what no sequence_number is.
std::optional<StreamPosition> read_sequence_number(std::string_view text);

// "shardId-00000001763762717123-0000002a"
std::string shard_id(const table::StreamShard& shard);
// Null when the stream has none of that name.
const table::StreamShard* find_shard(const table::Stream& stream, std::string_view id);

// Where GetRecords goes on.
struct ShardIterator {
  std::string stream_arn;
  StreamPosition position;
  Timestamp issued_at;
};

// The ARN, and the rest in Base64 with a checksum: what a client gets, and may only give back.
std::string to_text(const ShardIterator& iterator);
// None for what to_text has not made.
std::optional<ShardIterator> read_shard_iterator(std::string_view text);

}  // namespace jedlik::streams
