#pragma once

#include <array>
#include <boost/container/small_vector.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "base/bytes.h"
#include "base/task.h"

// The engine contract: what the rest of the house may expect of a store, and all that it may
// expect.
//
// An engine keeps PARTITIONS. A partition has an id that is never used twice, a VERSION (how many
// commits it has had), a few TALLIES (signed counters kept with the version), and keys with values
// in a few SPACES, each space in the order of its keys' bytes (memcmp; a prefix comes first). A key
// is 1 to kMaxKeyBytes bytes, a value any bytes up to kMaxValueBytes. The engine does not know what
// they mean.
//
// Reading. fetch, scan and describe answer from one moment each: all that they return was true
// together, and includes every commit that was acknowledged before the call (strong), or may be
// older (eventual, where an engine has something cheaper to offer). The version that they return is
// that of the moment, or, on an engine where the two cannot be had in one step, an earlier one; so
// a batch that depends on what was read can conflict without need but never commits wrongly.
//
// Committing. A batch is applied whole or not at all. It ends in one of four ways, and a caller
// handles all four:
//   done      it is applied and durable, and every later strong read sees it; the partition's
//             version is the one in the result, one higher than before
//   conflict  what the batch depends on has changed since it was read; nothing was changed; read
//             again and build a new batch
//   refused   it could not be done and nothing was changed (no such partition, a split one, a full
//             disk that was noticed in time)
//   unknown   the engine cannot tell: all of it may be applied, now or soon, or none; but not after
//             a commit to its partition that was called later and is done
// Commits that were called one after the other from one coroutine are applied in that order;
// concurrent ones in any.
//
// The journal. A batch may carry one journal record. It is stored, in the same atomic commit, in
// Space::kJournal under journal_key(version of this commit). Mutations may remove records, which
// is how a journal is trimmed, but not write any.
//
// Partitions. create, drop and split may be repeated: to create one that exists, to drop one that
// does not, or to split one that was split in the same way, is a success, so that a caller that
// died half way, or was told kUnavailable (which leaves open whether it was done), starts over. A
// new partition has version 0. A dropped partition's space on the disk is given back in the
// background. split turns a parent into a sealed partition, which refuses commits but keeps its
// journal, its metadata and its description readable until it is dropped, and two children which
// divide its items and local index rows at a key. No acknowledged commit is lost, and no reader of
// the three sees a key twice or misses it. A child refuses commits of keys on the other side, and
// finds none there.
//
// Threads. Every method may be called from any thread and returns to the caller's executor. No
// method blocks the calling thread on a disk or a network. Views in the arguments must stay valid
// until the returned task has ended. An engine outlives all tasks that it has given out.
namespace jedlik::engine {

enum class PartitionId : uint64_t {};
enum class Version : uint64_t {};

inline constexpr size_t kMaxKeyBytes = 16 * 1024;
// The longest value is the journal record of a transaction of 100 items of 400 KB, before and
// after.
inline constexpr size_t kMaxValueBytes = 64 * 1024 * 1024;

// Numbers are part of the stored format and never change.
enum class Space : uint8_t { kItems = 0, kLocalIndex = 1, kJournal = 2, kMetadata = 3 };
inline constexpr size_t kSpaces = 4;

enum class Consistency : uint8_t { kEventual, kStrong };
enum class Direction : uint8_t { kForward, kBackward };

// Counters that change with a commit and are exact at every version.
inline constexpr size_t kTallies = 12;
using Tallies = std::array<int64_t, kTallies>;

struct KeyView {
  Space space;
  BytesView bytes;
};

// Why a read, or a change of partitions, could not be done. It is never the client's fault.
struct Failure {
  enum class Kind : uint8_t {
    kNoSuchPartition,  // never created, or dropped
    kSealed,           // was split: its items and local index rows are with its children
    kUnavailable,      // disk or network; trying again may help
  };
  Kind kind;
  std::string detail;  // for the log
};

template <class T>
using Outcome = tl::expected<T, Failure>;

struct PartitionState {
  Version version{};
  Tallies tallies{};
  bool sealed = false;  // was split: this is how it was then
};

struct Fetched {
  Version version{};
  // One for each key asked for, in that order; empty where there is no such key.
  boost::container::small_vector<std::optional<Bytes>, 1> values;
};

// Keys from `begin` (inclusive) to `end` (exclusive; unbounded when empty).
struct Range {
  BytesView begin;
  BytesView end;
};

// A page ends after the row that reaches one of these. Both are at least 1.
struct Budget {
  size_t rows;
  size_t bytes;  // of keys and values
};

// Rows in the order of the scan, kept in one buffer.
class Page {
 public:
  struct Row {
    BytesView key;
    BytesView value;
  };

