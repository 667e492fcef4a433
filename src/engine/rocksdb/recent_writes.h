#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "engine/engine.h"

namespace jedlik::engine::rocks {

// Since when the recent writes of one partition are remembered. See RecentWrites.
struct RememberedFrom {
  uint64_t generation = 0;
  uint64_t young = 0;  // the partition's version when `generation` began, as far as it matters
  uint64_t old = 0;    // the same of the generation before
};

// Remembers at which version each of the last many keys was written, over all partitions, to tell
// which batches conflict. There are two generations of writes; when the young one is full it
// becomes the old one, and what was old is forgotten. A forgotten write counts as a late one: a
// batch that is older than all that is remembered of its partition conflicts, perhaps without need,
// but no conflict is missed. For one thread.
class RecentWrites {
 public:
  // At least `remembered` writes are remembered. It takes 64 bytes of memory for each, once used.
  explicit RecentWrites(size_t remembered) : capacity_(remembered) {}

  // `version` is the partition's after the commit, `from` the partition's own.
  void record(PartitionId partition, Space space, BytesView key, uint64_t version,
              RememberedFrom& from);

  // `now` is the partition's version at present.
  bool written_after(PartitionId partition, Space space, BytesView key, uint64_t version,
                     const RememberedFrom& from, uint64_t now) const;

 private:
  // Hash to version, by open addressing. A collision of two 64-bit hashes makes one key look as
  // late as the other, which is on the safe side.
  class Table {
   public:
    size_t size() const { return size_; }
    void put(uint64_t hash, uint64_t version, size_t capacity);
    std::optional<uint64_t> find(uint64_t hash) const;
    void clear();

   private:
    struct Slot {
      uint64_t hash = 0;  // 0: free
      uint64_t version = 0;
    };
    size_t place(uint64_t hash) const;

    std::vector<Slot> slots_;  // a power of two; none until the first write
    size_t size_ = 0;
  };

  size_t capacity_;
  uint64_t generation_ = 1;
  Table young_;
  Table old_;
};

}  // namespace jedlik::engine::rocks
