#include "engine/rocksdb/changes.h"

#include <limits>
#include <utility>

#include "engine/rocksdb/keys.h"

namespace jedlik::engine::rocks {

void put_row(Store& store, rocksdb::WriteBatch& batch, PartitionId id, const PartitionRow& row) {
  const StoredKey key(static_cast<uint64_t>(id), {});
  batch.Put(store.partition_rows(), key.slice(), encode_row(row));
}

tl::unexpected<Failure> unavailable(std::string detail) {
  return tl::unexpected<Failure>(Failure{Failure::Kind::kUnavailable, std::move(detail)});
}

Outcome<void> CreateChange::prepare(rocksdb::WriteBatch& batch) {
  if (const auto existing = partitions_.find(id_)) {
    if (existing->phase() != Phase::kDropped) return {};
    return tl::unexpected<Failure>(
        Failure{Failure::Kind::kNoSuchPartition, "the id was used before"});
  }
  const auto prefix = static_cast<uint64_t>(id_);
  // After the largest prefix there is none to end at, see stored_end().
  if (prefix == std::numeric_limits<uint64_t>::max()) return unavailable("the id is reserved");
  if (partitions_.uses_prefix(prefix)) return unavailable("the id was used before");
  PartitionRow row;
  row.prefix = prefix;
  put_row(store_, batch, id_, row);
  created_ = std::make_shared<Partition>(id_, row);
  return {};
}

void CreateChange::publish() {
  if (created_) partitions_.insert(std::move(created_));
}

Outcome<void> DropChange::prepare(rocksdb::WriteBatch& batch) {
  auto partition = partitions_.find(id_);
  if (!partition || partition->phase() == Phase::kDropped) return {};
  PartitionRow row = partition->next_row();
  // A sealed partition's items and local index rows belong to its children: `children` stays.
  row.phase = Phase::kDropped;
  put_row(store_, batch, id_, row);
  dropped_ = std::move(partition);
  return {};
}

void DropChange::publish() {
  if (!dropped_) return;
  dropped_->mark_dropped();
  reclaimer_.give_back(std::move(dropped_));
}

Outcome<void> DeleteChange::prepare(rocksdb::WriteBatch& batch) {
  for (const Bytes& key : stored_keys_)
    batch.Delete(store_.family(space_), key);
  return {};
}

Outcome<void> ForgetChange::prepare(rocksdb::WriteBatch& batch) {
  const StoredKey key(static_cast<uint64_t>(id_), {});
  batch.Delete(store_.partition_rows(), key.slice());
  return {};
}

}  // namespace jedlik::engine::rocks
