#include "engine/rocksdb/reclaimer.h"

#include <pthread.h>
#include <rocksdb/convenience.h>

#include <utility>

namespace jedlik::engine::rocks {
namespace {

// The files of less than this are left to RocksDB's own compactions to rewrite.
constexpr uint64_t kWorthwhileBytes = uint64_t{1} << 20;

// How many keys are deleted in one write: a few, because commits wait for it.
constexpr size_t kKeysAWrite = 500;

}  // namespace

std::vector<StoredRange> stored_ranges(const Partition& partition) {
  std::vector<StoredRange> ranges;
  for (const Space space : {Space::kItems, Space::kLocalIndex, Space::kJournal, Space::kMetadata}) {
    const uint64_t prefix = partition.prefix_of(space);
    if (!is_divided(space)) {
      ranges.push_back({space, StoredKey(prefix, {}), stored_end(prefix, {})});
    } else if (!partition.children()) {
      ranges.push_back(
          {space, StoredKey(prefix, partition.begin), stored_end(prefix, partition.end)});
    }
  }
  return ranges;
}

Reclaimer::Reclaimer(Store& store, Actions actions)
    : store_(store), actions_(std::move(actions)), thread_([this] { run(); }) {
  pthread_setname_np(thread_.native_handle(), "reclaimer");
}

void Reclaimer::stop() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Reclaimer::give_back(std::shared_ptr<const Partition> dropped) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(dropped));
  }
  changed_.notify_all();
}

void Reclaimer::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_.empty() && !busy_; });
}

void Reclaimer::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return closing_ || !waiting_.empty(); });
    if (closing_) return;
    const Dropped dropped = std::exchange(waiting_, {});
    busy_ = true;
    lock.unlock();
    for (const auto& partition : dropped)
      if (reclaim(*partition)) actions_.forget(partition->id);
    lock.lock();
    busy_ = false;
    changed_.notify_all();
  }
}

bool Reclaimer::reclaim(const Partition& dropped) {
  for (const StoredRange& range : stored_ranges(dropped))
    if (!reclaim(range)) return false;
  return true;
}

bool Reclaimer::reclaim(const StoredRange& range) {
  rocksdb::DB& db = store_.db();
  rocksdb::ColumnFamilyHandle* family = store_.family(range.space);
  const rocksdb::Slice begin = range.begin.slice();
  const rocksdb::Slice end = range.end.slice();
  const rocksdb::RangePtr files(&begin, &end);
  if (!rocksdb::DeleteFilesInRanges(&db, family, &files, 1, /*include_end=*/false).ok())
    return false;
  const rocksdb::Range whole(begin, end);
  uint64_t bytes = 0;
  if (!db.GetApproximateSizes(family, &whole, 1, &bytes).ok()) return false;
  if (!erase_keys(range)) return false;
  if (bytes < kWorthwhileBytes) return true;
  rocksdb::CompactRangeOptions options;
  options.exclusive_manual_compaction = false;
  options.canceled = &closing_;
  return db.CompactRange(options, family, &begin, &end).ok();
}

bool Reclaimer::erase_keys(const StoredRange& range) {
  const rocksdb::Slice begin = range.begin.slice();
  const rocksdb::Slice end = range.end.slice();
  rocksdb::ReadOptions options = basic_read_options();
  options.fill_cache = false;
  options.iterate_lower_bound = &begin;
  options.iterate_upper_bound = &end;
  const std::unique_ptr<rocksdb::Iterator> row(
      store_.db().NewIterator(options, store_.family(range.space)));
  std::vector<Bytes> keys;
  for (row->SeekToFirst(); row->Valid() && !closing_; row->Next()) {
    keys.push_back(row->key().ToString());
    if (keys.size() < kKeysAWrite) continue;
    if (!actions_.erase(range.space, std::exchange(keys, {}))) return false;
  }
  if (closing_ || !row->status().ok()) return false;
  return keys.empty() || actions_.erase(range.space, std::move(keys));
}

}  // namespace jedlik::engine::rocks
