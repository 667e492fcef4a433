#include "engine/rocksdb/committer.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

#include "engine/check.h"
#include "engine/rocksdb/keys.h"

namespace jedlik::engine::rocks {
namespace {

// A group ends after the commit that reaches one of these, so that the first to wait does not wait
// for the last without end.
constexpr size_t kGroupBytes = size_t{4} << 20;
constexpr size_t kGroupCommits = 4096;

// A batch that has grown beyond this does not lend its memory to the next.
constexpr size_t kSpareBytes = size_t{1} << 20;

constexpr size_t kRememberedWrites = 32 * 1024;

Committed ended(Committed::Kind kind, std::string detail) {
  return {kind, {}, std::move(detail)};
}

Committed refused(std::string detail) {
  return ended(Committed::Kind::kRefused, std::move(detail));
}

size_t size_of(const Committer::Batches& batches) {
  size_t bytes = 0;
  for (const auto& [partition, batch] : batches) {
    for (const Mutation& mutation : batch.mutations)
      bytes += mutation.key.size() + (mutation.value ? mutation.value->size() : 0);
    if (batch.journal_record) bytes += batch.journal_record->size();
  }
  return bytes;
}

bool has_partition_twice(const Committer::Batches& batches) {
  std::vector<PartitionId> ids;
  for (const PartitionBatch& each : batches)
    ids.push_back(each.partition);
  std::sort(ids.begin(), ids.end());
  return std::adjacent_find(ids.begin(), ids.end()) != ids.end();
}

}  // namespace

Committer::Committer(Store& store, const PartitionMap& partitions, const RocksdbOptions& options)
    : store_(store),
      partitions_(partitions),
      most_waiting_(options.waiting_commits),
      most_waiting_bytes_(options.waiting_bytes),
      recent_(kRememberedWrites),
      thread_([this] { run(); }) {
  pthread_setname_np(thread_.native_handle(), "committer");
}

Committer::~Committer() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  arrived_.notify_one();
  thread_.join();
}

Task<Committed> Committer::commit(Batches batches) {
  auto start = [this, batches = std::move(batches)](Resume<Committed> resume) mutable {
    for (const auto& [partition, batch] : batches)
      if (auto fault = find_fault(batch)) return resume(refused(std::move(*fault)));
    if (batches.size() > 1 && has_partition_twice(batches))
      return resume(refused("two batches for one partition"));
    const size_t bytes = size_of(batches);
    enqueue(CommitRequest{std::move(batches), bytes, std::move(resume)});
  };
  return suspend<Committed>(std::move(start));
}

Task<Outcome<void>> Committer::change(std::unique_ptr<Change> change) {
  auto start = [this, change = std::move(change)](Resume<Outcome<void>> resume) mutable {
    enqueue(ChangeRequest{std::move(change), std::move(resume)});
  };
  return suspend<Outcome<void>>(std::move(start));
}

void Committer::post(std::unique_ptr<Change> change) {
  enqueue(ChangeRequest{std::move(change), std::nullopt});
}

void Committer::enqueue(ChangeRequest request) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.emplace_back(std::move(request));
  }
  arrived_.notify_one();
}

void Committer::enqueue(CommitRequest request) {
  {
    const std::lock_guard lock(mutex_);
    // One that is larger than all that may wait is taken when nothing else waits.
    const bool has_room =
        waiting_bytes_ == 0 || waiting_bytes_ + request.bytes <= most_waiting_bytes_;
    if (waiting_.size() < most_waiting_ && has_room) {
      waiting_bytes_ += request.bytes;
      waiting_.emplace_back(std::move(request));
    } else {
      return request.resume(refused("too many commits are waiting"));
    }
  }
  arrived_.notify_one();
}

bool Committer::take(std::vector<CommitRequest>& commits, std::optional<ChangeRequest>& change) {
  std::unique_lock lock(mutex_);
  arrived_.wait(lock, [this] { return !waiting_.empty() || closing_; });
  size_t bytes = 0;
  while (!waiting_.empty() && bytes < kGroupBytes && commits.size() < kGroupCommits) {
    if (auto* alone = std::get_if<ChangeRequest>(&waiting_.front())) {
      if (!commits.empty()) break;
      change = std::move(*alone);
      waiting_.pop_front();
      return true;
    }
    auto& next = std::get<CommitRequest>(waiting_.front());
    bytes += next.bytes;
    waiting_bytes_ -= next.bytes;
    commits.push_back(std::move(next));
    waiting_.pop_front();
  }
  return !commits.empty();
}

void Committer::run() {
  std::vector<CommitRequest> commits;
  std::optional<ChangeRequest> change;
  while (take(commits, change)) {
    if (change) {
      make_change(std::move(*change));
    } else {
      write_group(commits);
    }
    commits.clear();
    change.reset();
  }
}

std::optional<std::string> Committer::hindrance() const {
  if (broken_) return "an earlier write failed, start the server anew: " + *broken_;
  if (auto error = store_.background_error()) return "RocksDB takes no writes: " + *error;
  return std::nullopt;
}

std::optional<std::string> Committer::write(rocksdb::WriteBatch& batch) {
  if (batch.Count() == 0) return std::nullopt;
  const rocksdb::Status status = store_.db().Write(store_.write_options(), &batch);
  groups_.fetch_add(1, std::memory_order_relaxed);
  if (status.ok()) return std::nullopt;
  broken_ = status.ToString();
  return broken_;
}

