#include <gtest/gtest.h>

#include <set>

#include "base/limits.h"
#include "tests/table/index_world.h"

// A walk over a whole local index, whose rows lie among those of others.
namespace jedlik::table {
namespace {

using engine::Consistency;
using engine::ModelEngine;
using value::RandomValues;

// The rows of the index "first" come before those of "second" in each collection.
TableSchema two_local_indexes() {
  TableSchema schema = schema_named("Walked");
  schema.attribute_definitions.push_back(kA);
  schema.attribute_definitions.push_back(kB);
  const IndexProjection all{ProjectionKind::kAll, {}};
  schema.local_indexes = {index_named<LocalIndex>("first", {kPk}, {kA}, all),
                          index_named<LocalIndex>("second", {kPk}, {kB}, all)};
  return schema;
}

class KeyCollector final : public ItemVisitor {
 public:
  Status visit(const value::ItemView& item) override {
    keys_.push_back(key_of_item(schema_, item.attributes()).value());
    return {};
  }
  const std::vector<Bytes>& found() const { return keys_; }

 private:
  TableSchema schema_ = schema_named("Walked");
  std::vector<Bytes> keys_;
};

class LocalIndexWalk : public ::testing::TestWithParam<size_t> {
 protected:
  void put(const std::string& collection, int64_t sort_key, Attributes attributes) {
    attributes.insert(attributes.begin(), {{"pk", text(collection)}, {"sk", number(sort_key)}});
    const Put change(stored(attributes));
    ASSERT_TRUE(node_->run(node_->items().write(*table_, key_of(collection, sort_key), change)));
  }

  // Collections of `items` rows of 300 KB in one of the indexes, and one item that is in both.
  void fill_with_large(const Attributes& key, int64_t items) {
    Attributes large = key;
    large.emplace_back("data", text(std::string(300 * 1024, 'x')));
    for (int collection = 0; collection < 80 / items; ++collection)
      for (int64_t k = 0; k < items; ++k)
        put("p" + std::to_string(collection), k, large);
    put("one", 1, {{"a", number(1)}, {"b", text("x")}});
  }

  struct Walked {
    size_t items = 0;
    size_t pages = 0;
    size_t empty_pages = 0;  // with a key to go on from
  };
  Walked walk(size_t place, std::optional<size_t> limit = {}) {
    const PageSource source(*table_, table_->schema.local_indexes[place]);
    PageRequest request;
    request.consistency = Consistency::kStrong;
    request.limit = limit;
    Walked walked;
    std::set<Bytes> seen;
    while (true) {
      KeyCollector collector;
      PageRequest page = request;
      const auto end = node_->run(read_page(engine_, source, std::move(page), collector));
      EXPECT_TRUE(end) << message_of(end);
      EXPECT_EQ(end->items, collector.found().size());
      walked.items += end->items;
      seen.insert(collector.found().begin(), collector.found().end());
      walked.pages += 1;
      if (!end->last_key) break;
      if (end->items == 0) walked.empty_pages += 1;
      EXPECT_TRUE(!request.start_after || *request.start_after < *end->last_key);
      // What a client sends back is the same place.
      const Bytes shown = attributes_of_key(source.layout, *end->last_key);
      const auto start = key_of_start(source.layout, value::ItemView(shown).attributes());
      EXPECT_EQ(start.value(), *end->last_key);
      request.start_after = end->last_key;
    }
    EXPECT_EQ(seen.size(), walked.items);
    return walked;
  }

  ModelEngine engine_;
  std::unique_ptr<Node> node_ = Node::open(engine_, Node::options(GetParam()));
  TablePtr table_ = make_table(*node_, two_local_indexes());
};

INSTANTIATE_TEST_SUITE_P(Partitions, LocalIndexWalk, ::testing::Values(1, 6));

TEST_P(LocalIndexWalk, FindsEachRowOnceWhateverLiesBetween) {
  RandomValues random;
  size_t in_first = 0;
  size_t in_second = 0;
  for (int i = 0; i < 300; ++i) {
    Attributes attributes;
    const bool has_a = random.one_in(2);
    const bool has_b = random.one_in(5);
    if (has_a) attributes.emplace_back("a", number(static_cast<int64_t>(random.up_to(3))));
    if (has_b) attributes.emplace_back("b", text("x"));
    in_first += has_a ? 1 : 0;
    in_second += has_b ? 1 : 0;
    put("p" + std::to_string(random.up_to(40)), i, std::move(attributes));
  }
  for (const size_t limit : {1u, 2u, 3u, 10u, 1000u}) {
    EXPECT_EQ(walk(0, limit).items, in_first) << limit;
    EXPECT_EQ(walk(1, limit).items, in_second) << limit;
  }
  EXPECT_EQ(walk(1, 1).pages, in_second + 1);
}

// So that a request does not go on for as long as a table is large.
TEST_P(LocalIndexWalk, EndsPagesWithoutRowsWhereOthersComeBehindItsOwn) {
  fill_with_large({{"b", text("x")}}, 2);
  const Walked walked = walk(0);
  EXPECT_EQ(walked.items, 1u);
  EXPECT_GT(walked.empty_pages, 0u);
}

TEST_P(LocalIndexWalk, EndsPagesWithoutRowsWhereOthersComeBeforeItsOwn) {
  fill_with_large({{"a", number(1)}}, 2);
  const Walked walked = walk(1);
  EXPECT_EQ(walked.items, 1u);
  EXPECT_GT(walked.empty_pages, 0u);
}

TEST_P(LocalIndexWalk, StepsOverWhatItNeedNotRead) {
  fill_with_large({{"a", number(1)}}, 80);
  const Walked walked = walk(1);
  EXPECT_EQ(walked.items, 1u);
  EXPECT_EQ(walked.empty_pages, 0u);
}

}  // namespace
}  // namespace jedlik::table
