#include "engine/rocksdb/rocksdb_engine.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <rocksdb/sst_file_writer.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <random>

#include "engine/rocksdb/keys.h"
#include "tests/engine/conformance.h"
#include "tests/engine/run.h"
#include "tests/engine/temporary_folder.h"

// What is the RocksDB engine's own: its folder, its files, its threads.
namespace jedlik::engine {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr PartitionId kPartition{3};
constexpr PartitionId kOther{4};

class RocksdbEngineTest : public testing::Test {
 protected:
  RocksdbEngineTest() {
    options_.path = (fs::path(folder_.path()) / "data").string();
    open();
  }

  void open() {
    auto opened = RocksdbEngine::open(options_);
    ASSERT_TRUE(opened) << opened.error();
    engine_ = std::move(*opened);
  }
  // Also writes what is in the log into tables.
  void reopen() {
    engine_.reset();
    open();
  }
  std::string error_of_opening() {
    auto opened = RocksdbEngine::open(options_);
    return opened ? "" : opened.error();
  }

  // Random bytes, which no compression makes smaller.
  Bytes random_bytes(size_t size) {
    Bytes bytes(size, '\0');
    for (char& byte : bytes)
      byte = static_cast<char>(random_());
    return bytes;
  }

  // Commits rows of 1,000 bytes, many in a batch.
  void fill(PartitionId partition, int rows) {
    ASSERT_TRUE(run(engine_->create(partition)));
    Batch batch;
    for (int i = 0; i < rows; ++i) {
      batch.mutations.push_back({Space::kItems, key_of(i), random_bytes(1000)});
      if (batch.mutations.size() < 500 && i + 1 < rows) continue;
      Batch full;
      std::swap(full, batch);
      ASSERT_EQ(run(engine_->commit(partition, std::move(full))).kind, Committed::Kind::kDone);
    }
  }

  Outcome<Fetched> fetch(PartitionId partition, BytesView key) {
    const std::vector<KeyView> keys{{Space::kItems, key}};
    return run(engine_->fetch(partition, keys, Consistency::kStrong));
  }
  Outcome<Page> scan(PartitionId partition, Budget budget) {
    return run(engine_->scan(partition, Space::kItems, {}, Direction::kForward, budget,
                             Consistency::kStrong));
  }

  static Bytes key_of(int i) { return std::to_string(1'000'000 + i); }

  uint64_t folder_bytes() const {
    uint64_t bytes = 0;
    for (const auto& entry : fs::directory_iterator(options_.path))
      if (entry.path().extension() == ".sst") bytes += entry.file_size();
    return bytes;
  }

  void each_file(const std::string& extension, const std::function<void(const fs::path&)>& visit) {
    for (const auto& entry : fs::directory_iterator(options_.path))
      if (entry.path().extension() == extension) visit(entry.path());
  }

  // Takes the tables out of the kernel's page cache.
  void forget_files() {
    each_file(".sst", [](const fs::path& path) {
      const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
      ASSERT_GE(file, 0);
      EXPECT_EQ(posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED), 0);
      ::close(file);
    });
  }

  static void write_file(const fs::path& path, const std::string& text) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
  }
  static std::string read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::mt19937_64 random_{1};
  TemporaryFolder folder_;
  RocksdbOptions options_;
  std::unique_ptr<RocksdbEngine> engine_;
};

