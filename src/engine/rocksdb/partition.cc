#include "engine/rocksdb/partition.h"

#include <algorithm>

namespace jedlik::engine::rocks {
namespace {

constexpr char kRowFormat = 1;

// Small numbers of either sign become small unsigned ones: 0, -1, 1, -2, ...
uint64_t zigzag(int64_t number) {
  return (static_cast<uint64_t>(number) << 1) ^ static_cast<uint64_t>(number >> 63);
}

int64_t unzigzag(uint64_t number) {
  return static_cast<int64_t>(number >> 1) ^ -static_cast<int64_t>(number & 1);
}

void append_sized(Bytes& to, BytesView bytes) {
  append_varint(to, bytes.size());
  to.append(bytes);
}

bool take_sized(BytesView& from, Bytes& bytes) {
  uint64_t size = 0;
  BytesView taken;
  if (!take_varint(from, size) || !take_bytes(from, size, taken)) return false;
  bytes = taken;
  return true;
}

bool take_fixed(BytesView& from, uint64_t& number) {
  BytesView taken;
  if (!take_bytes(from, 8, taken)) return false;
  number = read_big_endian(taken);
  return true;
}

}  // namespace

Bytes encode_row(const PartitionRow& row) {
  Bytes bytes;
  bytes.push_back(kRowFormat);
  bytes.push_back(static_cast<char>(row.phase));
  append_varint(bytes, row.version);
  for (const int64_t tally : row.tallies)
    append_varint(bytes, zigzag(tally));
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
  if (bytes.size() < 2 || bytes[0] != kRowFormat) return std::nullopt;
  const auto phase = static_cast<uint8_t>(bytes[1]);
  if (phase < 1 || phase > 3) return std::nullopt;
  bytes.remove_prefix(2);
  PartitionRow row;
  row.phase = Phase{phase};
  if (!take_varint(bytes, row.version)) return std::nullopt;
  for (int64_t& tally : row.tallies) {
    uint64_t number = 0;
    if (!take_varint(bytes, number)) return std::nullopt;
    tally = unzigzag(number);
  }
  if (!take_fixed(bytes, row.prefix)) return std::nullopt;
  if (!take_sized(bytes, row.begin) || !take_sized(bytes, row.end)) return std::nullopt;
  if (!bytes.empty()) {
    Children children;
    uint64_t left = 0;
    uint64_t right = 0;
    if (!take_sized(bytes, children.at) || !take_fixed(bytes, left) || !take_fixed(bytes, right))
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
  return {version(), tallies_};
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
