#include "engine/rocksdb/split.h"

#include <rocksdb/snapshot.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "base/ensure.h"
#include "engine/rocksdb/changes.h"
#include "engine/rocksdb/keys.h"

namespace jedlik::engine::rocks {
namespace {

// The keys that may be left to weigh while commits wait for the split.
constexpr size_t kFewKeys = 64;
constexpr int kMostRounds = 10;

// A split under way. Used by one thread at a time: the committer's and the readers' in turn.
class Weighing {
 public:
  Weighing(Store& store, Split split, std::shared_ptr<Partition> parent)
      : store_(store), split_(std::move(split)), parent_(std::move(parent)) {}

  const Split& split() const { return split_; }
  Partition& parent() { return *parent_; }
  const Tallies& left() const { return left_; }
  const Tallies& right() const { return right_; }
  size_t noted() const { return noted_.size(); }

  // Committer's thread: no group is half written.
  void take_snapshot() {
    before_ = std::move(now_);
    now_ = std::make_unique<rocksdb::ManagedSnapshot>(&store_.db());
    noted_ = std::exchange(*parent_->split_watch, {});
  }

  // All rows at the first snapshot. A failure is that of the disk.
  rocksdb::Status weigh_all() {
    for (const Space space : {Space::kItems, Space::kLocalIndex}) {
      const StoredKey lower_key(parent_->prefix, parent_->begin);
      const StoredKey upper_key = stored_end(parent_->prefix, parent_->end);
      const rocksdb::Slice lower = lower_key.slice();
      const rocksdb::Slice upper = upper_key.slice();
      rocksdb::ReadOptions options = options_at(*now_);
      options.iterate_lower_bound = &lower;
      options.iterate_upper_bound = &upper;
      options.fill_cache = false;
      std::unique_ptr<rocksdb::Iterator> row(
          store_.db().NewIterator(options, store_.family(space)));
      for (row->SeekToFirst(); row->Valid(); row->Next())
        weigh(space, key_of(row->key()), row->value().ToStringView(), 1);
      if (!row->status().ok()) return row->status();
    }
    return rocksdb::Status::OK();
  }

  // What has changed between the last two snapshots.
  rocksdb::Status weigh_noted() {
    std::sort(noted_.begin(), noted_.end());
    noted_.erase(std::unique(noted_.begin(), noted_.end()), noted_.end());
    for (const auto& [space, key] : noted_) {
      for (const bool is_new : {false, true}) {
        const StoredKey stored(parent_->prefix, key);
        rocksdb::PinnableSlice value;
        rocksdb::Status status = store_.db().Get(options_at(is_new ? *now_ : *before_),
                                                 store_.family(space), stored.slice(), &value);
        if (status.IsNotFound()) continue;
        if (!status.ok()) return status;
        weigh(space, key, value.ToStringView(), is_new ? 1 : -1);
      }
    }
    return rocksdb::Status::OK();
  }

 private:
  static rocksdb::ReadOptions options_at(rocksdb::ManagedSnapshot& snapshot) {
    rocksdb::ReadOptions options = basic_read_options();
    options.snapshot = snapshot.snapshot();
    return options;
  }

  void weigh(Space space, BytesView key, BytesView value, int64_t times) {
    const Tallies weight = split_.weigh(space, key, value);
    Tallies& side = key < split_.at ? left_ : right_;
    for (size_t i = 0; i < kTallies; ++i)
      side[i] += times * weight[i];
  }

  Store& store_;
  const Split split_;
  const std::shared_ptr<Partition> parent_;
  std::unique_ptr<rocksdb::ManagedSnapshot> before_;
  std::unique_ptr<rocksdb::ManagedSnapshot> now_;
  std::vector<std::pair<Space, Bytes>> noted_;
  Tallies left_{};
  Tallies right_{};
};

class BeginChange final : public Change {
 public:
  BeginChange(PartitionMap& partitions, Weighing& weighing)
      : partitions_(partitions), weighing_(weighing) {}

  Outcome<void> prepare(rocksdb::WriteBatch&) override {
    Partition& parent = weighing_.parent();
    if (parent.split_watch) return unavailable("the partition is being split");
    if (parent.phase() != Phase::kLive) return unavailable("the partition has just changed");
    const Split& split = weighing_.split();
    for (const PartitionId child : {split.left, split.right})
      if (partitions_.find(child) ||
          static_cast<uint64_t>(child) == std::numeric_limits<uint64_t>::max())
        return unavailable("the id of a child was used before");
    parent.split_watch = std::make_shared<std::vector<std::pair<Space, Bytes>>>();
    weighing_.take_snapshot();
    return {};
  }
  void publish() override {}

 private:
  PartitionMap& partitions_;
  Weighing& weighing_;
};

class NextRoundChange final : public Change {
 public:
  explicit NextRoundChange(Weighing& weighing) : weighing_(weighing) {}
  Outcome<void> prepare(rocksdb::WriteBatch&) override {
    if (weighing_.parent().phase() != Phase::kLive) return unavailable("the partition was dropped");
    weighing_.take_snapshot();
    return {};
  }
  void publish() override {}

