#include "engine/rocksdb/store.h"

#include <fmt/format.h>
#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/table.h>

#include <algorithm>

#include "engine/rocksdb/log_check.h"

namespace jedlik::engine::rocks {
namespace {

// Of the cache, one of so many parts is for single rows, the others are for blocks of files.
constexpr size_t kPartOfRows = 4;

constexpr size_t kMiB = size_t{1} << 20;
constexpr std::array<const char*, kSpaces> kFamilyNames = {"items", "local_index", "journal",
                                                           "metadata"};

// The first of these that this build of RocksDB has.
rocksdb::CompressionType compression(std::initializer_list<rocksdb::CompressionType> wanted) {
  const auto supported = rocksdb::GetSupportedCompressions();
  for (const auto type : wanted)
    if (std::find(supported.begin(), supported.end(), type) != supported.end()) return type;
  return rocksdb::kNoCompression;
}

rocksdb::ColumnFamilyOptions family_options(const std::shared_ptr<rocksdb::Cache>& cache,
                                            size_t memtable_bytes, RocksdbOptions::Keep keep) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.format_version = 5;
  table.block_size = 4 * 1024;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  // Indexes and filters count towards the cache, so that its size bounds the memory of all.
  table.cache_index_and_filter_blocks = true;
  table.cache_index_and_filter_blocks_with_high_priority = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;

  rocksdb::ColumnFamilyOptions family;
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  family.write_buffer_size = memtable_bytes;
  // So that a read of a row that is in the files does not search the memtables.
  family.memtable_whole_key_filtering = true;
  family.memtable_prefix_bloom_size_ratio = 0.02;
  family.arena_block_size = 64 * 1024;  // what an empty memtable takes
  family.target_file_size_base = 32 * kMiB;
  family.max_bytes_for_level_base = 128 * kMiB;
  family.level_compaction_dynamic_level_bytes = true;
  // What is gone when the server stops is written and read as it is: compression was two thirds of
  // the work of flushes.
  family.compression = keep == RocksdbOptions::Keep::kNothing
                           ? rocksdb::kNoCompression
                           : compression({rocksdb::kLZ4Compression, rocksdb::kSnappyCompression});
  return family;
}

rocksdb::DBOptions database_options(const RocksdbOptions& options) {
  rocksdb::DBOptions database;
  database.create_if_missing = true;
  database.create_missing_column_families = true;
  database.max_background_jobs = 2;
  database.max_open_files = options.open_files;
  database.bytes_per_sync = kMiB;
  // The log is what a start has to replay.
  database.max_total_wal_size = 64 * kMiB;
  // A log that ends in half a record is what a crash leaves. See open_database() for others.
  database.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  database.track_and_verify_wals_in_manifest = true;
  // Files are never deleted on a thread that reads.
  database.avoid_unnecessary_blocking_io = true;
  database.avoid_flush_during_shutdown = true;
  database.max_log_file_size = 4 * kMiB;
  database.keep_log_file_num = 3;
  database.stats_dump_period_sec = 0;
  database.stats_persist_period_sec = 0;
  return database;
}

// After a loss of power the end of the log can be worse than half a record. RocksDB then reads up
// to the first damage, if it is told to; but it would do the same where the damage is in the middle
// of what was acknowledged, and lose the rest without a word. So the logs are looked at first.
// Gives the sentence for the user if the database cannot be opened.
std::optional<std::string> open_database(
    rocksdb::DBOptions options, const std::string& path,
    const std::vector<rocksdb::ColumnFamilyDescriptor>& families,
    std::vector<rocksdb::ColumnFamilyHandle*>& handles, rocksdb::DB*& db) {
  rocksdb::Status opened = rocksdb::DB::Open(options, path, families, &handles, &db);
  if (opened.IsCorruption()) {
    const LogDamage damage = inspect_logs(path);
    if (damage == LogDamage::kMiddle)
      return fmt::format(
          "The log of the database in {} is damaged: acknowledged writes would be lost. Restore "
          "the "
          "folder from a copy. RocksDB says: {}.",
          path, opened.ToString());
    if (damage == LogDamage::kTail) {
      options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
      opened = rocksdb::DB::Open(options, path, families, &handles, &db);
    }
  }
  if (opened.ok()) return std::nullopt;
  return fmt::format("The database in {} cannot be opened: {}.", path, opened.ToString());
}

}  // namespace

rocksdb::ReadOptions basic_read_options() {
  rocksdb::ReadOptions options;
  options.ignore_range_deletions = true;
  return options;
}

// Remembers what stops RocksDB's writes.
class Store::Listener final : public rocksdb::EventListener {
 public:
  void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* status) override {
    if (status->severity() < rocksdb::Status::kHardError) return;
    const std::lock_guard lock(mutex_);
    error_ = status->ToString();
  }

  void OnErrorRecoveryEnd(const rocksdb::BackgroundErrorRecoveryInfo& info) override {
    if (!info.new_bg_error.ok()) return;
    const std::lock_guard lock(mutex_);
    error_.reset();
  }

  std::optional<std::string> error() const {
    const std::lock_guard lock(mutex_);
    return error_;
  }

 private:
  mutable std::mutex mutex_;
  std::optional<std::string> error_;
};

tl::expected<std::unique_ptr<Store>, std::string> Store::open(const RocksdbOptions& options) {
  const size_t row_bytes = options.cache_bytes / kPartOfRows;
  std::unique_ptr<Store> store(new Store(row_bytes));
  auto folder = Folder::hold(options);
  if (!folder) return tl::unexpected<std::string>(folder.error());
  store->folder_ = std::move(*folder);
  store->listener_ = std::make_shared<Listener>();

  rocksdb::DBOptions database = database_options(options);
  database.env = store->environment_.get();
  database.listeners.push_back(store->listener_);
  const auto cache = rocksdb::NewLRUCache(options.cache_bytes - row_bytes);
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  families.emplace_back(rocksdb::kDefaultColumnFamilyName,
                        family_options(cache, 8 * kMiB, options.keep));
  for (size_t i = 0; i < kSpaces; ++i) {
    const bool large = Space{static_cast<uint8_t>(i)} != Space::kMetadata;
    families.emplace_back(kFamilyNames[i],
                          family_options(cache, (large ? 32 : 8) * kMiB, options.keep));
  }

  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  if (auto failed = open_database(database, store->folder_->path(), families, handles, db))
    return tl::unexpected<std::string>(std::move(*failed));
  store->db_.reset(db);
  db->DestroyColumnFamilyHandle(handles[0]);  // DefaultColumnFamily() stands for it
  std::copy(handles.begin() + 1, handles.end(), store->families_.begin());
  const bool durable = options.keep == RocksdbOptions::Keep::kDurably;
  store->write_options_.sync = durable;
  store->write_options_.disableWAL = !durable;
  return store;
}

Store::~Store() {
  if (!db_) return;
  for (rocksdb::ColumnFamilyHandle* family : families_)
    db_->DestroyColumnFamilyHandle(family);
  db_->Close().PermitUncheckedError();
}

std::optional<std::string> Store::background_error() const {
  return listener_->error();
}

}  // namespace jedlik::engine::rocks