  size_t size() const { return rows_.size(); }
  size_t bytes() const { return buffer_.size(); }
  // Valid until the page is changed or destroyed.
  Row operator[](size_t i) const {
    const Extent& extent = rows_[i];
    const BytesView all = buffer_;
    return {all.substr(extent.start, extent.key_bytes),
            all.substr(extent.start + extent.key_bytes, extent.value_bytes)};
  }
  // Makes room for rows of so many bytes.
  void reserve(size_t bytes) { buffer_.reserve(bytes); }
  void append(BytesView key, BytesView value) {
    rows_.push_back({buffer_.size(), key.size(), value.size()});
    buffer_.append(key).append(value);
  }

  Version version{};
  // There may be further keys in the range: the next page starts after (before, going backward) the
  // last row's key. False only when it is certain that there are none.
  bool more = false;

 private:
  struct Extent {
    size_t start;
    size_t key_bytes;
    size_t value_bytes;
  };
  std::vector<Extent> rows_;
  Bytes buffer_;
};

struct Mutation {
  Space space;
  Bytes key;
  std::optional<Bytes> value;  // none: the key is removed, if it is there; always in kJournal
};

struct Batch {
  enum class Guard : uint8_t {
    kNone,       // commit whatever has happened since
    kKeys,       // conflict if one of `depends_on` was written after `read_at`
    kPartition,  // conflict if the partition's version is not `read_at`
  };
  Guard guard = Guard::kNone;
  Version read_at{};
  std::vector<std::pair<Space, Bytes>> depends_on;

  // No key twice. May be empty: the commit then only counts.
  std::vector<Mutation> mutations;
  Tallies tally_changes{};
  std::optional<Bytes> journal_record;
};

struct PartitionBatch {
  PartitionId partition;
  Batch batch;
};

struct Committed {
  enum class Kind : uint8_t { kDone, kConflict, kRefused, kUnknown };
  Kind kind;
  // When done: the version of this commit, for commit_all one for each batch in order.
  boost::container::small_vector<Version, 1> versions;
  std::string detail;  // when refused or unknown: for the log
};

struct Split {
  PartitionId parent;
  Bytes at;  // the first key of the right child, in Space::kItems and Space::kLocalIndex
  PartitionId left;
  PartitionId right;
  // What one row adds to the tallies, so that each child starts with its own. Called from any
  // thread; must not throw.
  Tallies (*weigh)(Space space, BytesView key, BytesView value);
};

class Engine {
 public:
  virtual ~Engine() = default;

  // Whether commit_all takes batches of different partitions.
  virtual bool commits_across_partitions() const = 0;

  virtual Task<Outcome<void>> create(PartitionId partition) = 0;
  virtual Task<Outcome<void>> drop(PartitionId partition) = 0;
  virtual Task<Outcome<void>> split(Split split) = 0;

  virtual Task<Outcome<PartitionState>> describe(PartitionId partition) = 0;

  virtual Task<Outcome<Fetched>> fetch(PartitionId partition, std::span<const KeyView> keys,
                                       Consistency consistency) = 0;

  virtual Task<Outcome<Page>> scan(PartitionId partition, Space space, Range range,
                                   Direction direction, Budget budget, Consistency consistency) = 0;

  virtual Task<Committed> commit(PartitionId partition, Batch batch) = 0;

  // All the batches or none. At most one for each partition; more than one batch is refused unless
  // commits_across_partitions().
  virtual Task<Committed> commit_all(std::vector<PartitionBatch> batches) = 0;
};

// Where a commit's journal record is kept: eight bytes, most significant first.
Bytes journal_key(Version version);

}  // namespace jedlik::engine
