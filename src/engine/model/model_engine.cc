#include "engine/model/model_engine.h"

#include <algorithm>

#include "base/ensure.h"
#include "engine/check.h"

namespace jedlik::engine {
namespace {

tl::unexpected<Failure> failure(Failure::Kind kind, std::string detail) {
  return tl::unexpected<Failure>(Failure{kind, std::move(detail)});
}

Committed ended(Committed::Kind kind, std::string detail) {
  return {kind, {}, std::move(detail)};
}

bool can_conflict(const Batch& batch) {
  return batch.guard == Batch::Guard::kPartition ||
         (batch.guard == Batch::Guard::kKeys && !batch.depends_on.empty());
}

bool is_divided(Space space) {
  return space == Space::kItems || space == Space::kLocalIndex;
}

}  // namespace

ModelEngine::ModelEngine(ModelOptions options) : options_(options), generator_(options.seed) {}

void ModelEngine::fail_next(Call call, Fault fault, size_t times) {
  const std::lock_guard lock(mutex_);
  auto& failures = failures_[call];
  failures.insert(failures.end(), times, fault);
}

void ModelEngine::set_hook(Hook hook) {
  const std::lock_guard lock(mutex_);
  hook_ = std::move(hook);
}

Task<void> ModelEngine::dawdle() {
  uint64_t turns = 0;
  if (options_.delay_turns > 0) {
    const std::lock_guard lock(mutex_);
    turns = draw(options_.delay_turns + 1);
  }
  for (; turns > 0; --turns) {
    auto next_turn = [](Resume<bool> resume) { resume(true); };
    co_await suspend<bool>(std::move(next_turn));
  }
}

std::optional<ModelEngine::Fault> ModelEngine::forced(Call call, PartitionId partition) {
  Hook hook;
  {
    const std::lock_guard lock(mutex_);
    auto& failures = failures_[call];
    if (!failures.empty()) {
      const Fault fault = failures.front();
      failures.erase(failures.begin());
      return fault;
    }
    hook = hook_;
  }
  return hook ? hook(call, partition) : std::nullopt;
}

uint64_t ModelEngine::draw(uint64_t below) {
  return generator_() % below;
}

bool ModelEngine::chance(double probability) {
  if (probability <= 0) return false;
  return static_cast<double>(generator_() >> 11) * 0x1p-53 < probability;
}

bool ModelEngine::fails(std::optional<Fault> forced) {
  return forced == Fault::kUnavailable || chance(options_.unavailable);
}

Outcome<ModelPartition*> ModelEngine::find(PartitionId partition) {
  // A commit that was called some time ago may be applied at any later moment.
  if (!late_.empty() && chance(0.25)) settle_late();
  const auto found = partitions_.find(partition);
  if (found == partitions_.end())
    return failure(Failure::Kind::kNoSuchPartition, "no such partition");
  return found->second.get();
}

uint64_t ModelEngine::moment(const ModelPartition& partition, Consistency consistency) {
  const bool stale = consistency == Consistency::kEventual ? chance(options_.stale)
                                                           : planted(PlantedBug::kStaleStrongRead);
  if (!stale) return partition.version();
  return partition.oldest() + draw(partition.version() - partition.oldest() + 1);
}

Version ModelEngine::reported(const ModelPartition& partition, uint64_t at) {
  if (!chance(options_.earlier_version)) return Version{at};
  const uint64_t back = std::min(at, partition.version() - partition.oldest());
  return Version{at - draw(back + 1)};
}

Task<Outcome<void>> ModelEngine::create(PartitionId partition) {
  co_await dawdle();
  const auto fault = forced(Call::kCreate, partition);
  Outcome<void> outcome;
  {
    const std::lock_guard lock(mutex_);
    const bool failing = fails(fault);
    if (!failing || chance(0.5)) outcome = create_now(partition);
    if (failing) outcome = failure(Failure::Kind::kUnavailable, "failed by the model");
  }
  co_await dawdle();
  co_return outcome;
}

Outcome<void> ModelEngine::create_now(PartitionId partition) {
  if (dropped_.count(partition) > 0)
    return failure(Failure::Kind::kNoSuchPartition, "the id was used before");
  auto& entry = partitions_[partition];
  if (!entry || planted(PlantedBug::kCreateEmpties))
    entry = std::make_unique<ModelPartition>(options_.history, options_.bug);
  return {};
}

Task<Outcome<void>> ModelEngine::drop(PartitionId partition) {
  co_await dawdle();
  const auto fault = forced(Call::kDrop, partition);
  Outcome<void> outcome;
  {
    const std::lock_guard lock(mutex_);
    const bool failing = fails(fault);
    if ((!failing || chance(0.5)) && !planted(PlantedBug::kLiveAfterDrop)) {
      settle_late();
      if (partitions_.erase(partition) > 0) dropped_.insert(partition);
    }
    if (failing) outcome = failure(Failure::Kind::kUnavailable, "failed by the model");
  }
  co_await dawdle();
  co_return outcome;
}

Task<Outcome<void>> ModelEngine::split(Split split) {
  ENSURE(split.weigh != nullptr, "a split must say what rows weigh");
  co_await dawdle();
  const auto fault = forced(Call::kSplit, split.parent);
  Outcome<void> outcome;
  {
    const std::lock_guard lock(mutex_);
    const bool failing = fails(fault);
    if (!failing || chance(0.5)) outcome = split_now(split);
    if (failing) outcome = failure(Failure::Kind::kUnavailable, "failed by the model");
  }
  co_await dawdle();
  co_return outcome;
}

Outcome<void> ModelEngine::split_now(const Split& split) {
  settle_late();
  const auto parent = find(split.parent);
  if (!parent) return tl::unexpected<Failure>(parent.error());
  if (const auto& before = (*parent)->sealed()) {
    const bool same =
        before->at == split.at && before->left == split.left && before->right == split.right;
    if (same) return {};
    return failure(Failure::Kind::kSealed, "already split in another way");
  }
  for (const PartitionId child : {split.left, split.right})
    if (partitions_.count(child) > 0 || dropped_.count(child) > 0)
      return failure(Failure::Kind::kUnavailable, "the id of a child was used before");
  if (split.left == split.right || split.at.empty() || !(*parent)->covers(Space::kItems, split.at))
    return failure(Failure::Kind::kUnavailable, "the split makes no sense");
  auto left = std::make_unique<ModelPartition>(options_.history, options_.bug);
  auto right = std::make_unique<ModelPartition>(options_.history, options_.bug);
  (*parent)->split(split, *left, *right);
  partitions_[split.left] = std::move(left);
  partitions_[split.right] = std::move(right);
  return {};
}

Task<Outcome<PartitionState>> ModelEngine::describe(PartitionId partition) {
  co_await dawdle();
  const auto fault = forced(Call::kDescribe, partition);
  Outcome<PartitionState> outcome;
  {
    const std::lock_guard lock(mutex_);
    const auto found = find(partition);
    if (fails(fault)) {
      outcome = failure(Failure::Kind::kUnavailable, "failed by the model");
    } else if (!found) {
      outcome = tl::unexpected<Failure>(found.error());
    } else {
      const ModelPartition& of = **found;
      outcome = PartitionState{Version{of.version()}, of.tallies(), of.sealed().has_value()};
    }
  }
  co_await dawdle();
  co_return outcome;
}

Task<Outcome<Fetched>> ModelEngine::fetch(PartitionId partition, std::span<const KeyView> keys,
                                          Consistency consistency) {
  co_await dawdle();
  const auto fault = forced(Call::kFetch, partition);
  Outcome<Fetched> outcome;
  {
    const std::lock_guard lock(mutex_);
    outcome = fetch_now(partition, keys, consistency, fault);
  }
  co_await dawdle();
  co_return outcome;
}

Outcome<Fetched> ModelEngine::fetch_now(PartitionId partition, std::span<const KeyView> keys,
                                        Consistency consistency, std::optional<Fault> forced) {
  const auto found = find(partition);
  if (fails(forced)) return failure(Failure::Kind::kUnavailable, "failed by the model");
  if (!found) return tl::unexpected<Failure>(found.error());
  const ModelPartition& from = **found;
  uint64_t at = moment(from, consistency);
  Fetched fetched;
  fetched.version = reported(from, at);
  for (const KeyView& key : keys) {
    if (from.sealed() && is_divided(key.space))
      return failure(Failure::Kind::kSealed, "the partition was split");
    if (planted(PlantedBug::kTornRead) && fetched.values.size() == 1 && at > from.oldest()) --at;
    fetched.values.push_back(from.read(key, at));
  }
  if (planted(PlantedBug::kShuffledFetch) && fetched.values.size() > 1)
    std::swap(fetched.values.front(), fetched.values.back());
  return fetched;
}

Task<Outcome<Page>> ModelEngine::scan(PartitionId partition, Space space, Range range,
                                      Direction direction, Budget budget, Consistency consistency) {
  ENSURE(budget.rows > 0 && budget.bytes > 0, "a budget is at least 1");
  co_await dawdle();
  const auto fault = forced(Call::kScan, partition);
  Outcome<Page> outcome;
  {
    const std::lock_guard lock(mutex_);
    outcome = scan_now(partition, space, range, direction, budget, consistency, fault);
  }
  co_await dawdle();
  co_return outcome;
}

Outcome<Page> ModelEngine::scan_now(PartitionId partition, Space space, Range range,
                                    Direction direction, Budget budget, Consistency consistency,
                                    std::optional<Fault> forced) {
  const auto found = find(partition);
  if (fails(forced)) return failure(Failure::Kind::kUnavailable, "failed by the model");
  if (!found) return tl::unexpected<Failure>(found.error());
  const ModelPartition& from = **found;
  if (from.sealed() && is_divided(space))
    return failure(Failure::Kind::kSealed, "the partition was split");
  const uint64_t at = moment(from, consistency);
  Page page = from.scan(space, range, direction, budget, at);
  page.version = reported(from, at);
  const bool full = page.size() >= budget.rows || page.bytes() >= budget.bytes;
  if (full && chance(options_.idle_more)) page.more = true;
  return page;
}

Task<Committed> ModelEngine::commit(PartitionId partition, Batch batch) {
  Batches batches;
  batches.push_back({partition, std::move(batch)});
  co_return co_await commit_all(std::move(batches));
}

Task<Committed> ModelEngine::commit_all(std::vector<PartitionBatch> batches) {
  co_await dawdle();
  std::optional<Fault> fault;
  if (!batches.empty()) fault = forced(Call::kCommit, batches.front().partition);
  Committed outcome;
  {
    const std::lock_guard lock(mutex_);
    outcome = commit_now(batches, fault);
  }
  co_await dawdle();
  co_return outcome;
}

std::optional<ModelEngine::Fault> ModelEngine::fate_of_commit(const Batches& batches,
                                                              std::optional<Fault> forced) {
  std::optional<Fault> fate = forced;
  if (!fate) {
    if (chance(options_.refused)) {
      fate = Fault::kRefused;
    } else if (chance(options_.conflict)) {
      fate = Fault::kConflict;
    } else if (chance(options_.unknown)) {
      constexpr Fault kUnknown[] = {Fault::kUnknownNotApplied, Fault::kUnknownApplied,
                                    Fault::kUnknownAppliedLater};
      fate = kUnknown[draw(std::size(kUnknown))];
    }
  }
  const bool guarded = std::any_of(batches.begin(), batches.end(), [](const PartitionBatch& each) {
    return can_conflict(each.batch);
  });
  if (fate == Fault::kConflict && !guarded) return std::nullopt;
  return fate;
}

std::optional<Committed> ModelEngine::obstacle(const Batches& batches) const {
  const auto refused = [](std::string detail) {
    return ended(Committed::Kind::kRefused, std::move(detail));
  };
  if (batches.size() > 1 && !options_.commits_across_partitions)
    return refused("this engine does not commit across partitions");
  std::set<PartitionId> seen;
  for (const auto& [partition, batch] : batches) {
    if (!seen.insert(partition).second) return refused("two batches for one partition");
    if (const auto fault = find_fault(batch)) return refused(*fault);
    if (writes_a_key_twice(batch)) return refused("the batch writes a key twice");
    const auto found = partitions_.find(partition);
    if (found == partitions_.end()) return refused("no such partition");
    if (found->second->sealed() && !planted(PlantedBug::kUnsealedParent))
      return refused("the partition was split");
    for (const Mutation& mutation : batch.mutations)
      if (!found->second->covers(mutation.space, mutation.key))
        return refused("a key is outside of the partition");
  }
  return std::nullopt;
}

void ModelEngine::apply_all(const Batches& batches, Committed& outcome) {
  for (const auto& [partition, batch] : batches) {
    ModelPartition& to = *partitions_.at(partition);
    to.apply(batch);
    outcome.versions.push_back(Version{to.version()});
  }
}

Committed ModelEngine::commit_now(const Batches& batches, std::optional<Fault> forced) {
  settle_late();
  if (auto refusal = obstacle(batches)) return *refusal;
  const std::optional<Fault> fate = fate_of_commit(batches, forced);
  if (fate == Fault::kRefused) {
    Committed ignored;
    if (planted(PlantedBug::kAppliedRefusal)) apply_all(batches, ignored);
    return ended(Committed::Kind::kRefused, "failed by the model");
  }
  if (fate == Fault::kUnknownNotApplied)
    return ended(Committed::Kind::kUnknown, "failed by the model");
  if (fate == Fault::kUnknownAppliedLater) {
    late_.push_back(batches);
    return ended(Committed::Kind::kUnknown, "failed by the model");
  }
  if (fate == Fault::kConflict)  // what the other node committed
    partitions_.at(batches[draw(batches.size())].partition)->apply(Batch{});
  const bool conflict =
      fate == Fault::kConflict ||
      std::any_of(batches.begin(), batches.end(), [&](const PartitionBatch& each) {
        return partitions_.at(each.partition)->conflicts(each.batch);
      });
  Committed outcome{Committed::Kind::kDone, {}, {}};
  if (!conflict || planted(PlantedBug::kAppliedConflict)) apply_all(batches, outcome);
  if (conflict) return ended(Committed::Kind::kConflict, {});
  if (fate == Fault::kUnknownApplied)
    return ended(Committed::Kind::kUnknown, "failed by the model");
  return outcome;
}

void ModelEngine::settle_late() {
  for (Batches& batches : std::exchange(late_, {})) {
    const bool conflict =
        obstacle(batches).has_value() ||
        std::any_of(batches.begin(), batches.end(), [&](const PartitionBatch& each) {
          return partitions_.at(each.partition)->conflicts(each.batch);
        });
    if (conflict) continue;
    if (planted(PlantedBug::kHalfUnknown))
      batches.front().batch.mutations.resize((batches.front().batch.mutations.size() + 1) / 2);
    Committed ignored;
    apply_all(batches, ignored);
  }
}

}  // namespace jedlik::engine
