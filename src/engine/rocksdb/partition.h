#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <unordered_map>
#include <vector>

#include "engine/engine.h"
#include "engine/rocksdb/recent_writes.h"

namespace jedlik::engine::rocks {

// Numbers are part of the stored format.
enum class Phase : uint8_t {
  kLive = 1,
  kSealed = 2,   // was split
  kDropped = 3,  // its keys are deleted, their space is still to be given back
};

// How a partition was split.
struct Children {
  Bytes at;
  PartitionId left{};
  PartitionId right{};

  friend bool operator==(const Children&, const Children&) = default;
};

// What is stored of a partition beside its keys: docs/engine.md, "Partition rows".
struct PartitionRow {
  Phase phase = Phase::kLive;
  uint64_t version = 0;
  Tallies tallies{};
  // In front of the keys of its items and local index rows: the id of the partition at the root of
  // its family, because a split moves no data.
  uint64_t prefix = 0;
  Bytes begin;  // as in Range
  Bytes end;
  std::optional<Children> children;  // when sealed
};

Bytes encode_row(const PartitionRow& row);
// Nothing if the bytes are damaged or of a newer version.
std::optional<PartitionRow> decode_row(BytesView bytes);

// Whether the keys of a space are divided at a split, or else stay with the parent.
inline bool is_divided(Space space) {
  return space == Space::kItems || space == Space::kLocalIndex;
}

// A partition as readers see it, and as the committer will have made it. Fields without a lock or
// an atomic never change, or belong to the committer's thread alone.
class Partition {
 public:
  Partition(PartitionId its_id, const PartitionRow& row)
      : id(its_id),
        prefix(row.prefix),
        begin(row.begin),
        end(row.end),
        next{row.version, row.tallies},
        remembered{0, row.version, row.version},
        version_(row.version),
        tallies_(row.tallies),
        phase_(row.phase),
        children_(row.children) {}

  const PartitionId id;
  const uint64_t prefix;
  const Bytes begin;
  const Bytes end;

  // In front of the stored keys of a space.
  uint64_t prefix_of(Space space) const {
    return is_divided(space) ? prefix : static_cast<uint64_t>(id);
  }
  bool covers(Space space, BytesView key) const {
    return !is_divided(space) || (key >= begin && (end.empty() || key < end));
  }

  // Any thread.
  Version version() const { return Version{version_.load(std::memory_order_acquire)}; }
  Phase phase() const { return phase_.load(std::memory_order_acquire); }
  PartitionState state() const;
  std::optional<Children> children() const;

  // The committer's thread, when what is to be seen is durable.
  void publish();
  void seal(Children children);
  void mark_dropped() { phase_.store(Phase::kDropped, std::memory_order_release); }

  // The committer's own: the partition after the commits that it has taken up so far.
  PartitionRow next_row() const;
  struct Next {
    uint64_t version;
    Tallies tallies;
  } next;
  RememberedFrom remembered;
  bool touched = false;  // by the present group
  // The keys written since a split began to count rows; null when there is none under way.
  std::shared_ptr<std::vector<std::pair<Space, Bytes>>> split_watch;

 private:
  std::atomic<uint64_t> version_;
  mutable std::mutex mutex_;  // tallies_ with version_, and children_
  Tallies tallies_;
  std::atomic<Phase> phase_;
  std::optional<Children> children_;
};

// All partitions by id, dropped ones until their space is given back. Any thread.
class PartitionMap {
 public:
  using Pointer = std::shared_ptr<Partition>;

  Pointer find(PartitionId id) const;
  void insert(Pointer partition);
  void erase(PartitionId id);
  // Whether a partition's stored keys begin with this prefix.
  bool uses_prefix(uint64_t prefix) const;

 private:
  mutable std::shared_mutex mutex_;
  std::unordered_map<uint64_t, Pointer> partitions_;
};

}  // namespace jedlik::engine::rocks
