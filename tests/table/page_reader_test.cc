#include "table/page_reader.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/limits.h"
#include "tests/table/item_changes.h"
#include "tests/value/random_values.h"

namespace jedlik::table {
namespace {

using engine::Consistency;
using engine::Direction;
using engine::ModelEngine;
using engine::ModelOptions;
using value::RandomValues;

class Collector final : public ItemVisitor {
 public:
  Status visit(const value::ItemView& item) override {
    items.emplace_back(item.bytes());
    if (items.size() == refuse_at) return refuse(validation("no more"));
    return {};
  }
  std::vector<Bytes> items;
  size_t refuse_at = SIZE_MAX;
};

// A model that claims at every end of a page that there may be more.
ModelOptions never_sure() {
  ModelOptions options;
  options.idle_more = 1;
  return options;
}

class PageReader : public ::testing::TestWithParam<size_t> {
 protected:
  // Puts the item past the item store, which has tests of its own.
  void put(const Bytes& key, Bytes item) {
    all_[key] = item;
    engine::Batch batch;
    batch.mutations.push_back({engine::Space::kItems, key, std::move(item)});
    const auto partition = table_->schema.partitions[table_->schema.partition_of(key)].id;
    node_->run(engine_.commit(partition, std::move(batch)));
  }
  void fill(int collections, int items_of_each) {
    for (int i = 0; i < collections; ++i) {
      const std::string name = "p" + std::to_string(i);
      for (int64_t k = 0; k < items_of_each; ++k)
        put(key_of(name, k), item_of(name, k, "x"));
    }
  }

  Result<PageEnd> read(PageRequest request, Collector& collector) {
    request.consistency = Consistency::kStrong;
    return node_->run(read_page(engine_, PageSource(*table_), std::move(request), collector));
  }

  // All pages of a walk, one after the other, and what must be true of each.
  std::vector<Bytes> read_all(const PageRequest& request) {
    std::vector<Bytes> found;
    PageRequest next = request;
    while (true) {
      Collector collector;
      const auto end = read(next, collector);
      EXPECT_TRUE(end) << message_of(end);
      EXPECT_EQ(end->items, collector.items.size());
      size_t bytes = 0;
      for (const Bytes& item : collector.items)
        bytes += size_of_item(item);
      EXPECT_EQ(end->bytes, bytes);
      const bool full = bytes >= limits::kPageBytes || end->items == request.limit;
      EXPECT_EQ(end->last_key.has_value(), full);
      if (full) {
        EXPECT_EQ(all_[*end->last_key], collector.items.back());
      }
      found.insert(found.end(), collector.items.begin(), collector.items.end());
      if (!end->last_key || ::testing::Test::HasFailure()) return found;
      next.start_after = end->last_key;
    }
  }

  // What a walk must give.
  std::vector<Bytes> expected(const PageRequest& request) const {
    std::vector<Bytes> items;
    const bool forward = request.direction == Direction::kForward;
    for (const auto& [key, item] : all_) {
      if (!request.range.contains(key)) continue;
      if (request.start_after && forward && key <= *request.start_after) continue;
      if (request.start_after && !forward && key >= *request.start_after) continue;
      items.push_back(item);
    }
    if (!forward) std::reverse(items.begin(), items.end());
    return items;
  }

