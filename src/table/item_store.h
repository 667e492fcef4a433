#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/task.h"
#include "engine/engine.h"
#include "table/catalog.h"
#include "table/latches.h"
#include "value/stored_item.h"

// Reading and writing items by their encoded keys (item_key.h). Every write travels the same way:
// latch, read the item as it stands, compute what it becomes, one guarded commit; on a conflict,
// read again.
namespace jedlik::table {

// What a write makes of an item. It may be asked again after a conflict, so it is pure. It outlives
// the write.
class ItemChange {
 public:
  virtual ~ItemChange() = default;

  // The item as it is to be, in stored form, or none when it is to be gone. `old` is the item as it
  // stands, if there is one. A refusal (a condition that fails) ends the write and changes nothing.
  virtual Result<std::optional<Bytes>> apply(std::optional<value::ItemView> old) const = 0;
};

// One item's write as it was done. Sizes are DynamoDB's, 0 where there is no item.
struct Written {
  std::optional<Bytes> old_item;
  std::optional<Bytes> new_item;
  size_t old_bytes = 0;
  size_t new_bytes = 0;
};

// One write of a batch, and what became of it.
struct BatchWrite {
  TablePtr table;
  Bytes key;
  const ItemChange* change;
  // Filled in by write_batch; stays empty when the item was not processed and the client should
  // send it again.
  std::optional<Written> written;
};

// Any thread may use it.
class ItemStore {
 public:
  // `engine` must outlive the store.
  explicit ItemStore(engine::Engine& engine) : engine_(engine) {}

  // The item in stored form, or none. `table` stays valid while the task runs, as for all below.
  Task<Result<std::optional<Bytes>>> get(const Table& table, Bytes key,
                                         engine::Consistency consistency);

  // Several items at once, in the order of the keys.
  Task<Result<std::vector<std::optional<Bytes>>>> get_many(const Table& table,
                                                           const std::vector<Bytes>& keys,
                                                           engine::Consistency consistency);

  Task<Result<Written>> write(const Table& table, Bytes key, const ItemChange& change);

  // Each write on its own, joined into as few commits as can be. No key of a table twice. The
  // changes must not refuse. Refused only when nothing at all was done.
  Task<Status> write_batch(std::vector<BatchWrite>& writes);

  engine::Engine& engine() { return engine_; }

 private:
  struct Group {
    engine::PartitionId partition;
    std::vector<size_t> members;  // places in the vector of writes
  };
  enum class Attempt : uint8_t { kDone, kConflict, kFailed };

  // What the client sees of a commit that is refused or unknown.
  Task<ApiError> why_not(engine::PartitionId partition, const engine::Committed& committed);
  // `why` is set where the attempt failed.
  Task<Attempt> try_batch(std::vector<BatchWrite>& writes, const std::vector<Group>& groups,
                          ApiError& why);
  Task<std::optional<engine::PartitionBatch>> prepare(std::vector<BatchWrite>& writes,
                                                      const Group& group,
                                                      std::vector<Written>& results, ApiError& why);

  engine::Engine& engine_;
  Latches latches_;
};

}  // namespace jedlik::table
