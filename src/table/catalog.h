#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <compare>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "base/random.h"
#include "base/result.h"
#include "base/task.h"
#include "engine/engine.h"
#include "table/gate.h"
#include "table/latches.h"
#include "table/schema.h"
#include "table/table.h"

// The catalog: which tables there are. Its rows are in a partition of their own
// (kCatalogPartition), one for each table, written by guarded commits; what is in memory is a copy.
//
// A table goes through its states by commits, each durable before the next step begins:
//   create   row CREATING (with its partition ids) -> partitions created -> row ACTIVE
//   update   row UPDATING (with the new settings) -> row ACTIVE
//   drop     row DELETING -> partitions dropped -> row removed; where it has streams, which stay
//            readable: row DELETING -> indexes dropped -> row moved to the deleted tables
//            (catalog_deleted.cc), until their streams are over
//   split    row with the intention -> partition split -> row with its children -> the sealed one
//            dropped, once no stream needs its journal -> row without it; the table stays ACTIVE
// A global index that is made later goes through the states of schema.h while its table is
// UPDATING, and is filled by index_builder.h while the table is ACTIVE again. The expiry index goes
// through the same states, whether its table is ACTIVE or UPDATING. Every commit is
// guarded by the version of the catalog's partition. If another node was first, the copy in memory
// is brought up to date and the change is computed again; if a commit ends as unknown, an empty one
// is made after it, so that it is either there by then or never will be.
//
// The step after a commit runs in the background, and is taken up again whenever the rows are read
// and show one that nobody here is at work on: when a catalog is opened, so that a process that
// dies in between leaves nothing half done, and after a conflict or an unknown outcome.
namespace jedlik::table {

inline constexpr engine::PartitionId kCatalogPartition{1};
// Beside it: what transactions leave for later (transaction_token.h).
inline constexpr engine::PartitionId kTransactionPartition{0};

struct FillProgress;

struct CatalogOptions {
  // How many partitions a new table gets, dividing the range of hashes evenly.
  size_t partitions_of_a_table = 1;
  // How long a background step waits before it tries again after the engine failed it.
  std::chrono::milliseconds retry_delay{200};
};

// Any thread may use it. It must outlive the executor's work.
class Catalog {
 public:
  // Background steps run on `executor`. Everything passed by reference must outlive the catalog.
  Catalog(engine::Engine& engine, const Clock& clock, Random& random,
          boost::asio::any_io_executor executor, CatalogOptions options = {});

  // Reads the rows, makes the two partitions on the first start, and takes up unfinished steps. To
  // be called once, before anything else. The error is for the operator.
  Task<tl::expected<void, std::string>> load();

  // The table in any state, or null.
  TablePtr find(std::string_view name) const;

  // The table, for operations on its items: waits while it is CREATING, refuses with
  // ResourceNotFoundException when there is none or it is DELETING.
  Task<Result<TablePtr>> find_for_items(std::string_view name);

  // Up to `limit` names in order, those after `after`.
  std::vector<std::string> names(std::string_view after, size_t limit) const;
  size_t size() const;

  // Makes a table out of `schema`, whose id, time, status and partitions are filled in here.
  // The table in the result is CREATING.
  Task<Result<TablePtr>> create(TableSchema schema);

  // Changes a table that is ACTIVE. `change` gets a copy of its schema; it may be called again
  // after a conflict. A table that is kUpdating then goes on to ACTIVE by itself, and an expiry
  // index to its end. The partitions of an index that the change adds are filled in here.
  using Change = std::function<Status(TableSchema&)>;
  Task<Result<TablePtr>> update(std::string name, Change change);

  // The table in the result is DELETING.
  Task<Result<TablePtr>> drop(std::string name);

  // Tables that are gone but for their streams, those that went first coming first. Their schemas
  // have the partitions that keep the journals, and streams that are all disabled.
  std::vector<TablePtr> deleted() const;
  // Drops the partitions of a deleted table, and forgets it. Its streams are gone then.
  Task<Status> forget_deleted(std::string id);

  // Begins to split a partition of the table, or of one of its complete global indexes: `at` is the
  // first key of the right child, and may be moved (partition_split.h). The table in the result has
  // the intention; it can be used and changed meanwhile. One split at a time for the table's own
  // partitions, and one for each index's.
  Task<Result<TablePtr>> split(std::string name, engine::PartitionId partition, Bytes at);

  // Drops a closed partition when nobody here uses a version of the table from before the split,
  // and forgets it; nothing where it is not closed. The caller must keep no such version.
  Task<Status> drop_sealed(std::string name, engine::PartitionId partition);

  // For who has found a partition of `table` sealed, or dropped: the table as it is now, with
  // others in its place. Waits for nobody: what is left to do of the split is done here, and what
  // another node has done is looked up. Refuses with ResourceNotFoundException where the table is
  // not there any more.
  Task<Result<TablePtr>> find_without(const Table& table, engine::PartitionId gone);

  // Exact at the moment of the call.
  Task<Result<TableSize>> size_of(const Table& table);

