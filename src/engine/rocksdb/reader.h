#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/engine.h"
#include "engine/rocksdb/partition.h"
#include "engine/rocksdb/store.h"

namespace jedlik::engine::rocks {

// Where a read may go. On a serving thread a read takes only what is in memory (RocksDB's or the
// kernel's page cache), and little of it.
enum class Reach : uint8_t { kMemory, kDisk };

// Reads some keys at one moment. Nothing when Reach::kMemory did not do.
std::optional<Outcome<Fetched>> fetch(Store& store, const Partition& partition,
                                      std::span<const KeyView> keys, Reach reach);

struct ScanRequest {
  Space space;
  Range range;
  Direction direction;
  Budget budget;
};

// A page that is read at one moment: a little on the thread of the caller, as long as everything is
// in memory, and the rest where it may take longer.
class Scan {
 public:
  Scan(Store& store, std::shared_ptr<const Partition> partition, const ScanRequest& request);
  ~Scan();

  // Nothing if more is to be done: call finish() on a thread that may wait.
  std::optional<Outcome<Page>> begin();
  Outcome<Page> finish();

 private:
  enum class Pause : uint8_t { kNever, kAfterAWhile };

  void open(Reach reach);
  // False if it paused, or found that it needs the disk.
  bool advance(Pause pause);
  Outcome<Page> outcome();

  struct Cursor;
  Store& store_;
  const std::shared_ptr<const Partition> partition_;
  const ScanRequest request_;
  std::unique_ptr<Cursor> cursor_;
  Page page_;
};

// Nothing if the keys of this space may be read.
std::optional<Failure> cannot_read(const Partition* partition, Space space);

}  // namespace jedlik::engine::rocks
