#include <fmt/format.h>

#include "tests/engine/conformance.h"

// Random operations on a few partitions, beside a trivial model of what they should hold.
namespace jedlik::engine::conformance {
namespace {

using Kind = Committed::Kind;

constexpr int kSteps = 1500;
const std::array<Space, 3> kSpacesToWrite = {Space::kItems, Space::kLocalIndex, Space::kMetadata};

// Each row adds one to a tally, and its value's size to the other, except in the metadata.
Tallies weigh_row(Space space, BytesView, BytesView value) {
  if (space == Space::kMetadata) return {};
  return {1, static_cast<int64_t>(value.size())};
}

struct Expected {
  std::map<Space, Rows> spaces;
  Bytes begin;
  Bytes end;
  bool sealed = false;
  int records = 0;

  Tallies tallies() const {
    Tallies sum{};
    for (const auto& [space, rows] : spaces)
      for (const auto& [key, value] : rows)
        for (size_t t = 0; t < kTallies; ++t)
          sum[t] += weigh_row(space, key, value)[t];
    return sum;
  }
  bool covers(const Bytes& key) const { return key >= begin && (end.empty() || key < end); }
};

class Walk {
 public:
  explicit Walk(Client& c) : c_(c) {}

  void step() {
    const uint64_t what = c_.draw(1000);
    if (partitions_.empty() || what < 5) return create();
    auto it = partitions_.begin();
    std::advance(it, static_cast<int>(c_.draw(partitions_.size())));
    auto& [id, expected] = *it;
    if (what < 10 && partitions_.size() > 2) return drop(id);
    if (what < 16) return split(id, expected);
    if (what < 22 && c_.reopen()) return;
    if (what < 500) return commit(id, expected);
    if (what < 800) return fetch(id, expected);
    scan(id, expected);
  }

  void check_all() {
    for (auto& [id, expected] : partitions_) {
      const auto state = c_.describe(id);
      c_.expect(state && (expected.sealed || state->tallies == expected.tallies()),
                "a partition's tallies are not those of its rows");
      const auto size = static_cast<int>(c_.rows(id, Space::kJournal).size());
      c_.expect(size == expected.records,
                fmt::format("partition {} has {} journal records instead of {}",
                            static_cast<uint64_t>(id), size, expected.records));
      for (const Space space : kSpacesToWrite) {
        if (expected.sealed && space != Space::kMetadata) continue;
        const RowList rows = c_.rows(id, space);
        c_.expect(Rows(rows.begin(), rows.end()) == expected.spaces[space],
                  "a partition's rows are not what was committed");
      }
    }
  }

 private:
  Bytes key() { return fmt::format("{:02}", c_.draw(60)); }
  PartitionId new_id() { return PartitionId{next_id_++}; }

  void create() {
    const PartitionId id = new_id();
    c_.create(id);
    partitions_[id];
  }

  void drop(PartitionId id) {
    c_.drop(id);
    partitions_.erase(id);
  }

  void split(PartitionId id, Expected& parent) {
    const Bytes at = key();
    if (parent.sealed || !parent.covers(at) || at <= parent.begin) return;
    const Split split{id, at, new_id(), new_id(), weigh_row};
    c_.split(split);
    Expected& left = partitions_[split.left];
    Expected& right = partitions_[split.right];
    for (const Space space : {Space::kItems, Space::kLocalIndex})
      for (const auto& [each, value] : parent.spaces[space])
        (each < at ? left : right).spaces[space][each] = value;
    left.begin = parent.begin;
    left.end = right.begin = at;
    right.end = parent.end;
    parent.sealed = true;
  }

  // A batch of random rows, and what the partition holds after it.
  Batch random_batch(Expected& after) {
    Batch batch;
    const uint64_t size = c_.draw(5);
    std::map<std::pair<Space, Bytes>, bool> used;
    const Tallies before = after.tallies();
    for (uint64_t i = 0; i < size; ++i) {
      const Space space = kSpacesToWrite[c_.draw(kSpacesToWrite.size())];
      const Bytes each = key();
      if (space != Space::kMetadata && !after.covers(each)) continue;
      if (!used.emplace(std::pair(space, each), true).second) continue;
      if (c_.draw(3) == 0) {
        batch.mutations.push_back(remove(space, each));
        after.spaces[space].erase(each);
      } else {
        const Bytes value(c_.draw(200), static_cast<char>('a' + c_.draw(26)));
        batch.mutations.push_back(put(space, each, value));
        after.spaces[space][each] = value;
      }
    }
    if (c_.draw(2) == 0) {
      batch.journal_record = "record";
      ++after.records;
    }
    for (size_t t = 0; t < kTallies; ++t)
      batch.tally_changes[t] = after.tallies()[t] - before[t];
    return batch;
  }