// Puts rows [from, to) of the partition into the database as a file of its own, below all others.
void add_file(const std::string& folder, PartitionId partition, int from, int to,
              const std::function<Bytes(int)>& key_of) {
  std::vector<std::string> names;
  ASSERT_TRUE(rocksdb::DB::ListColumnFamilies({}, folder, &names).ok());
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const std::string& name : names)
    families.emplace_back(name, rocksdb::ColumnFamilyOptions());
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open({}, folder, families, &handles, &opened).ok());
  const std::unique_ptr<rocksdb::DB> db(opened);

  const std::string file = folder + "/added";
  rocksdb::SstFileWriter writer{rocksdb::EnvOptions(), rocksdb::Options()};
  ASSERT_TRUE(writer.Open(file).ok());
  for (int i = from; i < to; ++i) {
    const rocks::StoredKey key(static_cast<uint64_t>(partition), key_of(i));
    ASSERT_TRUE(writer.Put(key.slice(), "row").ok());
  }
  ASSERT_TRUE(writer.Finish().ok());
  for (rocksdb::ColumnFamilyHandle* handle : handles) {
    const bool is_items = handle->GetName() == "items";
    ASSERT_TRUE(!is_items || db->IngestExternalFile(handle, {file}, {}).ok());
    db->DestroyColumnFamilyHandle(handle);
  }
}

TEST_F(RocksdbEngineTest, AScanGoesToTheDiskForALaterFileOfALevel) {
  ASSERT_TRUE(run(engine_->create(kPartition)));
  engine_.reset();
  add_file(options_.path, kPartition, 0, 10, key_of);
  add_file(options_.path, kPartition, 10, 20, key_of);
  open();
  // Of two files of a level, one is in memory.
  ASSERT_EQ(fetch(kPartition, key_of(0))->values.front(), "row");
  const auto page = scan(kPartition, {1000, 1 << 20});
  ASSERT_TRUE(page);
  EXPECT_EQ(page->size(), 20u);
  EXPECT_FALSE(page->more);
}

TEST_F(RocksdbEngineTest, AFolderInUseIsRefused) {
  EXPECT_THAT(error_of_opening(), HasSubstr("is used by another server"));
  engine_.reset();
  EXPECT_EQ(error_of_opening(), "");
}

TEST_F(RocksdbEngineTest, AnotherFormatIsRefused) {
  engine_.reset();
  write_file(fs::path(options_.path) / "FORMAT", "jedlik rocksdb 2\n");
  EXPECT_THAT(error_of_opening(), HasSubstr("format that this version does not know"));
  EXPECT_THAT(error_of_opening(), HasSubstr("jedlik rocksdb 2"));
  fs::remove(fs::path(options_.path) / "FORMAT");
  EXPECT_THAT(error_of_opening(), HasSubstr("another program"));
}

TEST_F(RocksdbEngineTest, ADatabaseThatLostItsRootIsRefused) {
  fill(kPartition, 10);
  engine_.reset();
  fs::remove(fs::path(options_.path) / "CURRENT");
  EXPECT_THAT(error_of_opening(), HasSubstr("CURRENT is missing"));
}

// As after a crash in the first moments: the folder is taken as new.
TEST_F(RocksdbEngineTest, AFolderThatWasNeverFinishedIsOpened) {
  engine_.reset();
  fs::remove_all(options_.path);
  fs::create_directories(options_.path);
  write_file(fs::path(options_.path) / "FORMAT", "jedlik ro");
  open();
  fill(kPartition, 10);
}

TEST_F(RocksdbEngineTest, AFileInPlaceOfTheFolderIsAnError) {
  engine_.reset();
  fs::remove_all(options_.path);
  write_file(options_.path, "a file");
  EXPECT_THAT(error_of_opening(), HasSubstr("cannot be made"));
}

TEST_F(RocksdbEngineTest, NothingIsLeftOfAnEphemeralOne) {
  RocksdbOptions options;
  options.keep = RocksdbOptions::Keep::kNothing;
  options.path = (fs::path(folder_.path()) / "temporary").string();
  {
    auto opened = RocksdbEngine::open(options);
    ASSERT_TRUE(opened) << opened.error();
    engine_ = std::move(*opened);
    fill(kPartition, 1000);
    EXPECT_FALSE(fs::is_empty(options.path));
    engine_.reset();
  }
  EXPECT_TRUE(fs::is_empty(options.path));
}

