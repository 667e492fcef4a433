#include "engine/rocksdb/partition.h"

#include <algorithm>

namespace jedlik::engine::rocks {
namespace {

// Format 1 has two tallies; format 2 says how many. Rows that need no more are written as the
// first.
constexpr char kRowFormat = 1;
constexpr char kRowFormatOfMoreTallies = 2;
constexpr size_t kTalliesOfFormat1 = 2;

// Small numbers of either sign become small unsigned ones: 0, -1, 1, -2, ...
uint64_t zigzag(int64_t number) {
  return (static_cast<uint64_t>(number) << 1) ^ static_cast<uint64_t>(number >> 63);
}

int64_t unzigzag(uint64_t number) {
  return static_cast<int64_t>(number >> 1) ^ -static_cast<int64_t>(number & 1);
}

bool take_key(BytesView& from, Bytes& key) {
  BytesView taken;
  if (!take_sized(from, taken)) return false;
  key = taken;
  return true;
}

bool take_fixed(BytesView& from, uint64_t& number) {
  BytesView taken;
  if (!take_bytes(from, 8, taken)) return false;
  number = read_big_endian(taken);
  return true;
}

size_t used_tallies(const Tallies& tallies) {
  const auto last =
      std::find_if(tallies.rbegin(), tallies.rend(), [](int64_t tally) { return tally != 0; });
  return static_cast<size_t>(tallies.rend() - last);
}

bool take_tallies(BytesView& from, char format, Tallies& tallies) {
  uint64_t count = kTalliesOfFormat1;
  if (format == kRowFormatOfMoreTallies && !take_varint(from, count)) return false;
  if (count > kTallies) return false;
  for (size_t i = 0; i < count; ++i) {
    uint64_t number = 0;
    if (!take_varint(from, number)) return false;
    tallies[i] = unzigzag(number);
  }
  return true;
}

}  // namespace

Bytes encode_row(const PartitionRow& row) {
  Bytes bytes;
  const size_t tallies = std::max(kTalliesOfFormat1, used_tallies(row.tallies));
  const bool is_format_1 = tallies == kTalliesOfFormat1;
  bytes.push_back(is_format_1 ? kRowFormat : kRowFormatOfMoreTallies);
  bytes.push_back(static_cast<char>(row.phase));
  append_varint(bytes, row.version);
  if (!is_format_1) append_varint(bytes, tallies);
  for (size_t i = 0; i < tallies; ++i)
    append_varint(bytes, zigzag(row.tallies[i]));
  append_big_endian(bytes, row.prefix);
  append_sized(bytes, row.begin);
  append_sized(bytes, row.end);
  if (row.children) {
    append_sized(bytes, row.children->at);
    append_big_endian(bytes, static_cast<uint64_t>(row.children->left));
    append_big_endian(bytes, static_cast<uint64_t>(row.children->right));
  }
  return bytes;
}

std::optional<PartitionRow> decode_row(BytesView bytes) {
  if (bytes.size() < 2) return std::nullopt;
  const char format = bytes[0];
  if (format != kRowFormat && format != kRowFormatOfMoreTallies) return std::nullopt;
  const auto phase = static_cast<uint8_t>(bytes[1]);
  if (phase < 1 || phase > 3) return std::nullopt;
  bytes.remove_prefix(2);
  PartitionRow row;
  row.phase = Phase{phase};
  if (!take_varint(bytes, row.version)) return std::nullopt;
  if (!take_tallies(bytes, format, row.tallies)) return std::nullopt;
  if (!take_fixed(bytes, row.prefix)) return std::nullopt;
  if (!take_key(bytes, row.begin) || !take_key(bytes, row.end)) return std::nullopt;
  if (!bytes.empty()) {
    Children children;
    uint64_t left = 0;
    uint64_t right = 0;
    if (!take_key(bytes, children.at) || !take_fixed(bytes, left) || !take_fixed(bytes, right))
      return std::nullopt;
    children.left = PartitionId{left};
    children.right = PartitionId{right};
    row.children = std::move(children);
  }
  if (!bytes.empty() || (row.phase == Phase::kSealed && !row.children)) return std::nullopt;
  return row;
}

PartitionState Partition::state() const {
  const std::lock_guard lock(mutex_);
  return {version(), tallies_, phase() == Phase::kSealed};
}

std::optional<Children> Partition::children() const {
  const std::lock_guard lock(mutex_);
  return children_;
}

void Partition::publish() {
  const std::lock_guard lock(mutex_);
  tallies_ = next.tallies;
  version_.store(next.version, std::memory_order_release);
}

void Partition::seal(Children children) {
  const std::lock_guard lock(mutex_);
  children_ = std::move(children);
  phase_.store(Phase::kSealed, std::memory_order_release);
}

PartitionRow Partition::next_row() const {
  return {phase(), next.version, next.tallies, prefix, begin, end, children()};
}

PartitionMap::Pointer PartitionMap::find(PartitionId id) const {
  const std::shared_lock lock(mutex_);
  const auto found = partitions_.find(static_cast<uint64_t>(id));
  return found != partitions_.end() ? found->second : nullptr;
}

void PartitionMap::insert(Pointer partition) {
  const std::unique_lock lock(mutex_);
  const auto id = static_cast<uint64_t>(partition->id);
  partitions_.insert_or_assign(id, std::move(partition));
}

void PartitionMap::erase(PartitionId id) {
  const std::unique_lock lock(mutex_);
  partitions_.erase(static_cast<uint64_t>(id));
}

bool PartitionMap::uses_prefix(uint64_t prefix) const {
  const std::shared_lock lock(mutex_);
  return std::any_of(partitions_.begin(), partitions_.end(),
                     [&](const auto& entry) { return entry.second->prefix == prefix; });
}

}  // namespace jedlik::engine::rocks