 private:
  // Whether a change of a row was made, or the catalog had changed and the copy in memory has been
  // brought up to date: the caller looks again.
  enum class RowCommit : uint8_t { kMade, kLookAgain };

  // What becomes of a row of the catalog's partition: none where it is to go.
  struct RowChange {
    Bytes key;
    std::optional<TableSchema> row;
  };
  Task<Result<RowCommit>> commit_row(std::string name, std::optional<TableSchema> row,
                                     std::optional<uint64_t> next_partition_id);
  Task<Result<RowCommit>> commit_rows(std::vector<RowChange> changes,
                                      std::optional<uint64_t> next_partition_id);
  // Partitions for a table or an index without any. False when there was none.
  bool give_partitions(TableSchema& schema);
  TablePtr keep_or_make(const TablePtr& known, TableSchema schema);
  // Of the table's own partitions, or of an index's.
  Task<Result<engine::Tallies>> tallies_of(const Table& table, const GlobalIndex* index);
  Task<Status> fence();
  Task<tl::expected<void, std::string>> load_rows();
  using Tables = std::map<std::string, TablePtr, std::less<>>;
  Task<tl::expected<engine::Version, std::string>> load_tables(Tables& tables);
  Task<tl::expected<void, std::string>> load_deleted(Tables& deleted);
  bool is_in_memory(const RowChange& change) const;
  IndexKeeping index_keeping() const {
    return engine_.commits_across_partitions() ? IndexKeeping::kSameCommit
                                               : IndexKeeping::kConsumer;
  }
  TablePtr publish(TableSchema schema);
  void forget(std::string_view name);
  void make_labels_unique(TableSchema& schema) const;
  TablePtr find_deleted(std::string_view id) const;
  Task<Result<RowCommit>> retire(const TableSchema& schema, const TableSchema& retired);

  // The steps that follow a commit (catalog_steps.cc). What is said of changing_ below holds for
  // them. Each is repeated until it says that there is nothing more to do.
  using BackgroundStep = std::function<Task<Result<bool>>()>;
  Task<void> repeat(BackgroundStep step);
  void finish_in_background(const TablePtr& table);
  void take_up_unfinished();
  Task<void> finish(std::string name, std::string id, TableStatus status);
  Task<Result<bool>> finish_step(const std::string& name, const std::string& id,
                                 TableStatus status);
  TablePtr find_if_still(std::string_view name, std::string_view id, TableStatus status) const;
  Task<void> look_again();

  // The same for an index that is being filled.
  struct Build {
    std::string table;
    std::string table_id;
    std::string index;
    engine::PartitionId partition;  // the index's first, which no other index ever has

    friend auto operator<=>(const Build&, const Build&) = default;
  };
  void build_in_background(const TablePtr& table, const GlobalIndex& index);
  Task<void> fill(Build build);
  Task<Result<bool>> try_to_fill(const Build& build, FillProgress& progress);
  // The index, while it is to be filled.
  static const GlobalIndex* find_wanted(const TablePtr& table, const Build& build);

  // All steps of an expiry index until it is active or gone (catalog_expiry.cc). It is told by its
  // partition, which no other index ever has.
  void step_expiry_in_background(const TablePtr& table);
  Task<void> step_expiry(std::string table, engine::PartitionId partition);
  Task<Result<bool>> try_to_step_expiry(const std::string& name, engine::PartitionId partition,
                                        FillProgress& progress);

  // The steps of splits (catalog_split.cc).
  enum class SplitStep : uint8_t { kSplit, kDrop };
  struct PartitionStep {
    std::string table;
    std::string table_id;
    engine::PartitionId partition;
  };
  // Unless it is DELETING.
  TablePtr find_in_use(std::string_view name, std::string_view id) const;
  void split_in_background(const TablePtr& table);
  Task<void> finish_split(PartitionStep step, SplitStep kind);
  Task<Result<bool>> try_to_split(PartitionStep step);
  Task<Result<bool>> try_to_drop_sealed(PartitionStep step);
  Task<Result<RowCommit>> commit_split(TablePtr table, engine::PartitionId partition);

  engine::Engine& engine_;
  const Clock& clock_;
  Random& random_;
  boost::asio::any_io_executor executor_;
  const CatalogOptions options_;

  static constexpr uint64_t kChangeLatch = 0;
  // Changes are made one at a time: whoever makes one holds this latch, which also guards what
  // follows it.
  Latches changing_;
  engine::Version version_{};  // of the catalog's partition, as the copy in memory shows it
  uint64_t next_partition_id_ = static_cast<uint64_t>(kCatalogPartition) + 1;
  // What runs in the background here: steps, each by its table's id and state, builds, and
  // steps of splits.
  std::set<std::pair<std::string, TableStatus>> unfinished_;
  std::set<Build> builds_;
  std::set<engine::PartitionId> expiry_steps_;
  std::set<std::pair<engine::PartitionId, SplitStep>> splitting_;

  mutable std::shared_mutex mutex_;
  Tables tables_;   // by name
  Tables deleted_;  // by id
};

}  // namespace jedlik::table