TEST_F(RocksdbEngineTest, AReadThatNeedsTheDiskLeavesTheThread) {
  fill(kPartition, 2000);
  const Bytes key = key_of(1000);
  EXPECT_TRUE(fetch(kPartition, key));
  EXPECT_EQ(engine_->statistics().moved_reads, 0U) << "it is in memory";
  reopen();
  const auto warm = fetch(kPartition, key);
  ASSERT_TRUE(warm);
  EXPECT_EQ(engine_->statistics().moved_reads, 0U) << "the kernel has it in memory";
  reopen();
  forget_files();
  const auto cold = fetch(kPartition, key);
  ASSERT_TRUE(cold);
  EXPECT_TRUE(cold->values[0].has_value());
  EXPECT_EQ(engine_->statistics().moved_reads, 1U);
  EXPECT_EQ(fetch(kPartition, key)->values, cold->values);
  EXPECT_EQ(engine_->statistics().moved_reads, 1U) << "by now it is in memory";
}

TEST_F(RocksdbEngineTest, AScanThatIsColdOrLongLeavesTheThread) {
  fill(kPartition, 2000);
  EXPECT_EQ(scan(kPartition, {10, 1 << 20})->size(), 10U);
  EXPECT_EQ(engine_->statistics().moved_reads, 0U) << "it is in memory, and short";
  EXPECT_EQ(scan(kPartition, {2000, 8 << 20})->size(), 2000U);
  EXPECT_EQ(engine_->statistics().moved_reads, 1U) << "it is long";
  reopen();
  forget_files();
  EXPECT_EQ(scan(kPartition, {10, 1 << 20})->size(), 10U);
  EXPECT_EQ(engine_->statistics().moved_reads, 1U) << "it is cold";
  EXPECT_EQ(scan(kPartition, {10, 1 << 20})->size(), 10U);
  EXPECT_EQ(engine_->statistics().moved_reads, 1U) << "by now it is in memory";
}

TEST_F(RocksdbEngineTest, AnEmptyValueIsReadColdToo) {
  ASSERT_TRUE(run(engine_->create(kPartition)));
  Batch batch;
  batch.mutations.push_back({Space::kItems, "empty", ""});
  ASSERT_EQ(run(engine_->commit(kPartition, std::move(batch))).kind, Committed::Kind::kDone);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(fetch(kPartition, "empty")->values[0], "");
    EXPECT_EQ(fetch(kPartition, "none")->values[0], std::nullopt);
    reopen();
  }
}

