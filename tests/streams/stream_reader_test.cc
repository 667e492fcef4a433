#include "streams/stream_reader.h"

#include <gtest/gtest.h>

#include "engine/model/model_engine.h"
#include "tests/table/stream_world.h"
#include "tests/value/random_values.h"

// Reading shards while their tables are written, and their streams enabled and disabled.
namespace jedlik::streams {
namespace {

using engine::ModelEngine;
using engine::ModelOptions;
using engine::Version;
using table::Node;
using table::Put;
using table::StreamShard;
using table::TablePtr;

constexpr auto kView = table::StreamView::kNewAndOldImages;

class StreamReaderTest : public ::testing::Test {
 protected:
  void make_table(bool with_stream) {
    table::TableSchema schema = table::schema_named("T");
    if (with_stream)
      table::add_stream(schema, table::StreamView::kNewAndOldImages, node_->clock().now());
    table::make_table(*node_, schema);
  }
  TablePtr table() { return node_->catalog().find("T"); }
  const table::Stream& stream(size_t i = 0) { return table()->schema.streams.at(i); }
  StreamShard shard(size_t of_stream = 0) { return stream(of_stream).shards.at(0); }
  void put(int64_t sort_key, const std::string& payload) {
    const Put change(table::item_of("p", sort_key, payload));
    ASSERT_TRUE(node_->run(node_->items().write(*table(), table::key_of("p", sort_key), change)));
  }
  void update(table::Catalog::Change change) {
    ASSERT_TRUE(node_->run(node_->catalog().update("T", std::move(change))));
    node_->settle();
  }
  ShardPage read(const StreamShard& from, StreamPosition position, size_t limit = 1000) {
    auto page = node_->run(read_shard(engine_, table()->schema, kView, from, position, limit));
    EXPECT_TRUE(page);
    return *std::move(page);
  }
  StreamPosition horizon(const StreamShard& of) { return *node_->run(trim_horizon(engine_, of)); }
  // The payloads of the new images of all records from the position on, in pages of `limit`.
  std::vector<std::string> payloads(const StreamShard& from, StreamPosition position,
                                    size_t limit = 1000) {
    std::vector<std::string> all;
    while (true) {
      const ShardPage page = read(from, position, limit);
      for (const StreamRecord& record : page.records) {
        const auto data = value::ItemView(*record.images.new_item).find("data");
        all.emplace_back(data->bytes());
      }
      if (!page.next || page.records.empty()) return all;
      position = *page.next;
    }
  }

