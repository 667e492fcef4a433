#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/engine.h"
#include "engine/rocksdb/keys.h"
#include "engine/rocksdb/partition.h"
#include "engine/rocksdb/store.h"

namespace jedlik::engine::rocks {

// Where keys of a partition are stored.
struct StoredRange {
  Space space;
  StoredKey begin;
  StoredKey end;
};

// All that belongs to this partition alone. A sealed one's items and local index rows do not.
std::vector<StoredRange> stored_ranges(const Partition& partition);

// Gives back the space on the disk of dropped partitions: removes the files that hold nothing else,
// deletes the keys in the others, and has these files rewritten. It has a thread of its own. What
// it did not come to do before the engine was closed is done after it has been opened again.
//
// RocksDB's range deletions are not used: in version 7.8, an iterator that is limited to the cache
// frees memory twice when it meets one.
class Reclaimer {
 public:
  // What the reclaimer asks of others. Both are called on its thread.
  struct Actions {
    // Deletes keys durably, soon. False when that will not be done.
    std::function<bool(Space space, std::vector<Bytes> stored_keys)> erase;
    // A partition has left nothing behind.
    std::function<void(PartitionId)> forget;
  };

  Reclaimer(Store& store, Actions actions);
  ~Reclaimer() { stop(); }
  // Gives up what it is doing. May be called again.
  void stop();

  void give_back(std::shared_ptr<const Partition> dropped);

  // Blocks until there is nothing more to give back.
  void wait();

 private:
  using Dropped = std::vector<std::shared_ptr<const Partition>>;

  void run();
  // These are false if it was told to stop, or failed: the rest is left to the next start.
  bool reclaim(const Partition& dropped);
  bool reclaim(const StoredRange& range);
  bool erase_keys(const StoredRange& range);

  Store& store_;
  const Actions actions_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Dropped waiting_;
  bool busy_ = false;
  std::atomic<bool> closing_ = false;
  std::thread thread_;
};

}  // namespace jedlik::engine::rocks