TEST_F(RocksdbEngineTest, TheSpaceOfADroppedPartitionIsGivenBack) {
  fill(kOther, 1000);
  fill(kPartition, 40'000);
  reopen();
  engine_.reset();
  EXPECT_GT(folder_bytes(), 40'000'000U);
  open();
  ASSERT_TRUE(run(engine_->drop(kPartition)));
  engine_->wait_for_background_work();
  engine_.reset();
  EXPECT_LT(folder_bytes(), 4'000'000U);
  open();
  EXPECT_EQ(scan(kOther, {2000, 8 << 20})->size(), 1000U);
}

TEST_F(RocksdbEngineTest, SpaceIsGivenBackAfterTheNextStartIfThereWasNoTime) {
  fill(kPartition, 20'000);
  reopen();
  ASSERT_TRUE(run(engine_->drop(kPartition)));
  reopen();
  EXPECT_FALSE(fetch(kPartition, key_of(1)));
  engine_->wait_for_background_work();
  engine_.reset();
  EXPECT_LT(folder_bytes(), 1'000'000U);
}

// Whatever a damaged table answers, it is not another value.
TEST_F(RocksdbEngineTest, ADamagedTableIsNoticed) {
  constexpr int kRows = 2000;
  fill(kPartition, kRows);
  std::vector<Bytes> values;
  for (int i = 0; i < kRows; ++i)
    values.push_back(fetch(kPartition, key_of(i))->values[0].value());
  reopen();
  engine_.reset();
  each_file(".sst", [](const fs::path& path) {
    std::string bytes = read_file(path);
    if (bytes.size() < 500'000) return;
    for (size_t at = bytes.size() / 4; at < bytes.size() / 2; at += 20'000)
      bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    write_file(path, bytes);
  });
  open();
  int unavailable = 0;
  for (int i = 0; i < kRows; ++i) {
    const auto fetched = fetch(kPartition, key_of(i));
    if (fetched) {
      EXPECT_EQ(fetched->values[0], values[static_cast<size_t>(i)]);
    } else {
      EXPECT_EQ(fetched.error().kind, Failure::Kind::kUnavailable);
      EXPECT_THAT(fetched.error().detail, HasSubstr("Corruption"));
      ++unavailable;
    }
  }
  EXPECT_GT(unavailable, 0);
  EXPECT_LT(unavailable, kRows);
  const auto page = scan(kPartition, {kRows, 8 << 20});
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().kind, Failure::Kind::kUnavailable);
}

// Commits are small, so that the log has many records after one that is damaged.
class DamagedLogTest : public RocksdbEngineTest {
 protected:
  void write_log() {
    ASSERT_TRUE(run(engine_->create(kPartition)));
    for (int i = 0; i < 300; ++i) {
      Batch batch;
      batch.mutations.push_back({Space::kItems, key_of(i), random_bytes(700)});
      ASSERT_EQ(run(engine_->commit(kPartition, std::move(batch))).kind, Committed::Kind::kDone);
    }
    engine_.reset();
  }
  void change_log(const std::function<void(std::string& log)>& change) {
    each_file(".log", [&](const fs::path& path) {
      std::string log = read_file(path);
      if (log.size() < 200'000) return;
      change(log);
      write_file(path, log);
      changed_ = true;
    });
    ASSERT_TRUE(changed_);
  }
  bool changed_ = false;
};

TEST_F(DamagedLogTest, DamageInTheMiddleIsNotPassedOver) {
  write_log();
  change_log([](std::string& log) { log[log.size() / 2] ^= 1; });
  EXPECT_THAT(error_of_opening(), HasSubstr("acknowledged writes would be lost"));
  EXPECT_THAT(error_of_opening(), HasSubstr("acknowledged writes would be lost"));
  change_log([](std::string& log) { log[log.size() / 2] ^= 1; });
  open();
  EXPECT_EQ(scan(kPartition, {1000, 8 << 20})->size(), 300U);
}

TEST_F(DamagedLogTest, AHoleInTheMiddleIsNotPassedOver) {
  write_log();
  change_log([](std::string& log) { log.replace(70'000, 10'000, 10'000, '\0'); });
  EXPECT_THAT(error_of_opening(), HasSubstr("acknowledged writes would be lost"));
}

TEST_F(DamagedLogTest, HalfAWriteAtTheEndIsDropped) {
  write_log();
  change_log([](std::string& log) { log.resize(log.size() - 300); });
  open();
  EXPECT_EQ(scan(kPartition, {1000, 8 << 20})->size(), 299U);
}

TEST_F(DamagedLogTest, RubbishAtTheEndIsDropped) {
  write_log();
  const Bytes rubbish = random_bytes(5000);
  change_log([&](std::string& log) {
    log.resize(log.size() - 300);
    log += rubbish;
  });
  open();
  EXPECT_EQ(scan(kPartition, {1000, 8 << 20})->size(), 299U);
  reopen();
  EXPECT_EQ(scan(kPartition, {1000, 8 << 20})->size(), 299U);
}

TEST_F(DamagedLogTest, ZeroesAtTheEndAreDropped) {
  write_log();
  change_log([&](std::string& log) {
    log.replace(log.size() - 300, 300, 300, '\0');
    log.append(40'000, '\0');
  });
  open();
  EXPECT_EQ(scan(kPartition, {1000, 8 << 20})->size(), 299U);
}

}  // namespace
}  // namespace jedlik::engine
