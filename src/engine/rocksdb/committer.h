#pragma once

#include <rocksdb/write_batch.h>

#include <atomic>
#include <boost/container/small_vector.hpp>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "engine/engine.h"
#include "engine/rocksdb/keys.h"
#include "engine/rocksdb/partition.h"
#include "engine/rocksdb/recent_writes.h"
#include "engine/rocksdb/store.h"

namespace jedlik::engine::rocks {

// A change of partitions (create, drop, a step of a split). It runs on the committer's thread, in a
// group of its own.
class Change {
 public:
  virtual ~Change() = default;
  // Adds what is to be written; may add nothing. A failure ends the change.
  virtual Outcome<void> prepare(rocksdb::WriteBatch& batch) = 0;
  // Called when that is durable: lets readers see it.
  virtual void publish() = 0;
};

// Every write of the engine goes through here: one thread takes all commits that wait, checks them
// in their order, and writes those that may be done as one group, synced once. All that asked are
// answered after the write, because even a conflict is with something that only then is durable.
class Committer {
 public:
  using Batches = boost::container::small_vector<PartitionBatch, 1>;

  Committer(Store& store, const PartitionMap& partitions, const RocksdbOptions& options);
  // Finishes what waits.
  ~Committer();

  Task<Committed> commit(Batches batches);
  Task<Outcome<void>> change(std::unique_ptr<Change> change);
  // The same without an answer.
  void post(std::unique_ptr<Change> change);

  uint64_t commits() const { return commits_.load(std::memory_order_relaxed); }
  uint64_t groups() const { return groups_.load(std::memory_order_relaxed); }

 private:
  struct CommitRequest {
    Batches batches;
    size_t bytes;
    Resume<Committed> resume;
  };
  struct ChangeRequest {
    std::unique_ptr<Change> change;
    std::optional<Resume<Outcome<void>>> resume;
  };
  using Request = std::variant<CommitRequest, ChangeRequest>;

  // A row that the row cache knows is being written. The value is the commit's.
  struct RowWrite {
    StoredKey key;
    const std::optional<Bytes>* value;
    bool was_cached;
  };

  // Commits that are written together, and the answers that wait for the write.
  struct Group {
    rocksdb::WriteBatch batch;
    std::vector<RowWrite> rows;
    std::vector<PartitionMap::Pointer> touched;
    std::vector<std::pair<Resume<Committed>, Committed>> answers;
    size_t done = 0;
  };

  void enqueue(CommitRequest request);
  void enqueue(ChangeRequest request);
  void run();
  // Waits for work; false when there will be none.
  bool take(std::vector<CommitRequest>& commits, std::optional<ChangeRequest>& change);
  void write_group(std::vector<CommitRequest>& commits);
  void make_change(ChangeRequest request);

  Committed judge(const Batches& batches, std::vector<PartitionMap::Pointer>& partitions) const;
  void apply(const Batches& batches, const std::vector<PartitionMap::Pointer>& partitions,
             Group& group, Committed& outcome);
  void apply_one(const Batch& batch, Partition& partition, Group& to);
  void end_row_writes(const Group& group, bool is_written);
  // What went wrong, if anything did.
  std::optional<std::string> write(rocksdb::WriteBatch& batch);
  // Why nothing can be committed at present.
  std::optional<std::string> hindrance() const;

  Store& store_;
  const PartitionMap& partitions_;
  const size_t most_waiting_;
  const size_t most_waiting_bytes_;

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Request> waiting_;
  size_t waiting_bytes_ = 0;
  bool closing_ = false;

  // The thread's own.
  RecentWrites recent_;
  rocksdb::WriteBatch spare_;          // the last group's, for its memory
  std::optional<std::string> broken_;  // since a write failed
  std::atomic<uint64_t> commits_ = 0;
  std::atomic<uint64_t> groups_ = 0;

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace jedlik::engine::rocks
