#include "table/journal.h"

#include <gtest/gtest.h>

#include "engine/model/model_engine.h"
#include "table/journal_trimmer.h"
#include "tests/table/stream_world.h"

namespace jedlik::table {
namespace {

using engine::ModelEngine;
using engine::PartitionId;
using engine::Space;
using engine::Version;

TEST(JournalRecord, IsReadAsItWasWritten) {
  Bytes record;
  append_change(record, Timestamp{1'700'000'000'123}, {WriteCause::kUser, "k1", std::nullopt, "n"});
  append_change(record, Timestamp{5}, {WriteCause::kExpiry, "k2", Bytes(300, 'o'), std::nullopt});
  append_change(record, Timestamp{5}, {WriteCause::kTransaction, "", "old", "new"});
  EXPECT_EQ(time_of_record(record), (Timestamp{1'700'000'000'123}));
  const auto read = read_journal_record(record);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->time, (Timestamp{1'700'000'000'123}));
  ASSERT_EQ(read->changes.size(), 3u);
  EXPECT_EQ(read->changes[0].key, "k1");
  EXPECT_EQ(read->changes[0].old_item, std::nullopt);
  EXPECT_EQ(read->changes[0].new_item, "n");
  EXPECT_EQ(read->changes[1].cause, WriteCause::kExpiry);
  EXPECT_EQ(read->changes[1].old_item, Bytes(300, 'o'));
  EXPECT_EQ(read->changes[1].new_item, std::nullopt);
  EXPECT_EQ(read->changes[2].cause, WriteCause::kTransaction);
  EXPECT_EQ(read->changes[2].old_item, "old");
  EXPECT_EQ(read->changes[2].new_item, "new");
}

TEST(JournalRecord, DamagedOnesAreRefused) {
  Bytes record;
  append_change(record, Timestamp{1}, {WriteCause::kUser, "key", "old", "new"});
  const size_t head = 9;  // format and time
  for (size_t size = 0; size < record.size(); ++size) {
    const bool is_whole = size == head;  // no changes
    EXPECT_EQ(read_journal_record(BytesView(record).substr(0, size)).has_value(), is_whole) << size;
  }
  Bytes newer = record;
  newer[0] = 2;
  EXPECT_FALSE(read_journal_record(newer));
  EXPECT_FALSE(time_of_record(newer));
  for (const char flags : {'\x04', '\x40', '\x80'}) {
    Bytes unknown = record;
    unknown[head] = static_cast<char>(unknown[head] | flags);
    EXPECT_FALSE(read_journal_record(unknown));
  }
}

class JournalTest : public ::testing::Test {
 protected:
  TablePtr make(bool with_stream) {
    TableSchema schema = schema_named("T");
    if (with_stream) add_stream(schema, StreamView::kNewAndOldImages, node_->clock().now());
    return make_table(*node_, schema);
  }
  Result<Written> write(const Bytes& key, const ItemChange& change) {
    return node_->run(node_->items().write(*node_->catalog().find("T"), key, change));
  }
  PartitionId partition() { return node_->catalog().find("T")->schema.partitions[0].id; }
  std::vector<Recorded> records() { return recorded(*node_, engine_, partition()); }
  Version version() { return node_->run(engine_.describe(partition()))->version; }
  // Whether there may be more to remove.
  bool trim(Timestamp older_than, size_t most = 1000) {
    return *node_->run(trim_journal(engine_, partition(), older_than, most));
  }

  ModelEngine engine_;
  std::unique_ptr<Node> node_ = Node::open(engine_);
};

TEST_F(JournalTest, IsNotWrittenWithoutAReader) {
  make(false);
  ASSERT_TRUE(write(key_of("a", 1), Put(item_of("a", 1, "x"))));
  EXPECT_TRUE(records().empty());
}

TEST_F(JournalTest, HasWhatEachCommitChanged) {
  make(true);
  const Bytes key = key_of("a", 1);
  const Bytes first = item_of("a", 1, "x");
  const Bytes second = item_of("a", 1, "y");
  ASSERT_TRUE(write(key, Put(first)));
  const Version after_first = version();
  node_->clock().advance(std::chrono::seconds(5));
  ASSERT_TRUE(write(key, Put(second)));
  ASSERT_TRUE(write(key, Put(std::nullopt)));
  const auto records = this->records();
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[0].version, after_first);
  EXPECT_EQ(records[0].key, key);
  EXPECT_EQ(records[0].old_item, std::nullopt);
  EXPECT_EQ(records[0].new_item, first);
  EXPECT_EQ(records[1].old_item, first);
  EXPECT_EQ(records[1].new_item, second);
  EXPECT_EQ(records[2].old_item, second);
  EXPECT_EQ(records[2].new_item, std::nullopt);
  EXPECT_EQ(records[1].time.ms - records[0].time.ms, 5000);
}