void Committer::make_change(ChangeRequest request) {
  Outcome<void> outcome;
  rocksdb::WriteBatch batch;
  const auto unavailable = [](std::string why) {
    return tl::unexpected<Failure>(Failure{Failure::Kind::kUnavailable, std::move(why)});
  };
  if (auto why = hindrance()) {
    outcome = unavailable(std::move(*why));
  } else {
    outcome = request.change->prepare(batch);
    if (outcome) {
      if (auto failed = write(batch)) {
        outcome = unavailable(std::move(*failed));
      } else {
        request.change->publish();
      }
    }
  }
  request.change.reset();
  if (request.resume) (*request.resume)(std::move(outcome));
}

void Committer::write_group(std::vector<CommitRequest>& commits) {
  Group group;
  group.batch = std::move(spare_);
  group.batch.Clear();  // which keeps its memory
  group.answers.reserve(commits.size());
  const auto why_not = hindrance();
  std::vector<PartitionMap::Pointer> partitions;
  for (CommitRequest& request : commits) {
    Committed outcome = why_not ? refused(*why_not) : judge(request.batches, partitions);
    if (outcome.kind == Committed::Kind::kDone) apply(request.batches, partitions, group, outcome);
    group.answers.emplace_back(std::move(request.resume), std::move(outcome));
  }
  for (const auto& partition : group.touched) {
    const StoredKey key(static_cast<uint64_t>(partition->id), {});
    group.batch.Put(store_.partition_rows(), key.slice(), encode_row(partition->next_row()));
    partition->touched = false;
  }
  const auto failed = write(group.batch);
  end_row_writes(group, !failed);
  if (!failed) {
    commits_.fetch_add(group.done, std::memory_order_relaxed);
    for (const auto& partition : group.touched)
      partition->publish();
  }
  for (auto& [resume, outcome] : group.answers) {
    if (failed && outcome.kind == Committed::Kind::kDone)
      outcome = ended(Committed::Kind::kUnknown, *failed);
    resume(std::move(outcome));
  }
  if (group.batch.GetDataSize() <= kSpareBytes) spare_ = std::move(group.batch);
}

Committed Committer::judge(const Batches& batches,
                           std::vector<PartitionMap::Pointer>& partitions) const {
  partitions.clear();
  for (const auto& [id, batch] : batches) {
    auto partition = partitions_.find(id);
    if (!partition || partition->phase() == Phase::kDropped) return refused("no such partition");
    if (partition->phase() == Phase::kSealed) return refused("the partition was split");
    for (const Mutation& mutation : batch.mutations)
      if (!partition->covers(mutation.space, mutation.key))
        return refused("a key is outside of the partition");
    partitions.push_back(std::move(partition));
  }
  for (size_t i = 0; i < batches.size(); ++i) {
    const Batch& batch = batches[i].batch;
    const Partition& partition = *partitions[i];
    const auto read_at = static_cast<uint64_t>(batch.read_at);
    const uint64_t now = partition.next.version;
    bool conflict = false;
    if (batch.guard == Batch::Guard::kPartition) conflict = read_at != now;
    if (batch.guard == Batch::Guard::kKeys)
      conflict =
          std::any_of(batch.depends_on.begin(), batch.depends_on.end(), [&](const auto& key) {
            // Journal keys are not remembered: each commit writes at most a new one.
            if (key.first == Space::kJournal) return read_at < now;
            return recent_.written_after(partition.id, key.first, key.second, read_at,
                                         partition.remembered, now);
          });
    if (conflict) return ended(Committed::Kind::kConflict, {});
  }
  return ended(Committed::Kind::kDone, {});
}

void Committer::apply(const Batches& batches, const std::vector<PartitionMap::Pointer>& partitions,
                      Group& group, Committed& outcome) {
  for (size_t i = 0; i < batches.size(); ++i) {
    Partition& partition = *partitions[i];
    apply_one(batches[i].batch, partition, group);
    outcome.versions.push_back(Version{partition.next.version});
    if (partition.touched) continue;
    partition.touched = true;
    group.touched.push_back(partitions[i]);
  }
  ++group.done;
}

void Committer::apply_one(const Batch& batch, Partition& partition, Group& to) {
  const uint64_t version = ++partition.next.version;
  for (size_t i = 0; i < kTallies; ++i)
    partition.next.tallies[i] += batch.tally_changes[i];
  for (const Mutation& mutation : batch.mutations) {
    const StoredKey key(partition.prefix_of(mutation.space), mutation.key);
    auto* family = store_.family(mutation.space);
    if (mutation.value) {
      to.batch.Put(family, key.slice(), *mutation.value);
    } else {
      to.batch.Delete(family, key.slice());
    }
    if (mutation.space == Space::kItems)
      to.rows.push_back({key, &mutation.value, store_.row_cache().begin_write(key.slice())});
    if (mutation.space != Space::kJournal)
      recent_.record(partition.id, mutation.space, mutation.key, version, partition.remembered);
    if (partition.split_watch && is_divided(mutation.space))
      partition.split_watch->emplace_back(mutation.space, mutation.key);
  }
  if (batch.journal_record) {
    const StoredKey key(static_cast<uint64_t>(partition.id), journal_key(Version{version}));
    to.batch.Put(store_.family(Space::kJournal), key.slice(), *batch.journal_record);
  }
}

void Committer::end_row_writes(const Group& group, bool is_written) {
  for (const RowWrite& row : group.rows) {
    std::optional<BytesView> value;
    if (is_written && row.was_cached && *row.value) value = **row.value;
    store_.row_cache().end_write(row.key.slice(), value);
  }
}

}  // namespace jedlik::engine::rocks
