#pragma once

#include <rocksdb/db.h>

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "engine/engine.h"
#include "engine/rocksdb/folder.h"
#include "engine/rocksdb/no_wait_files.h"
#include "engine/rocksdb/rocksdb_engine.h"
#include "engine/rocksdb/row_cache.h"

namespace jedlik::engine::rocks {

// What every read begins with. Range deletions are not looked for, because there are none, and
// because an iterator of RocksDB 7.8 that looks for them goes on without a word past a file that it
// cannot read (not in memory, or an error): its rows would be missed.
rocksdb::ReadOptions basic_read_options();

// The open RocksDB database and its column families.
class Store {
 public:
  static tl::expected<std::unique_ptr<Store>, std::string> open(const RocksdbOptions& options);
  ~Store();

  rocksdb::DB& db() { return *db_; }
  rocksdb::ColumnFamilyHandle* family(Space space) { return families_[static_cast<size_t>(space)]; }
  // Partition rows, by partition id.
  rocksdb::ColumnFamilyHandle* partition_rows() { return db_->DefaultColumnFamily(); }

  // Of Space::kItems.
  RowCache& row_cache() { return row_cache_; }

  const rocksdb::WriteOptions& write_options() const { return write_options_; }

  // Why RocksDB takes no writes at present, a full disk for example.
  std::optional<std::string> background_error() const;

 private:
  class Listener;

  explicit Store(size_t row_cache_bytes) : row_cache_(row_cache_bytes) {}

  std::unique_ptr<Folder> folder_;  // before db_: it is let go of last
  std::unique_ptr<rocksdb::Env> environment_ = no_wait_environment();
  std::shared_ptr<Listener> listener_;
  std::unique_ptr<rocksdb::DB> db_;
  std::array<rocksdb::ColumnFamilyHandle*, kSpaces> families_{};
  rocksdb::WriteOptions write_options_;
  RowCache row_cache_;
};

}  // namespace jedlik::engine::rocks
