#include "table/partition_splitter.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <utility>
#include <vector>

#include "table/item_key.h"
#include "value/item_view.h"

namespace jedlik::table {

namespace {

using engine::Consistency;
using engine::Direction;
using engine::Space;

// One page of a walk, and of a sample.
constexpr engine::Budget kWalkBudget{1024, size_t{1} << 20};
constexpr engine::Budget kSampleBudget{32, size_t{64} << 10};
constexpr uint64_t kSamples = 32;
// A partition that could not be split is tried again when it has grown by this part.
constexpr int64_t kGrowth = 4;

// Items, or rows of an index, and rows of local indexes.
int64_t bytes_of(const engine::Tallies& tallies) {
  int64_t bytes = tallies[kItemBytesTally];
  for (uint8_t number = 1; number <= limits::kLocalIndexes; ++number)
    bytes += tallies[count_tally_of_local(number) + 1];
  return bytes;
}

uint64_t hash_of(BytesView key) {
  Bytes hash(key.substr(0, kHashBytes));
  hash.resize(kHashBytes);
  return read_big_endian(hash);
}

Bytes key_at(uint64_t hash) {
  Bytes key;
  append_big_endian(key, hash);
  return key;
}

// The hashes of a partition: the first, and how far it is to the last.
struct Hashes {
  Hashes(BytesView begin, BytesView end)
      : first(hash_of(begin)), width((end.empty() ? UINT64_MAX : hash_of(end)) - first) {}

  uint64_t at(uint64_t part, uint64_t parts) const { return first + width / parts * part; }

  uint64_t first;
  uint64_t width;
};

}  // namespace

Task<void> PartitionSplitter::run() {
  boost::asio::steady_timer pause(co_await boost::asio::this_coro::executor);
  while (true) {
    co_await look();
    pause.expires_after(options_.interval);
    co_await pause.async_wait(boost::asio::use_awaitable);
  }
}

Task<void> PartitionSplitter::look() {
  for (const std::string& name : catalog_.names("", limits::kTablesPerAccount)) {
    std::vector<Candidate> candidates;
    {
      const TablePtr table = catalog_.find(name);
      if (table == nullptr || table->schema.status != TableStatus::kActive) continue;
      const TableSchema& schema = table->schema;
      auto large = co_await find_large(schema, !schema.local_indexes.empty());
      if (large) candidates.push_back(*std::move(large));
      for (const GlobalIndex& index : schema.global_indexes) {
        if (!index.is_complete()) continue;
        large = co_await find_large(index, false);
        if (large) candidates.push_back(*std::move(large));
      }
    }
    for (Candidate& candidate : candidates)
      co_await split(name, std::move(candidate));
  }
}

Task<std::optional<PartitionSplitter::Candidate>> PartitionSplitter::find_large(
    const PartitionMap& map, bool between_hashes) {
  if (map.split) co_return std::nullopt;
  for (size_t i = 0; i < map.partitions.size(); ++i) {
    const PartitionRange& range = map.partitions[i];
    const auto state = co_await engine_.describe(range.id);
    if (!state || state->sealed) continue;
    const int64_t bytes = bytes_of(state->tallies);
    if (bytes <= options_.partition_bytes) continue;
    const auto tried = indivisible_.find(range.id);
    if (tried != indivisible_.end() && bytes < tried->second + tried->second / kGrowth) continue;
    Bytes end = i + 1 < map.partitions.size() ? map.partitions[i + 1].begin : Bytes();
    co_return Candidate{range.id, range.begin, std::move(end), bytes, between_hashes};
  }
  co_return std::nullopt;
}

Task<void> PartitionSplitter::split(std::string table, Candidate candidate) {
  std::optional<Bytes> at = co_await find_middle(candidate);
  bool has_begun = false;
  if (at) {
    std::string name = table;
    const auto begun =
        co_await catalog_.split(std::move(name), candidate.partition, *std::move(at));
    has_begun = begun.has_value();
  }
  if (has_begun) {
    indivisible_.erase(candidate.partition);
    co_return;
  }
  indivisible_[candidate.partition] = candidate.bytes;
  spdlog::warn("event=partition_not_split table={} partition={} bytes={}", table,
               static_cast<uint64_t>(candidate.partition), candidate.bytes);
}

Task<std::optional<Bytes>> PartitionSplitter::find_middle(const Candidate& candidate) {
  bool by_hash = false;
  if (candidate.bytes > options_.brief_bytes) by_hash = co_await is_even(candidate);
  if (by_hash) co_return key_at(Hashes(candidate.begin, candidate.end).at(1, 2));
  co_return co_await walk_to_middle(candidate);
}

Task<std::optional<Bytes>> PartitionSplitter::walk_to_middle(const Candidate& candidate) {
  const int64_t half = candidate.bytes / 2;
  int64_t passed = 0;
  Bytes first;
  Bytes begin = candidate.begin;
  while (true) {
    const engine::Range rest{begin, {}};
    const auto page =
        co_await engine_.scan(candidate.partition, Space::kItems, rest, Direction::kForward,
                              kWalkBudget, Consistency::kEventual);
    if (!page || page->size() == 0) co_return std::nullopt;
    if (first.empty()) first = Bytes((*page)[0].key);
    for (size_t i = 0; i < page->size(); ++i) {
      const engine::Page::Row row = (*page)[i];
      const BytesView at = candidate.between_hashes ? row.key.substr(0, kHashBytes) : row.key;
      // Each side has a row.
      if (passed >= half && at > first) co_return Bytes(at);
      passed += static_cast<int64_t>(value::ItemView(row.value).size_bytes());
    }
    if (!page->more) co_return std::nullopt;
    begin = Bytes((*page)[page->size() - 1].key) + '\0';
  }
}

Task<bool> PartitionSplitter::is_even(const Candidate& candidate) {
  const Hashes hashes(candidate.begin, candidate.end);
  if (hashes.width < kSamples * kSamples) co_return false;
  double bytes = 0;
  double distance = 0;
  for (uint64_t i = 0; i < kSamples; ++i) {
    const uint64_t from = hashes.at(i, kSamples);
    const Bytes begin = key_at(from);
    const engine::Range rest{begin, {}};
    const auto page =
        co_await engine_.scan(candidate.partition, Space::kItems, rest, Direction::kForward,
                              kSampleBudget, Consistency::kEventual);
    if (!page) co_return false;
    for (size_t row = 0; row < page->size(); ++row)
      bytes += static_cast<double>(value::ItemView((*page)[row].value).size_bytes());
    uint64_t to = hashes.first + hashes.width;
    if (page->more && page->size() > 0) to = hash_of((*page)[page->size() - 1].key);
    distance += static_cast<double>(to - from);
  }
  // What there would be if all were as the samples are: much less where few keys have the most.
  const double estimate = bytes / std::max(distance, 1.0) * static_cast<double>(hashes.width);
  co_return estimate >= static_cast<double>(candidate.bytes) / 2;
}

}  // namespace jedlik::table
