#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"
#include "base/task.h"
#include "engine/engine.h"
#include "table/catalog.h"

// Splits partitions that have grown too large: docs/partitions.md.
namespace jedlik::table {

struct SplitterOptions {
  // What a partition may have before it is split: items, or rows of an index, and rows of local
  // indexes, in bytes as DynamoDB counts them.
  int64_t partition_bytes = limits::kPartitionBytes;
  // From one look at the sizes to the next.
  std::chrono::milliseconds interval{1000};
  // One that has no more is read from its beginning up to the middle, which is exact; in a larger
  // one samples may show that the middle of its hashes will do.
  int64_t brief_bytes = int64_t{64} * 1024 * 1024;
};

// One coroutine uses it at a time.
class PartitionSplitter {
 public:
  // What is passed by reference must outlive it.
  PartitionSplitter(engine::Engine& engine, Catalog& catalog, SplitterOptions options)
      : engine_(engine), catalog_(catalog), options_(options) {}

  // Looks at the sizes again and again, as long as its executor runs.
  Task<void> run();

  // One look at every table: of each one's own partitions, and of each complete index's, begins to
  // split the first that is too large.
  Task<void> look();

 private:
  // A partition that is too large, and what is to be known of its table. The table itself is let
  // go, as to find the middle may take long.
  struct Candidate {
    engine::PartitionId partition;
    Bytes begin;
    Bytes end;
    int64_t bytes;
    bool between_hashes;  // it is to be split between two hashes
  };

  Task<std::optional<Candidate>> find_large(const PartitionMap& map, bool between_hashes);
  Task<void> split(std::string table, Candidate candidate);
  // A key that divides the partition's items in two; none where there is no such key, or the engine
  // fails.
  Task<std::optional<Bytes>> find_middle(const Candidate& candidate);
  Task<std::optional<Bytes>> walk_to_middle(const Candidate& candidate);
  // Whether, by samples, no few keys have most of the bytes.
  Task<bool> is_even(const Candidate& candidate);

  engine::Engine& engine_;
  Catalog& catalog_;
  const SplitterOptions options_;
  // Partitions that could not be split, by their size then. They are tried again when they have
  // grown.
  std::map<engine::PartitionId, int64_t> indivisible_;
};

}  // namespace jedlik::table
