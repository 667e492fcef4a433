#include "engine/rocksdb/recent_writes.h"

#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <utility>

namespace jedlik::engine::rocks {
namespace {

uint64_t hash_of(PartitionId partition, Space space, BytesView key) {
  // XXH3 only xors its seed into a short key, so that small seeds would make short keys collide:
  // the seed is a hash itself.
  const uint64_t owner[] = {static_cast<uint64_t>(partition), static_cast<uint64_t>(space)};
  const uint64_t seed = XXH3_64bits(owner, sizeof owner);
  return std::max<uint64_t>(XXH3_64bits_withSeed(key.data(), key.size(), seed), 1);
}

}  // namespace

size_t RecentWrites::Table::place(uint64_t hash) const {
  size_t at = hash & (slots_.size() - 1);
  while (slots_[at].hash != 0 && slots_[at].hash != hash)
    at = (at + 1) & (slots_.size() - 1);
  return at;
}

void RecentWrites::Table::put(uint64_t hash, uint64_t version, size_t capacity) {
  if (slots_.empty()) slots_.resize(std::bit_ceil(2 * capacity));
  Slot& slot = slots_[place(hash)];
  if (slot.hash == 0) ++size_;
  slot = {hash, version};
}

std::optional<uint64_t> RecentWrites::Table::find(uint64_t hash) const {
  if (slots_.empty()) return std::nullopt;
  const Slot& slot = slots_[place(hash)];
  return slot.hash == hash ? std::optional<uint64_t>(slot.version) : std::nullopt;
}

void RecentWrites::Table::clear() {
  std::fill(slots_.begin(), slots_.end(), Slot{});
  size_ = 0;
}

void RecentWrites::record(PartitionId partition, Space space, BytesView key, uint64_t version,
                          RememberedFrom& from) {
  if (young_.size() >= capacity_) {
    std::swap(young_, old_);
    young_.clear();
    ++generation_;
  }
  if (from.generation != generation_) {
    // This is the partition's first write in this generation: all others are older.
    const uint64_t before = version - 1;
    from.old = from.generation + 1 == generation_ ? from.young : before;
    from.young = before;
    from.generation = generation_;
  }
  young_.put(hash_of(partition, space, key), version, capacity_);
}

bool RecentWrites::written_after(PartitionId partition, Space space, BytesView key,
                                 uint64_t version, const RememberedFrom& from, uint64_t now) const {
  if (version >= now) return false;
  const uint64_t hash = hash_of(partition, space, key);
  for (const Table* table : {&young_, &old_})
    if (const auto written = table->find(hash)) return *written > version;
  uint64_t forgotten = now;
  if (from.generation == generation_) forgotten = from.old;
  if (from.generation + 1 == generation_) forgotten = from.young;
  return version < forgotten;
}

}  // namespace jedlik::engine::rocks
