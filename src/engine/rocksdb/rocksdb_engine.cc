#include "engine/rocksdb/rocksdb_engine.h"

#include <fmt/format.h>

#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <utility>

#include "base/ensure.h"
#include "engine/rocksdb/changes.h"
#include "engine/rocksdb/committer.h"
#include "engine/rocksdb/partition.h"
#include "engine/rocksdb/reader.h"
#include "engine/rocksdb/reclaimer.h"
#include "engine/rocksdb/split.h"
#include "engine/rocksdb/store.h"

namespace jedlik::engine {

// In the order of their making; each uses those before it.
struct RocksdbEngine::Parts {
  Parts(std::unique_ptr<rocks::Store> opened, const RocksdbOptions& options)
      : store(std::move(opened)),
        readers(options.read_threads),
        reclaimer(*store, {[this](Space space, std::vector<Bytes> keys) {
                             return erase(space, std::move(keys));
                           },
                           [this](PartitionId id) { forget(id); }}),
        committer(*store, partitions, options) {}
  ~Parts() {
    reclaimer.stop();  // it posts to the committer
    readers.join();
  }

  // Fills the map of partitions. An error is a sentence for the user.
  tl::expected<void, std::string> load();
  bool erase(Space space, std::vector<Bytes> stored_keys) {
    auto change = std::make_unique<rocks::DeleteChange>(*store, space, std::move(stored_keys));
    std::future<bool> done = change->done();
    committer.post(std::move(change));
    return done.get();
  }
  void forget(PartitionId id) {
    committer.post(std::make_unique<rocks::ForgetChange>(*store, partitions, id));
  }

  std::unique_ptr<rocks::Store> store;
  rocks::PartitionMap partitions;
  boost::asio::thread_pool readers;
  std::atomic<uint64_t> moved_reads = 0;
  rocks::Reclaimer reclaimer;
  rocks::Committer committer;
};

tl::expected<void, std::string> RocksdbEngine::Parts::load() {
  const std::unique_ptr<rocksdb::Iterator> row(
      store->db().NewIterator(rocks::basic_read_options(), store->partition_rows()));
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    const auto decoded = rocks::decode_row(row->value().ToStringView());
    if (row->key().size() != 8 || !decoded)
      return tl::unexpected<std::string>(
          fmt::format("The database is damaged, or of a newer version: partition row {}.",
                      to_hex(row->key().ToStringView())));
    const PartitionId id{read_big_endian(row->key().ToStringView())};
    auto partition = std::make_shared<rocks::Partition>(id, *decoded);
    partitions.insert(partition);
    if (decoded->phase == rocks::Phase::kDropped) reclaimer.give_back(std::move(partition));
  }
  if (!row->status().ok())
    return tl::unexpected<std::string>(
        fmt::format("The database cannot be read: {}.", row->status().ToString()));
  return {};
}

tl::expected<std::unique_ptr<RocksdbEngine>, std::string> RocksdbEngine::open(
    const RocksdbOptions& options) {
  auto store = rocks::Store::open(options);
  if (!store) return tl::unexpected<std::string>(std::move(store.error()));
  auto parts = std::make_unique<Parts>(std::move(*store), options);
  if (auto loaded = parts->load(); !loaded)
    return tl::unexpected<std::string>(std::move(loaded.error()));
  return std::unique_ptr<RocksdbEngine>(new RocksdbEngine(std::move(parts)));
}

RocksdbEngine::RocksdbEngine(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

RocksdbEngine::~RocksdbEngine() = default;

Task<Outcome<void>> RocksdbEngine::create(PartitionId partition) {
  return parts_->committer.change(
      std::make_unique<rocks::CreateChange>(*parts_->store, parts_->partitions, partition));
}

Task<Outcome<void>> RocksdbEngine::drop(PartitionId partition) {
  return parts_->committer.change(std::make_unique<rocks::DropChange>(
      *parts_->store, parts_->partitions, parts_->reclaimer, partition));
}

Task<Outcome<void>> RocksdbEngine::split(Split split) {
  return rocks::split_partition(*parts_->store, parts_->partitions, parts_->committer,
                                parts_->readers, std::move(split));
}

Task<Outcome<PartitionState>> RocksdbEngine::describe(PartitionId partition) {
  const auto found = parts_->partitions.find(partition);
  if (auto failure = rocks::cannot_read(found.get(), Space::kMetadata))
    co_return tl::unexpected<Failure>(std::move(*failure));
  co_return found->state();
}

Task<Outcome<Fetched>> RocksdbEngine::fetch(PartitionId partition, std::span<const KeyView> keys,
                                            Consistency) {
  const auto found = parts_->partitions.find(partition);
  if (!found) {
    auto failure = rocks::cannot_read(nullptr, Space::kItems);
    co_return tl::unexpected<Failure>(std::move(*failure));
  }
  if (auto at_once = rocks::fetch(*parts_->store, *found, keys, rocks::Reach::kMemory))
    co_return std::move(*at_once);
  parts_->moved_reads.fetch_add(1, std::memory_order_relaxed);
  auto read = [store = parts_->store.get(), found = found.get(), keys] {
    return *rocks::fetch(*store, *found, keys, rocks::Reach::kDisk);
  };
  co_return co_await run_on(parts_->readers.get_executor(), std::move(read));
}

Task<Outcome<Page>> RocksdbEngine::scan(PartitionId partition, Space space, Range range,
                                        Direction direction, Budget budget, Consistency) {
  ENSURE(budget.rows > 0 && budget.bytes > 0, "a budget is at least 1");
  const auto found = parts_->partitions.find(partition);
  if (auto failure = rocks::cannot_read(found.get(), space))
    co_return tl::unexpected<Failure>(std::move(*failure));
  const rocks::ScanRequest request{space, range, direction, budget};
  auto scan = std::make_unique<rocks::Scan>(*parts_->store, found, request);
  if (auto at_once = scan->begin()) co_return std::move(*at_once);
  parts_->moved_reads.fetch_add(1, std::memory_order_relaxed);
  // The scan ends with the work and not with this coroutine, which may be destroyed after the
  // engine.
  auto read = [scan = std::move(scan)] { return scan->finish(); };
  co_return co_await run_on(parts_->readers.get_executor(), std::move(read));
}

Task<Committed> RocksdbEngine::commit(PartitionId partition, Batch batch) {
  rocks::Committer::Batches batches;
  batches.push_back({partition, std::move(batch)});
  return parts_->committer.commit(std::move(batches));
}

Task<Committed> RocksdbEngine::commit_all(std::vector<PartitionBatch> batches) {
  rocks::Committer::Batches small(std::make_move_iterator(batches.begin()),
                                  std::make_move_iterator(batches.end()));
  return parts_->committer.commit(std::move(small));
}

RocksdbStatistics RocksdbEngine::statistics() const {
  return {parts_->committer.commits(), parts_->committer.groups(),
          parts_->moved_reads.load(std::memory_order_relaxed)};
}

void RocksdbEngine::wait_for_background_work() {
  parts_->reclaimer.wait();
}

}  // namespace jedlik::engine