 private:
  Weighing& weighing_;
};

class GiveUpChange final : public Change {
 public:
  explicit GiveUpChange(Weighing& weighing) : weighing_(weighing) {}
  Outcome<void> prepare(rocksdb::WriteBatch&) override {
    weighing_.parent().split_watch.reset();
    return {};
  }
  void publish() override {}

 private:
  Weighing& weighing_;
};

class SealChange final : public Change {
 public:
  SealChange(Store& store, PartitionMap& partitions, Weighing& weighing)
      : store_(store), partitions_(partitions), weighing_(weighing) {}

  Outcome<void> prepare(rocksdb::WriteBatch& batch) override {
    Partition& parent = weighing_.parent();
    const Split& split = weighing_.split();
    if (parent.phase() != Phase::kLive) return unavailable("the partition was dropped");
    for (const PartitionId child : {split.left, split.right})
      if (partitions_.find(child)) return unavailable("the id of a child was used before");
    weighing_.take_snapshot();
    if (const auto status = weighing_.weigh_noted(); !status.ok())
      return unavailable(status.ToString());

    PartitionRow row = parent.next_row();
    row.phase = Phase::kSealed;
    row.children = Children{split.at, split.left, split.right};
    put_row(store_, batch, split.parent, row);
    left_ = add_child(batch, split.left, weighing_.left(), parent.begin, split.at);
    right_ = add_child(batch, split.right, weighing_.right(), split.at, parent.end);
    return {};
  }

  void publish() override {
    Partition& parent = weighing_.parent();
    const Split& split = weighing_.split();
    parent.split_watch.reset();
    // First the seal, so that no reader finds a child's new rows through its parent.
    parent.seal({split.at, split.left, split.right});
    partitions_.insert(std::move(left_));
    partitions_.insert(std::move(right_));
  }

 private:
  std::shared_ptr<Partition> add_child(rocksdb::WriteBatch& batch, PartitionId id,
                                       const Tallies& tallies, const Bytes& begin,
                                       const Bytes& end) {
    PartitionRow row;
    row.prefix = weighing_.parent().prefix;
    row.tallies = tallies;
    row.begin = begin;
    row.end = end;
    put_row(store_, batch, id, row);
    return std::make_shared<Partition>(id, row);
  }

  Store& store_;
  PartitionMap& partitions_;
  Weighing& weighing_;
  std::shared_ptr<Partition> left_;
  std::shared_ptr<Partition> right_;
};

Outcome<void> outcome_of(const rocksdb::Status& status) {
  if (!status.ok()) return unavailable(status.ToString());
  return {};
}

Task<Outcome<void>> weigh_and_seal(Store& store, PartitionMap& partitions, Committer& committer,
                                   boost::asio::thread_pool& readers, Weighing& weighing) {
  auto weigh_all = [&weighing] { return outcome_of(weighing.weigh_all()); };
  Outcome<void> outcome = co_await run_on(readers.get_executor(), std::move(weigh_all));
  bool many = true;
  for (int round = 0; outcome && many && round < kMostRounds; ++round) {
    std::unique_ptr<Change> next = std::make_unique<NextRoundChange>(weighing);
    outcome = co_await committer.change(std::move(next));
    if (!outcome) break;
    many = weighing.noted() > kFewKeys;
    auto weigh_noted = [&weighing] { return outcome_of(weighing.weigh_noted()); };
    outcome = co_await run_on(readers.get_executor(), std::move(weigh_noted));
  }
  if (!outcome) co_return outcome;
  std::unique_ptr<Change> seal = std::make_unique<SealChange>(store, partitions, weighing);
  co_return co_await committer.change(std::move(seal));
}

}  // namespace

Task<Outcome<void>> split_partition(Store& store, PartitionMap& partitions, Committer& committer,
                                    boost::asio::thread_pool& readers, Split split) {
  ENSURE(split.weigh != nullptr, "a split must say what rows weigh");
  auto parent = partitions.find(split.parent);
  if (!parent || parent->phase() == Phase::kDropped)
    co_return tl::unexpected<Failure>(
        Failure{Failure::Kind::kNoSuchPartition, "no such partition"});
  const Children wanted{split.at, split.left, split.right};
  if (const auto children = parent->children()) {
    if (*children == wanted) co_return Outcome<void>();
    co_return tl::unexpected<Failure>(
        Failure{Failure::Kind::kSealed, "already split in another way"});
  }
  const bool sensible = split.left != split.right && split.at > parent->begin &&
                        parent->covers(Space::kItems, split.at);
  if (!sensible) co_return unavailable("the split makes no sense");

  Weighing weighing(store, std::move(split), std::move(parent));
  std::unique_ptr<Change> begin = std::make_unique<BeginChange>(partitions, weighing);
  Outcome<void> outcome = co_await committer.change(std::move(begin));
  if (!outcome) co_return outcome;
  outcome = co_await weigh_and_seal(store, partitions, committer, readers, weighing);
  if (!outcome) {
    std::unique_ptr<Change> give_up = std::make_unique<GiveUpChange>(weighing);
    Outcome<void> ignored = co_await committer.change(std::move(give_up));
  }
  co_return outcome;
}

}  // namespace jedlik::engine::rocks
