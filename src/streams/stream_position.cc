#include "streams/stream_position.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <charconv>

#include "base/base64.h"
#include "base/bytes.h"

namespace jedlik::streams {

namespace {

using engine::PartitionId;
using engine::Version;

// A sequence number: ten digits of the partition, which does not begin with 0, seventeen of the
// version, four of the change.
constexpr uint64_t kFirstPartitionNumber = 1'000'000'000;
constexpr size_t kPartitionDigits = 10;
constexpr size_t kVersionDigits = 17;
constexpr size_t kChangeDigits = 4;

// Takes a number of so many digits off the front of `text`.
std::optional<uint64_t> take_number(std::string_view& text, size_t digits) {
  uint64_t number = 0;
  const char* const end = text.data() + digits;
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end) return std::nullopt;
  text.remove_prefix(digits);
  return number;
}

// What follows the ARN in an iterator: a format, numbers, a checksum of all before it.
constexpr std::string_view kFormat = "|1|";
constexpr size_t kNumbers = 4;
constexpr size_t kPayloadBytes = (kNumbers + 1) * sizeof(uint64_t);

uint64_t checksum(std::string_view arn, BytesView numbers) {
  return XXH3_64bits_withSeed(numbers.data(), numbers.size(), XXH3_64bits(arn.data(), arn.size()));
}

}  // namespace

std::string sequence_number(const StreamPosition& position) {
  return fmt::format("{}{:017}{:04}",
                     kFirstPartitionNumber + static_cast<uint64_t>(position.partition),
                     static_cast<uint64_t>(position.version), position.change);
}

std::optional<StreamPosition> read_sequence_number(std::string_view text) {
  if (text.size() != kPartitionDigits + kVersionDigits + kChangeDigits) return std::nullopt;
  const auto partition = take_number(text, kPartitionDigits);
  const auto version = take_number(text, kVersionDigits);
  const auto change = take_number(text, kChangeDigits);
  if (!partition || !version || !change || *partition < kFirstPartitionNumber) return std::nullopt;
  return StreamPosition{PartitionId{*partition - kFirstPartitionNumber}, Version{*version},
                        static_cast<uint32_t>(*change)};
}

std::string shard_id(const table::StreamShard& shard) {
  return fmt::format("shardId-{:020}-{:08x}", shard.opened_at.ms,
                     static_cast<uint64_t>(shard.partition));
}

const table::StreamShard* find_shard(const table::Stream& stream, std::string_view id) {
  const auto found =
      std::find_if(stream.shards.begin(), stream.shards.end(),
                   [id](const table::StreamShard& shard) { return shard_id(shard) == id; });
  return found == stream.shards.end() ? nullptr : &*found;
}

std::string to_text(const ShardIterator& iterator) {
  Bytes payload;
  append_big_endian(payload, static_cast<uint64_t>(iterator.position.partition));
  append_big_endian(payload, static_cast<uint64_t>(iterator.position.version));
  append_big_endian(payload, iterator.position.change);
  append_big_endian(payload, static_cast<uint64_t>(iterator.issued_at.ms));
  append_big_endian(payload, checksum(iterator.stream_arn, payload));
  std::string text = iterator.stream_arn;
  text.append(kFormat);
  append_base64(text, payload);
  return text;
}

std::optional<ShardIterator> read_shard_iterator(std::string_view text) {
  const size_t arn_end = text.find(kFormat);
  if (arn_end == std::string_view::npos) return std::nullopt;
  const std::string_view arn = text.substr(0, arn_end);
  Bytes payload;
  if (decode_base64(text.substr(arn_end + kFormat.size()), payload) != Base64Outcome::kDone ||
      payload.size() != kPayloadBytes) {
    return std::nullopt;
  }
  BytesView rest = payload;
  const auto take = [&rest] {
    const uint64_t number = read_big_endian(rest);
    rest.remove_prefix(sizeof(uint64_t));
    return number;
  };
  ShardIterator iterator{std::string(arn), {}, {}};
  iterator.position.partition = PartitionId{take()};
  iterator.position.version = Version{take()};
  iterator.position.change = static_cast<uint32_t>(take());
  iterator.issued_at.ms = static_cast<int64_t>(take());
  const BytesView numbers = BytesView(payload).substr(0, kNumbers * sizeof(uint64_t));
  if (take() != checksum(arn, numbers)) return std::nullopt;
  return iterator;
}

}  // namespace jedlik::streams