  ModelEngine engine_{never_sure()};
  std::unique_ptr<Node> node_ = Node::open(engine_, Node::options(GetParam()));
  TablePtr table_ = make_table(*node_, schema_named("Items"));
  std::map<Bytes, Bytes> all_;
};

constexpr Direction kBothWays[] = {Direction::kForward, Direction::kBackward};

INSTANTIATE_TEST_SUITE_P(Partitions, PageReader, ::testing::Values(1, 6));

TEST_P(PageReader, PagesTogetherHoldEveryItemOnceInOrder) {
  fill(12, 8);
  for (const Direction direction : kBothWays) {
    for (const size_t limit : {0u, 1u, 2u, 3u, 7u, 95u, 96u, 97u, 10'000u}) {
      PageRequest request;
      request.direction = direction;
      if (limit > 0) request.limit = limit;
      EXPECT_EQ(read_all(request), expected(request)) << limit;
    }
  }
}

TEST_P(PageReader, EmptyPartitionsAreWalkedThrough) {
  // One collection: all but one of the partitions are empty.
  fill(1, 5);
  for (const Direction direction : kBothWays) {
    PageRequest request;
    request.direction = direction;
    request.limit = 2;
    EXPECT_EQ(read_all(request), expected(request));
    EXPECT_EQ(read_all(request).size(), 5u);
  }
}

TEST_P(PageReader, AnEmptyTableIsOneEmptyPage) {
  for (const Direction direction : kBothWays) {
    PageRequest request;
    request.direction = direction;
    Collector collector;
    const auto end = read(request, collector);
    ASSERT_TRUE(end);
    EXPECT_EQ(end->items, 0u);
    EXPECT_EQ(end->last_key, std::nullopt);
  }
}

TEST_P(PageReader, AWalkKeepsToItsRangeAndStartsAfterItsKey) {
  RandomValues random;
  fill(12, 5);
  // Keys of items, and keys between them.
  std::vector<Bytes> keys = {Bytes(8, '\0'), Bytes(8, '\xFF')};
  for (const auto& [key, item] : all_) {
    keys.push_back(key);
    if (random.one_in(3)) keys.push_back(key + '\0');
    if (random.one_in(3)) keys.push_back(key.substr(0, key.size() - 1));
  }
  const auto some_key = [&] { return keys[random.up_to(keys.size() - 1)]; };
  for (int round = 0; round < 300; ++round) {
    PageRequest request;
    request.direction = kBothWays[random.up_to(1)];
    if (!random.one_in(4)) request.range.begin = some_key();
    if (!random.one_in(4)) request.range.end = some_key();
    if (!random.one_in(3)) request.start_after = some_key();
    if (!random.one_in(3)) request.limit = 1 + random.up_to(8);
    ASSERT_EQ(read_all(request), expected(request))
        << to_hex(request.range.begin) << " to " << to_hex(request.range.end);
  }
}

TEST_P(PageReader, AWalkMayBeginOrEndWhereAPartitionDoes) {
  fill(12, 3);
  for (const PartitionRange& from : table_->schema.partitions) {
    for (const PartitionRange& to : table_->schema.partitions) {
      for (const Direction direction : kBothWays) {
        PageRequest request;
        request.range = {from.begin, to.begin};
        request.direction = direction;
        EXPECT_EQ(read_all(request), expected(request));
      }
    }
  }
}

TEST_P(PageReader, ALimitThatIsReachedByTheLastItemSaysThatThereMayBeMore) {
  fill(1, 4);
  PageRequest request;
  request.limit = 4;
  Collector collector;
  auto end = read(request, collector);
  EXPECT_EQ(end->items, 4u);
  ASSERT_TRUE(end->last_key);
  request.start_after = end->last_key;
  end = read(request, collector);
  EXPECT_EQ(end->items, 0u);
  EXPECT_FALSE(end->last_key);
}

TEST_P(PageReader, APageEndsWithTheItemThatReaches1Mb) {
  const std::string payload(300 * 1024, 'x');
  for (int64_t k = 0; k < 7; ++k)
    put(key_of("p", k), item_of("p", k, payload));
  for (const Direction direction : kBothWays) {
    PageRequest request;
    request.direction = direction;
    Collector collector;
    auto end = read(request, collector);
    EXPECT_EQ(end->items, 4u);
    ASSERT_TRUE(end->last_key);
    request.start_after = end->last_key;
    end = read(request, collector);
    EXPECT_EQ(end->items, 3u);
    EXPECT_FALSE(end->last_key);
    EXPECT_EQ(collector.items, expected(PageRequest{{}, direction, {}, {}, {}}));
  }
}

// DynamoDB's sizes count, not those of the stored form.
TEST_P(PageReader, ExactlyOneMbEndsAPage) {
  constexpr size_t kItems = 4;
  for (int64_t k = 1; k <= static_cast<int64_t>(kItems); ++k) {
    const size_t rest = size_of_item(item_of("p", k, ""));
    put(key_of("p", k), item_of("p", k, std::string(limits::kPageBytes / kItems - rest, 'x')));
  }
  Collector collector;
  auto end = read({}, collector);
  EXPECT_EQ(end->bytes, limits::kPageBytes);
  EXPECT_TRUE(end->last_key);

  const size_t rest = size_of_item(item_of("p", 1, ""));
  put(key_of("p", 1), item_of("p", 1, std::string(limits::kPageBytes / kItems - rest - 1, 'x')));
  end = read({}, collector);
  EXPECT_EQ(end->bytes, limits::kPageBytes - 1);
  EXPECT_FALSE(end->last_key);
}

TEST_P(PageReader, APageOfManySmallItemsIsWhole) {
  for (int i = 0; i < 5000; ++i) {
    const std::string name = "p" + std::to_string(i % 7);
    put(key_of(name, i), item_of(name, i, ""));
  }
  for (const Direction direction : kBothWays) {
    PageRequest request;
    request.direction = direction;
    Collector collector;
    const auto end = read(request, collector);
    EXPECT_EQ(end->items, 5000u);
    EXPECT_FALSE(end->last_key);
    EXPECT_EQ(collector.items, expected(request));
  }
}

TEST_P(PageReader, ARefusalOfTheVisitorEndsThePage) {
  fill(4, 4);
  Collector collector;
  collector.refuse_at = 3;
  EXPECT_EQ(message_of(read({}, collector)), "ValidationException: no more");
  EXPECT_EQ(collector.items.size(), 3u);
}

TEST_P(PageReader, AReadThatFailsIsAnErrorOfTheServer) {
  fill(4, 4);
  engine_.fail_next(ModelEngine::Call::kScan, ModelEngine::Fault::kUnavailable);
  Collector collector;
  EXPECT_EQ(message_of(read({}, collector)), "InternalServerError: Internal server error");
}

TEST_P(PageReader, ADroppedTableIsNotFound) {
  ASSERT_TRUE(node_->run(node_->catalog().drop("Items")));
  node_->settle();
  Collector collector;
  EXPECT_EQ(message_of(read({}, collector)),
            "ResourceNotFoundException: Requested resource not found");
}

// Whatever else comes and goes between the pages, what stays is seen once.
TEST_P(PageReader, WhatStaysIsSeenOnceWhileOtherItemsComeAndGo) {
  RandomValues random;
  fill(10, 6);
  const std::map<Bytes, Bytes> staying = all_;
  for (const Direction direction : kBothWays) {
    std::map<Bytes, int> seen;
    PageRequest request;
    request.direction = direction;
    request.limit = 5;
    while (true) {
      Collector collector;
      const auto end = read(request, collector);
      ASSERT_TRUE(end) << message_of(end);
      for (const Bytes& item : collector.items)
        ++seen[item];
      if (!end->last_key) break;
      request.start_after = end->last_key;
      for (int i = 0; i < 5; ++i) {
        const std::string name = "p" + std::to_string(random.up_to(9));
        const auto sort_key = static_cast<int64_t>(100 + random.up_to(5));
        std::optional<Bytes> item;
        if (random.one_in(2)) item = item_of(name, sort_key, "y");
        const Put change(std::move(item));
        ASSERT_TRUE(node_->run(node_->items().write(*table_, key_of(name, sort_key), change)));
      }
    }
    for (const auto& [key, item] : staying)
      EXPECT_EQ(seen[item], 1);
  }
}

}  // namespace
}  // namespace jedlik::table
