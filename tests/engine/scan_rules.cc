#include <fmt/format.h>

#include <algorithm>

#include "tests/engine/conformance.h"

// Order, ranges and pages.
namespace jedlik::engine::conformance {
namespace {

constexpr PartitionId kPartition{51};

// Of few different bytes, so that prefixes and neighbours are common.
Bytes random_key(Client& c) {
  constexpr char kAlphabet[] = {'\0', '\x01', 'a', '\x7F', '\x80', '\xFF'};
  Bytes key;
  const uint64_t size = 1 + c.draw(4);
  for (uint64_t i = 0; i < size; ++i)
    key.push_back(kAlphabet[c.draw(std::size(kAlphabet))]);
  return key;
}

// Fills a space with random rows, some of which were replaced and removed before.
Rows fill(Client& c, Space space, size_t count) {
  Rows rows;
  std::vector<Mutation> mutations;
  while (rows.size() < count) {
    const Bytes key = random_key(c);
    if (rows.count(key) > 0) continue;
    const Bytes value(c.draw(30), 'v');
    rows[key] = value;
    mutations.push_back(put(space, key, value));
  }
  for (size_t from = 0; from < mutations.size(); from += 16) {
    const auto begin = mutations.begin() + static_cast<std::ptrdiff_t>(from);
    const auto end =
        mutations.begin() + static_cast<std::ptrdiff_t>(std::min(from + 16, mutations.size()));
    c.must_commit(kPartition, batch_of({begin, end}));
  }
  std::vector<Mutation> removals;
  for (auto row = rows.begin(); row != rows.end();) {
    if (c.draw(4) == 0) {
      removals.push_back(remove(space, row->first));
      row = rows.erase(row);
    } else {
      ++row;
    }
  }
  if (!removals.empty()) c.must_commit(kPartition, batch_of(removals));
  return rows;
}

RowList in_range(const Rows& rows, const Range& range, Direction direction) {
  RowList wanted;
  for (const auto& row : rows)
    if (row.first >= range.begin && (range.end.empty() || row.first < range.end))
      wanted.push_back(row);
  if (direction == Direction::kBackward) std::reverse(wanted.begin(), wanted.end());
  return wanted;
}

void rows_come_in_the_order_of_their_bytes(Client& c) {
  c.create(kPartition);
  for (const Space space : {Space::kItems, Space::kLocalIndex, Space::kMetadata}) {
    const Rows rows = fill(c, space, 150);
    for (const Direction direction : {Direction::kForward, Direction::kBackward})
      c.expect(c.rows(kPartition, space, {}, direction) == in_range(rows, {}, direction),
               fmt::format("space {} direction {}: other rows, or in another order",
                           static_cast<int>(space), static_cast<int>(direction)));
  }
}

void range_has_its_begin_and_not_its_end(Client& c) {
  c.create(kPartition);
  const Rows rows = fill(c, Space::kItems, 100);
  for (int i = 0; i < 150; ++i) {
    // Bounds that are rows, and bounds that are not; in order, equal and reversed.
    Bytes bounds[2];
    for (Bytes& bound : bounds) {
      bound = random_key(c);
      if (c.draw(3) == 0)
        bound = std::next(rows.begin(), static_cast<int>(c.draw(rows.size())))->first;
      if (c.draw(8) == 0) bound.clear();
    }
    const Range range{bounds[0], bounds[1]};
    const Direction direction = c.draw(2) == 0 ? Direction::kForward : Direction::kBackward;
    c.expect(
        c.rows(kPartition, Space::kItems, range, direction) == in_range(rows, range, direction),
        fmt::format("range {} to {}: other rows", to_hex(range.begin), to_hex(range.end)));
  }
}

void page_ends_where_its_budget_does(Client& c) {
  c.create(kPartition);
  const Rows rows = fill(c, Space::kItems, 60);
  for (const Direction direction : {Direction::kForward, Direction::kBackward}) {
    const RowList wanted = in_range(rows, {}, direction);
    for (const size_t count : {1, 2, 3, 7, 1000})
      c.expect(c.rows(kPartition, Space::kItems, {}, direction, {count, 1 << 20}) == wanted,
               fmt::format("pages of {} rows do not add up", count));
    for (const size_t bytes : {1, 10, 33, 100, 1 << 20})
      c.expect(c.rows(kPartition, Space::kItems, {}, direction, {1000, bytes}) == wanted,
               fmt::format("pages of {} bytes do not add up", bytes));
    // One page by itself: as many rows as it takes to reach the budget, not one more or less.
    for (int i = 0; i < 40; ++i) {
      const Budget budget{1 + c.draw(30), 1 + c.draw(300)};
      size_t size = 0;
      size_t bytes = 0;
      while (size < wanted.size() && size < budget.rows && bytes < budget.bytes) {
        bytes += wanted[size].first.size() + wanted[size].second.size();
        ++size;
      }
      const auto page = c.page(kPartition, Space::kItems, {}, direction, budget);
      c.expect(page && page->size() == size,
               fmt::format("a page of {} rows and {} bytes has not {} rows", budget.rows,
                           budget.bytes, size));
      c.expect(page && (page->more || size == wanted.size()), "a page hides that there is more");
    }
  }
}

void large_scan_is_complete(Client& c) {
  c.create(kPartition);
  Rows rows;
  for (int i = 0; i < 40; ++i) {
    std::vector<Mutation> mutations;
    for (int j = 0; j < 50; ++j) {
      const Bytes key = fmt::format("{:05}", i * 50 + j);
      rows[key] = Bytes(100, static_cast<char>('a' + j % 26));
      mutations.push_back(put(Space::kItems, key, rows[key]));
    }
    c.must_commit(kPartition, batch_of(std::move(mutations)));
  }
  for (const Direction direction : {Direction::kForward, Direction::kBackward}) {
    const auto page = c.page(kPartition, Space::kItems, {}, direction, {10'000, 10 << 20});
    RowList read;
    for (size_t i = 0; page && i < page->size(); ++i)
      read.emplace_back((*page)[i].key, (*page)[i].value);
    c.expect(read == in_range(rows, {}, direction), "a large page is not complete");
    c.expect(c.rows(kPartition, Space::kItems, {}, direction, {700, 1 << 20}) == read,
             "large pages do not add up");
  }
}

void journal_is_read_in_the_order_of_versions(Client& c) {
  c.create(kPartition);
  for (int i = 0; i < 300; ++i) {
    Batch batch = batch_of({put(Space::kItems, "k", std::to_string(i))});
    batch.journal_record = std::to_string(i);
    c.must_commit(kPartition, batch);
  }
  const RowList rows = c.rows(kPartition, Space::kJournal, {}, Direction::kForward, {7, 1 << 20});
  int last = -1;
  for (const auto& [key, record] : rows) {
    const int now = std::stoi(record);
    c.expect(now >= last, "a journal record comes before an earlier one");
    last = now;
  }
  c.expect(last == 299 && rows.size() >= 300, "journal records are missing");
}

void eventual_reads_are_whole_moments(Client& c) {
  c.create(kPartition);
  for (int i = 0; i < 40; ++i) {
    const Bytes value = std::to_string(i);
    c.must_commit(kPartition,
                  batch_of({put(Space::kItems, "a", value), put(Space::kItems, "b", value),
                            put(Space::kMetadata, "c", value)}));
    const std::vector<KeyView> keys{
        {Space::kMetadata, "c"}, {Space::kItems, "a"}, {Space::kItems, "b"}};
    const auto fetched = run(c.engine().fetch(kPartition, keys, Consistency::kEventual));
    if (fetched)
      c.expect(fetched->values[0] == fetched->values[1] && fetched->values[1] == fetched->values[2],
               "an eventual fetch mixes moments");
    const auto page = c.page(kPartition, Space::kItems, {}, Direction::kForward, {9, 999},
                             Consistency::kEventual);
    c.expect(
        page && (page->size() == 0 || (page->size() == 2 && (*page)[0].value == (*page)[1].value)),
        "an eventual scan mixes moments");
  }
}

}  // namespace

std::vector<Rule> scan_rules() {
  return {
      {"RowsComeInTheOrderOfTheirBytes", rows_come_in_the_order_of_their_bytes},
      {"RangeHasItsBeginAndNotItsEnd", range_has_its_begin_and_not_its_end},
      {"PageEndsWhereItsBudgetDoes", page_ends_where_its_budget_does},
      {"LargeScanIsComplete", large_scan_is_complete},
      {"JournalIsReadInTheOrderOfVersions", journal_is_read_in_the_order_of_versions},
      {"EventualReadsAreWholeMoments", eventual_reads_are_whole_moments},
  };
}

}  // namespace jedlik::engine::conformance
