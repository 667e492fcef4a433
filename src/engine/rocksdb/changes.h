#pragma once

#include <future>
#include <memory>
#include <utility>
#include <vector>

#include "engine/rocksdb/committer.h"
#include "engine/rocksdb/partition.h"
#include "engine/rocksdb/reclaimer.h"
#include "engine/rocksdb/store.h"

// Creating and dropping partitions: what the committer does for it.
namespace jedlik::engine::rocks {

class CreateChange final : public Change {
 public:
  CreateChange(Store& store, PartitionMap& partitions, PartitionId id)
      : store_(store), partitions_(partitions), id_(id) {}

  Outcome<void> prepare(rocksdb::WriteBatch& batch) override;
  void publish() override;

 private:
  Store& store_;
  PartitionMap& partitions_;
  const PartitionId id_;
  std::shared_ptr<Partition> created_;
};

class DropChange final : public Change {
 public:
  DropChange(Store& store, PartitionMap& partitions, Reclaimer& reclaimer, PartitionId id)
      : store_(store), partitions_(partitions), reclaimer_(reclaimer), id_(id) {}

  Outcome<void> prepare(rocksdb::WriteBatch& batch) override;
  void publish() override;

 private:
  Store& store_;
  PartitionMap& partitions_;
  Reclaimer& reclaimer_;
  const PartitionId id_;
  std::shared_ptr<Partition> dropped_;
};

// Deletes keys of a dropped partition.
class DeleteChange final : public Change {
 public:
  DeleteChange(Store& store, Space space, std::vector<Bytes> stored_keys)
      : store_(store), space_(space), stored_keys_(std::move(stored_keys)) {}
  ~DeleteChange() override { done_.set_value(published_); }

  // Tells, in the end, whether it was done.
  std::future<bool> done() { return done_.get_future(); }

  Outcome<void> prepare(rocksdb::WriteBatch& batch) override;
  void publish() override { published_ = true; }

 private:
  Store& store_;
  const Space space_;
  const std::vector<Bytes> stored_keys_;
  bool published_ = false;
  std::promise<bool> done_;
};

// Removes the row of a dropped partition that has left nothing behind.
class ForgetChange final : public Change {
 public:
  ForgetChange(Store& store, PartitionMap& partitions, PartitionId id)
      : store_(store), partitions_(partitions), id_(id) {}

  Outcome<void> prepare(rocksdb::WriteBatch& batch) override;
  void publish() override { partitions_.erase(id_); }

 private:
  Store& store_;
  PartitionMap& partitions_;
  const PartitionId id_;
};

// The row of a new or changed partition.
void put_row(Store& store, rocksdb::WriteBatch& batch, PartitionId id, const PartitionRow& row);

// Failure::Kind::kUnavailable.
tl::unexpected<Failure> unavailable(std::string detail);

}  // namespace jedlik::engine::rocks