  void commit(PartitionId id, Expected& expected) {
    Expected after = expected;
    Batch batch = random_batch(after);
    // Tells whether a commit that ended as unknown is there.
    const Bytes marker = std::to_string(++marker_);
    batch.mutations.push_back(put(Space::kMetadata, "marker", marker));
    after.spaces[Space::kMetadata]["marker"] = marker;
    const Committed committed = c_.commit(id, std::move(batch));
    bool applied = committed.kind == Kind::kDone;
    if (committed.kind == Kind::kUnknown && c_.faulty()) {
      run(c_.settle(id));
      applied = c_.get(id, Space::kMetadata, "marker") == marker;
    }
    c_.expect(applied || c_.faulty() || expected.sealed, "a commit is not done");
    c_.expect(!(applied && expected.sealed), "a sealed partition takes a commit");
    if (applied) expected = std::move(after);
  }

  void fetch(PartitionId id, Expected& expected) {
    std::vector<std::pair<Space, Bytes>> wanted;
    for (uint64_t i = c_.draw(4); i < 4; ++i)
      wanted.emplace_back(kSpacesToWrite[c_.draw(kSpacesToWrite.size())], key());
    std::vector<KeyView> keys;
    bool divided = false;
    for (const auto& [space, each] : wanted) {
      keys.push_back({space, each});
      divided = divided || space != Space::kMetadata;
    }
    const auto fetched = c_.fetch(id, keys);
    if (expected.sealed && divided) return void(c_.expect(!fetched, "a sealed partition is read"));
    if (!c_.expect(fetched.has_value(), "a partition cannot be read")) return;
    for (size_t i = 0; i < wanted.size(); ++i) {
      const Rows& rows = expected.spaces[wanted[i].first];
      const auto row = rows.find(wanted[i].second);
      const std::optional<Bytes> value =
          row != rows.end() ? std::optional<Bytes>(row->second) : std::nullopt;
      c_.expect(fetched->values[i] == value,
                fmt::format("a fetch gives another value of {} in space {}: {} instead of {}",
                            wanted[i].second, static_cast<int>(wanted[i].first),
                            fetched->values[i].value_or("none"), value.value_or("none")));
    }
  }

  void scan(PartitionId id, Expected& expected) {
    const Space space = kSpacesToWrite[c_.draw(kSpacesToWrite.size())];
    if (expected.sealed && space != Space::kMetadata) return;
    const Bytes begin = c_.draw(2) == 0 ? Bytes() : key();
    const Bytes end = c_.draw(2) == 0 ? Bytes() : key();
    const Direction direction = c_.draw(2) == 0 ? Direction::kForward : Direction::kBackward;
    const Budget budget{1 + c_.draw(20), 1 + c_.draw(1000)};
    RowList wanted;
    for (const auto& row : expected.spaces[space])
      if (row.first >= begin && (end.empty() || row.first < end)) wanted.push_back(row);
    if (direction == Direction::kBackward) wanted = RowList(wanted.rbegin(), wanted.rend());
    c_.expect(c_.rows(id, space, {begin, end}, direction, budget) == wanted,
              "a scan gives other rows");
  }

  Client& c_;
  std::map<PartitionId, Expected> partitions_;
  uint64_t next_id_ = 1000;
  int marker_ = 0;
};

void random_walk_matches_a_map(Client& c) {
  Walk walk(c);
  for (int i = 0; i < kSteps; ++i)
    walk.step();
  walk.check_all();
  if (c.reopen()) walk.check_all();
}

}  // namespace

std::vector<Rule> random_rules() {
  return {{"RandomWalkMatchesAMap", random_walk_matches_a_map}};
}

}  // namespace jedlik::engine::conformance
