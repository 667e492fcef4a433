#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "engine/engine.h"

namespace jedlik::engine {

struct RocksdbOptions {
  enum class Keep : uint8_t {
    kDurably,  // a commit is on the disk before it is acknowledged
    kNothing,  // a temporary folder without a log, removed when the engine is closed
  };

  Keep keep = Keep::kDurably;
  // The folder, made if it is not there. When nothing is kept: where the temporary folder is made.
  std::string path;

  size_t cache_bytes = size_t{256} << 20;  // of blocks read from the disk, and of rows, at most
  size_t read_threads = 4;                 // for reads that miss the cache
  int open_files = 1024;                   // at most
  size_t waiting_commits = 16'384;         // past this many, a commit is refused
  size_t waiting_bytes = size_t{256} << 20;
};

// What the engine has done since it was opened.
struct RocksdbStatistics {
  uint64_t commits = 0;      // that were done
  uint64_t groups = 0;       // writes, synced if durable, that made them so
  uint64_t moved_reads = 0;  // fetches and scans that left the calling thread
};

// The embedded engine: one RocksDB database in a folder (docs/engine.md says how it is laid out).
// It commits across partitions, and its eventual reads are as good as strong ones.
//
// Commits are grouped: while one group is being synced, the next gathers. After a failed write
// nothing more is committed until the engine is opened anew; reads go on.
class RocksdbEngine final : public Engine {
 public:
  // Opens or creates the database. An error is a sentence for the user. One process at a time has
  // a folder open.
  static tl::expected<std::unique_ptr<RocksdbEngine>, std::string> open(
      const RocksdbOptions& options);

  ~RocksdbEngine() override;

  bool commits_across_partitions() const override { return true; }
  Task<Outcome<void>> create(PartitionId partition) override;
  Task<Outcome<void>> drop(PartitionId partition) override;
  Task<Outcome<void>> split(Split split) override;
  Task<Outcome<PartitionState>> describe(PartitionId partition) override;
  Task<Outcome<Fetched>> fetch(PartitionId partition, std::span<const KeyView> keys,
                               Consistency consistency) override;
  Task<Outcome<Page>> scan(PartitionId partition, Space space, Range range, Direction direction,
                           Budget budget, Consistency consistency) override;
  Task<Committed> commit(PartitionId partition, Batch batch) override;
  Task<Committed> commit_all(std::vector<PartitionBatch> batches) override;

  RocksdbStatistics statistics() const;

  // Blocks until the space of all partitions dropped so far has been given back.
  void wait_for_background_work();

 private:
  struct Parts;
  explicit RocksdbEngine(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace jedlik::engine