  ModelEngine engine_;
  std::unique_ptr<Node> node_ = Node::open(engine_);
};

TEST_F(StreamReaderTest, AStreamThatIsMadeWithItsTableHasEveryWrite) {
  make_table(true);
  EXPECT_EQ(stream().status, table::StreamStatus::kEnabled);
  put(1, "a");
  put(2, "b");
  put(1, "c");
  for (const size_t limit : {1u, 2u, 3u, 1000u}) {
    EXPECT_EQ(payloads(shard(), horizon(shard()), limit),
              (std::vector<std::string>{"a", "b", "c"}));
  }
}

TEST_F(StreamReaderTest, LatestSeesOnlyWhatComesLater) {
  make_table(true);
  put(1, "a");
  const StreamPosition now = *node_->run(latest(engine_, shard()));
  EXPECT_TRUE(payloads(shard(), now).empty());
  put(2, "b");
  EXPECT_EQ(payloads(shard(), now), (std::vector<std::string>{"b"}));
}

TEST_F(StreamReaderTest, AnOpenShardGoesOnAfterAnEmptyPage) {
  make_table(true);
  const ShardPage empty = read(shard(), horizon(shard()));
  EXPECT_TRUE(empty.records.empty());
  ASSERT_TRUE(empty.next);
  put(1, "a");
  EXPECT_EQ(payloads(shard(), *empty.next), (std::vector<std::string>{"a"}));
}

TEST_F(StreamReaderTest, AStreamIsEnabledDisabledAndEnabledAgain) {
  make_table(false);
  put(1, "before");
  update(table::enable_stream(node_->clock().now()));
  put(2, "in the first");
  update(table::disable_stream);
  put(3, "between");
  // In the same millisecond: the labels differ all the same.
  update(table::enable_stream(node_->clock().now()));
  put(4, "in the second");

  ASSERT_EQ(table()->schema.streams.size(), 2u);
  EXPECT_NE(stream(0).label, stream(1).label);
  EXPECT_EQ(stream(0).status, table::StreamStatus::kDisabled);
  EXPECT_EQ(payloads(shard(0), horizon(shard(0))), (std::vector<std::string>{"in the first"}));
  EXPECT_EQ(payloads(shard(1), horizon(shard(1))), (std::vector<std::string>{"in the second"}));
  EXPECT_FALSE(read(shard(0), horizon(shard(0))).next) << "a closed shard has an end";
  EXPECT_FALSE(read(shard(0), *node_->run(latest(engine_, shard(0)))).next);
  EXPECT_TRUE(read(shard(1), horizon(shard(1))).next);
}

TEST_F(StreamReaderTest, AClosedShardIsReadInPagesToItsEnd) {
  make_table(true);
  for (int i = 0; i < 5; ++i)
    put(i, std::to_string(i));
  update(table::disable_stream);
  StreamPosition position = horizon(shard());
  size_t records = 0;
  while (true) {
    const ShardPage page = read(shard(), position, 2);
    records += page.records.size();
    if (!page.next) break;
    position = *page.next;
  }
  EXPECT_EQ(records, 5u);
}

TEST_F(StreamReaderTest, WhatWasTrimmedIsRefused) {
  make_table(true);
  const StreamPosition beginning = horizon(shard());
  put(1, "a");
  put(2, "b");
  node_->clock().advance(std::chrono::seconds(1));
  const Timestamp now = node_->clock().now();
  put(3, "c");
  ASSERT_TRUE(node_->run(table::trim_journal(engine_, shard().partition, now, 100)));
  const auto refused =
      node_->run(read_shard(engine_, table()->schema, kView, shard(), beginning, 10));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().type, &error_types::kTrimmedDataAccess);
  EXPECT_EQ(payloads(shard(), horizon(shard())), (std::vector<std::string>{"c"}));
}

TEST_F(StreamReaderTest, AMegabyteEndsAPage) {
  make_table(true);
  for (int i = 0; i < 12; ++i)
    put(i, std::string(100'000, 'x'));
  const ShardPage first = read(shard(), horizon(shard()));
  EXPECT_EQ(first.records.size(), 10u);
  EXPECT_EQ(payloads(shard(), horizon(shard())).size(), 12u);
}

// Enabling and disabling while items are written, on an engine that is as difficult as it may be,
// in processes that die: what is acknowledged while the stream is ENABLED is in it once, in order.
TEST(StreamSteps, EveryAcknowledgedWriteOfAnEnabledStreamIsInIt) {
  value::RandomValues random;
  for (uint64_t round = 1; round <= 40; ++round) {
    ModelEngine engine(engine::strict_model(random.up_to(UINT32_MAX)));
    auto node = Node::open(engine, Node::options(), round);
    table::make_table(*node, table::schema_named("T"));
    const auto turn = [&](const table::Catalog::Change& change) {
      table::Catalog::Change again = change;
      if (node->run(node->catalog().update("T", std::move(again)))) return true;
      node->settle();
      return false;
    };
    while (!turn(table::enable_stream(node->clock().now()))) {
    }
    for (size_t turns = random.up_to(60); turns > 0; --turns)
      node->io().poll_one();
    if (random.one_in(2)) node = Node::open(engine, Node::options(), round + 1000);
    node->settle();
    const auto table = [&] { return node->catalog().find("T"); };
    ASSERT_EQ(table()->schema.streams.back().status, table::StreamStatus::kEnabled);

    std::vector<int64_t> acknowledged;
    for (int64_t token = 0; token < 30; ++token) {
      const table::AddToken add(token);
      if (node->run(node->items().write(*table(), table::key_of("p", 1), add)))
        acknowledged.push_back(token);
      if (random.one_in(10)) node = Node::open(engine, Node::options(), round + 2000);
    }
    while (!turn(table::disable_stream)) {
    }
    node->settle();
    const table::Stream stream = table()->schema.streams.back();
    ASSERT_EQ(stream.status, table::StreamStatus::kDisabled);

    // Each record adds one token to the item as the record before left it.
    std::vector<int64_t> tokens;
    std::optional<Bytes> last;
    for (const table::Recorded& record :
         table::recorded(*node, engine, stream.shards[0].partition, stream.shards[0].first)) {
      if (record.version > *stream.shards[0].last) break;
      EXPECT_EQ(record.old_item, last);
      last = record.new_item;
      tokens.push_back(table::tokens_of(record.new_item).back());
    }
    EXPECT_EQ(tokens, table::tokens_of(last));
    // One that ended as unknown may be there; an acknowledged one must.
    EXPECT_TRUE(
        std::includes(tokens.begin(), tokens.end(), acknowledged.begin(), acknowledged.end()));
  }
}

}  // namespace
}  // namespace jedlik::streams