TEST_F(JournalTest, HasNothingOfAWriteThatChangesNothing) {
  make(true);
  const Bytes key = key_of("a", 1);
  ASSERT_TRUE(write(key, Put(item_of("a", 1, "x"))));
  ASSERT_TRUE(write(key, Put(item_of("a", 1, "x"))));
  const Bytes reordered = stored({{"data", text("x")}, {"sk", number(1)}, {"pk", text("a")}});
  ASSERT_TRUE(write(key, Put(reordered)));
  ASSERT_TRUE(write(key_of("b", 1), Put(std::nullopt)));
  EXPECT_FALSE(write(key, Refuse()));
  EXPECT_EQ(records().size(), 1u);
}

TEST_F(JournalTest, HasTheWritesOfABatchWithTheirImages) {
  const TablePtr table = make(true);
  const Put one(item_of("a", 1, "x"));
  const Put two(item_of("a", 2, "y"));
  std::vector<BatchWrite> writes;
  writes.push_back({table, key_of("a", 1), &one, std::nullopt});
  writes.push_back({table, key_of("a", 2), &two, std::nullopt});
  ASSERT_TRUE(node_->run(node_->items().write_batch(writes)));
  const auto records = this->records();
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].version, records[1].version);
  EXPECT_EQ(records[0].new_item, item_of("a", 1, "x"));
  EXPECT_EQ(records[1].new_item, item_of("a", 2, "y"));
}

TEST_F(JournalTest, CursorsAreKept) {
  make(true);
  EXPECT_EQ(*node_->run(load_cursor(engine_, partition(), "reader")), std::nullopt);
  ASSERT_TRUE(node_->run(save_cursor(engine_, partition(), "reader", Version{7})));
  ASSERT_TRUE(node_->run(save_cursor(engine_, partition(), "reader-2", Version{9})));
  node_ = Node::open(engine_);
  EXPECT_EQ(*node_->run(load_cursor(engine_, partition(), "reader")), Version{7});
  ASSERT_TRUE(node_->run(save_cursor(engine_, partition(), "reader", std::nullopt)));
  EXPECT_EQ(*node_->run(load_cursor(engine_, partition(), "reader")), std::nullopt);
  EXPECT_EQ(*node_->run(load_cursor(engine_, partition(), "reader-2")), Version{9});
}

TEST_F(JournalTest, IsTrimmedWhenItIsOldAndRead) {
  make(true);
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(write(key_of("a", i), Put(item_of("a", i, "x"))));
    node_->clock().advance(std::chrono::seconds(1));
  }
  const auto before = records();
  EXPECT_FALSE(trim(before[6].time));
  EXPECT_EQ(records().size(), 4u);
  EXPECT_EQ(*node_->run(journal_horizon(engine_, partition())), next_version(before[5].version));

  ASSERT_TRUE(node_->run(save_cursor(engine_, partition(), "slow", before[7].version)));
  ASSERT_TRUE(node_->run(save_cursor(engine_, partition(), "fast", version())));
  EXPECT_FALSE(trim(node_->clock().now()));
  ASSERT_EQ(records().size(), 3u);
  EXPECT_EQ(records()[0].version, before[7].version);

  ASSERT_TRUE(node_->run(save_cursor(engine_, partition(), "slow", std::nullopt)));
  EXPECT_TRUE(trim(node_->clock().now(), 2));
  EXPECT_EQ(records().size(), 1u);
  EXPECT_FALSE(trim(node_->clock().now(), 2));
  EXPECT_TRUE(records().empty());
}

TEST_F(JournalTest, TheTrimmerForgetsStreamsWithTheirRecords) {
  make(true);
  ASSERT_TRUE(write(key_of("a", 1), Put(item_of("a", 1, "x"))));
  ASSERT_TRUE(node_->run(node_->catalog().update("T", disable_stream)));
  node_->settle();
  JournalTrimmer trimmer(engine_, node_->catalog(), node_->clock());
  const auto trim = [&] {
    node_->run([](JournalTrimmer& t) -> Task<bool> {
      co_await t.trim_all();
      co_return true;
    }(trimmer));
  };
  trim();
  EXPECT_EQ(records().size(), 1u);
  EXPECT_EQ(node_->catalog().find("T")->schema.streams.size(), 1u);
  node_->clock().advance(std::chrono::hours(24) + std::chrono::seconds(1));
  trim();
  EXPECT_TRUE(records().empty());
  EXPECT_TRUE(node_->catalog().find("T")->schema.streams.empty());
}

}  // namespace
}  // namespace jedlik::table
