#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <vector>

#include "engine/engine.h"
#include "engine/model/model_options.h"
#include "engine/model/model_partition.h"

namespace jedlik::engine {

// An engine in memory, for tests: with the default options calm and prompt, with strict_model() as
// difficult as the contract allows. What works on it works on a remote store.
//
// It answers late and out of order, reports conflicts because another node was first (the version
// is then really higher), ends commits as unknown (applied, not applied, or applied a few calls
// later), serves eventual reads from older states, and fails on demand. No time passes: to be late
// is to wait for further turns of the caller's executor. On one thread everything that it does
// follows from the seed.
//
// Beyond the contract it refuses what a careless caller might get away with elsewhere: a batch that
// writes a key twice, an id that was used before.
class ModelEngine final : public Engine {
 public:
  enum class Call : uint8_t { kCreate, kDrop, kSplit, kDescribe, kFetch, kScan, kCommit };

  // What a call shall end in. The first is for every call but commits, the others for commits only.
  enum class Fault : uint8_t {
    kUnavailable,
    kConflict,  // an unguarded batch cannot conflict: it is committed
    kRefused,
    kUnknownNotApplied,
    kUnknownApplied,
    kUnknownAppliedLater,  // with the next commit, or in the course of some later read
  };

  // Called before each call's moment, with the first of its partitions; may name a fault. It runs
  // under no lock, and so may start calls itself.
  using Hook = std::function<std::optional<Fault>(Call, PartitionId)>;

  explicit ModelEngine(ModelOptions options = {});

  // The next `times` calls of this kind end in `fault`.
  void fail_next(Call call, Fault fault, size_t times = 1);
  void set_hook(Hook hook);

  bool commits_across_partitions() const override { return options_.commits_across_partitions; }
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

 private:
  using Batches = std::vector<PartitionBatch>;

  Task<void> dawdle();
  std::optional<Fault> forced(Call call, PartitionId partition);

  // With mutex_ held:
  bool chance(double probability);
  uint64_t draw(uint64_t below);
  bool planted(PlantedBug bug) const { return options_.bug == bug; }
  bool fails(std::optional<Fault> forced);
  std::optional<Fault> fate_of_commit(const Batches& batches, std::optional<Fault> forced);
  Committed commit_now(const Batches& batches, std::optional<Fault> forced);
  std::optional<Committed> obstacle(const Batches& batches) const;
  void apply_all(const Batches& batches, Committed& outcome);
  void settle_late();
  Outcome<ModelPartition*> find(PartitionId partition);
  Outcome<void> create_now(PartitionId partition);
  Outcome<void> split_now(const Split& split);
  Outcome<Fetched> fetch_now(PartitionId partition, std::span<const KeyView> keys,
                             Consistency consistency, std::optional<Fault> forced);
  Outcome<Page> scan_now(PartitionId partition, Space space, Range range, Direction direction,
                         Budget budget, Consistency consistency, std::optional<Fault> forced);
  uint64_t moment(const ModelPartition& partition, Consistency consistency);
  Version reported(const ModelPartition& partition, uint64_t at);

  const ModelOptions options_;
  std::mutex mutex_;
  std::mt19937_64 generator_;
  std::map<PartitionId, std::unique_ptr<ModelPartition>> partitions_;
  std::set<PartitionId> dropped_;
  // Commits that ended as unknown and are still to be applied, in their order.
  std::vector<Batches> late_;
  std::map<Call, std::vector<Fault>> failures_;
  Hook hook_;
};

}  // namespace jedlik::engine
