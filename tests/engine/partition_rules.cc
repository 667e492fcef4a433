#include <fmt/format.h>

#include <atomic>
#include <set>

#include "tests/engine/conformance.h"

// Creating, dropping and splitting.
namespace jedlik::engine::conformance {
namespace {

using Kind = Committed::Kind;

constexpr PartitionId kParent{71};
constexpr PartitionId kLeft{72};
constexpr PartitionId kRight{73};

// A row counts as one, and as the bytes of its value; local index rows count a thousand times.
Tallies weigh_row(Space space, BytesView, BytesView value) {
  const int64_t times = space == Space::kLocalIndex ? 1000 : 1;
  return {times, times * static_cast<int64_t>(value.size())};
}

Bytes key_of(int i) {
  return fmt::format("{:03}", i);
}

// A partition with rows 000 to 099, every third also in the local index.
void make_parent(Client& c, PartitionId partition = kParent) {
  c.create(partition);
  for (int i = 0; i < 100; ++i) {
    Batch batch = batch_of({put(Space::kItems, key_of(i), fmt::format("v{}", i))});
    if (i % 3 == 0) batch.mutations.push_back(put(Space::kLocalIndex, key_of(i), "index"));
    batch.mutations.push_back(put(Space::kMetadata, "last", key_of(i)));
    for (const Mutation& mutation : batch.mutations) {
      if (mutation.space == Space::kMetadata) continue;
      const Tallies weight = weigh_row(mutation.space, mutation.key, *mutation.value);
      for (size_t t = 0; t < kTallies; ++t)
        batch.tally_changes[t] += weight[t];
    }
    batch.journal_record = key_of(i);
    c.must_commit(partition, batch);
  }
}

Split split_at(int at, PartitionId parent = kParent, PartitionId left = kLeft,
               PartitionId right = kRight) {
  return {parent, key_of(at), left, right, weigh_row};
}

Failure::Kind failure_of(const Outcome<Fetched>& outcome) {
  return outcome ? Failure::Kind::kUnavailable : outcome.error().kind;
}

Failure::Kind fetch_failure(Client& c, PartitionId partition, Space space) {
  const std::vector<KeyView> keys{{space, "001"}};
  return failure_of(run(c.fetch_again(partition, keys)));
}

void create_and_drop_may_be_repeated(Client& c) {
  c.create(kParent);
  c.must_commit(kParent, batch_of({put(Space::kItems, "a", "1")}));
  c.create(kParent);
  c.expect(c.get(kParent, Space::kItems, "a") == "1", "creating again empties a partition");
  c.drop(kParent);
  c.drop(kParent);
  c.drop(PartitionId{999});
}

void dropped_partition_is_gone(Client& c) {
  c.expect(fetch_failure(c, kParent, Space::kItems) == Failure::Kind::kNoSuchPartition,
           "a partition that was never created can be read");
  make_parent(c);
  make_parent(c, PartitionId{70});
  make_parent(c, PartitionId{static_cast<uint64_t>(kParent) + 256});
  c.drop(kParent);
  for (const Space space : {Space::kItems, Space::kJournal, Space::kMetadata})
    c.expect(fetch_failure(c, kParent, space) == Failure::Kind::kNoSuchPartition,
             "a dropped partition can be read");
  c.expect(!c.describe(kParent), "a dropped partition is described");
  c.expect(!c.page(kParent, Space::kItems, {}, Direction::kForward, {1, 1}),
           "a dropped partition can be scanned");
  c.expect(c.commit(kParent, batch_of({put(Space::kItems, "a", "1")})).kind == Kind::kRefused,
           "a dropped partition takes a commit");
  for (const PartitionId other :
       {PartitionId{70}, PartitionId{static_cast<uint64_t>(kParent) + 256}})
    for (const Space space : {Space::kItems, Space::kJournal})
      c.expect(c.rows(other, space).size() >= 100, "dropping a partition takes rows of another");
}

// What the children of make_parent() split at `at` hold.
void check_children(Client& c, int at) {
  int next = 0;
  for (const auto& [child, end] : {std::pair(kLeft, at), std::pair(kRight, 100)}) {
    Rows items;
    Rows index;
    Tallies tallies{};
    for (; next < end; ++next) {
      items[key_of(next)] = fmt::format("v{}", next);
      if (next % 3 == 0) index[key_of(next)] = "index";
    }
    for (const auto& [space, rows] :
         {std::pair(Space::kItems, &items), std::pair(Space::kLocalIndex, &index)}) {
      for (const Direction direction : {Direction::kForward, Direction::kBackward}) {
        const RowList found = c.rows(child, space, {}, direction, {7, 1000});
        c.expect(found.size() == rows->size() && Rows(found.begin(), found.end()) == *rows,
                 "a child has other rows than its part of the parent's");
      }
      for (const auto& [key, value] : *rows)
        for (size_t t = 0; t < kTallies; ++t)
          tallies[t] += weigh_row(space, key, value)[t];
    }
    const auto state = c.describe(child);
    c.expect(state && state->tallies == tallies, "a child's tallies are not those of its rows");
    c.expect(c.rows(child, Space::kJournal).empty() && c.rows(child, Space::kMetadata).empty(),
             "a child has a journal or metadata of its parent's");
  }
}

void split_divides_the_rows(Client& c) {
  make_parent(c);
  c.split(split_at(40));
  check_children(c, 40);
  c.split(split_at(40));
  check_children(c, 40);
  const auto other = run(c.engine().split(split_at(50)));
  c.expect(!other && (c.faulty() || other.error().kind == Failure::Kind::kSealed),
           "a sealed partition is split again");
}

void sealed_parent_keeps_its_journal_only(Client& c) {
  make_parent(c);
  c.split(split_at(40));
  for (const Space space : {Space::kItems, Space::kLocalIndex})
    c.expect(fetch_failure(c, kParent, space) == Failure::Kind::kSealed,
             "a sealed partition's rows can be read");
  const auto page = run(c.engine().scan(kParent, Space::kItems, {}, Direction::kForward, {1, 1},
                                        Consistency::kStrong));
  c.expect(!page, "a sealed partition can be scanned");
  c.expect(c.rows(kParent, Space::kJournal).size() >= 100, "a sealed partition's journal is gone");
  c.expect(c.get(kParent, Space::kMetadata, "last") == key_of(99),
           "a sealed partition's metadata are gone");
  const auto state = c.describe(kParent);
  c.expect(state && state->sealed, "a sealed partition is not described as such");
  c.expect(!c.describe(kLeft)->sealed && !c.describe(kRight)->sealed, "a child is sealed");
  const Committed committed = c.commit(kParent, batch_of({put(Space::kItems, "001", "x")}));
  c.expect(committed.kind == Kind::kRefused, "a sealed partition takes a commit");
  c.drop(kParent);
  check_children(c, 40);
}

void child_keeps_to_its_range(Client& c) {
  make_parent(c);
  c.split(split_at(40));
  c.expect(c.commit(kLeft, batch_of({put(Space::kItems, "040", "x")})).kind == Kind::kRefused &&
               c.commit(kRight, batch_of({put(Space::kItems, "0399", "x")})).kind == Kind::kRefused,
           "a child takes a commit of a key of the other's");
  c.expect(!c.get(kLeft, Space::kItems, "040") && !c.get(kRight, Space::kItems, "039"),
           "a child finds a key of the other's");
  c.expect(c.rows(kLeft, Space::kItems, {"035", "045"}).size() == 5 &&
               c.rows(kRight, Space::kItems, {"035", "045"}).size() == 5,
           "a child's scan crosses into the other's range");
  const auto version = c.must_commit(
      kLeft, batch_of({put(Space::kItems, "0399", "new"), put(Space::kMetadata, "040", "any")}));
  c.expect(!version || c.faulty() || version == Version{1}, "a child does not begin at version 0");
  c.must_commit(kRight, batch_of({remove(Space::kItems, "040")}));
  c.expect(c.rows(kLeft, Space::kItems).size() == 41 && c.rows(kRight, Space::kItems).size() == 59,
           "commits to children are not there");
}

void grandchildren_and_siblings_are_apart(Client& c) {
  make_parent(c);
  c.split(split_at(40));
  c.split(split_at(20, kLeft, PartitionId{74}, PartitionId{75}));
  c.drop(kLeft);
  c.drop(kParent);
  c.expect(c.rows(PartitionId{74}, Space::kItems).size() == 20 &&
               c.rows(PartitionId{75}, Space::kItems).size() == 20 &&
               c.rows(kRight, Space::kItems).size() == 60,
           "dropping sealed partitions takes rows of their children");
  c.drop(PartitionId{75});
  c.expect(c.rows(PartitionId{74}, Space::kItems).size() == 20 &&
               c.rows(kRight, Space::kItems).size() == 60,
           "dropping a child takes rows of another");
}

constexpr int kMiddle = 50;

// Writes keys of its own to whichever partition takes them.
Task<void> write_through_splits(Client& c, int worker, int times, std::atomic<int>& acknowledged) {
  for (int i = 0; i < times; ++i) {
    const Bytes key = fmt::format("{:03} {} {}", (worker * 37 + i * 13) % 100, worker, i);
    bool written = false;
    while (!written) {
      for (const PartitionId partition : {kParent, key < key_of(kMiddle) ? kLeft : kRight}) {
        Batch batch = batch_of({put(Space::kItems, key, key)});
        batch.tally_changes = weigh_row(Space::kItems, key, key);
        batch.guard = Batch::Guard::kKeys;
        batch.depends_on = {{Space::kItems, key}};
        const std::vector<KeyView> keys{{Space::kItems, key}};
        const auto fetched = co_await c.fetch_again(partition, keys);
        if (!fetched) continue;
        if (fetched->values[0]) {  // by a commit that ended as unknown
          written = true;
          break;
        }
        batch.read_at = fetched->version;
        const Committed committed = co_await c.commit_again(partition, std::move(batch));
        written = committed.kind == Kind::kDone;
        if (written) break;
      }
    }
    ++acknowledged;
  }
}

Task<void> split_meanwhile(Client& c, std::atomic<int>& acknowledged, int at_least) {
  while (acknowledged < at_least)
    co_await c.turn();
  while (true) {
    Split split = split_at(kMiddle);
    const auto outcome = co_await c.engine().split(std::move(split));
    if (outcome) co_return;
    if (!c.faulty()) {
      c.expect(false, "a split fails under load: " + outcome.error().detail);
      co_return;
    }
  }
}

void split_under_load_loses_nothing(Client& c) {
  constexpr int kWorkers = 8;
  constexpr int kTimes = 60;
  make_parent(c);
  std::atomic<int> acknowledged = 0;
  std::vector<Task<void>> tasks;
  for (int worker = 0; worker < kWorkers; ++worker)
    tasks.push_back(write_through_splits(c, worker, kTimes, acknowledged));
  tasks.push_back(split_meanwhile(c, acknowledged, kWorkers * kTimes / 3));
  c.together(std::move(tasks));

  std::set<Bytes> keys;
  for (const PartitionId child : {kLeft, kRight}) {
    Tallies tallies{};
    for (const Space space : {Space::kItems, Space::kLocalIndex}) {
      for (const auto& [key, value] : c.rows(child, space)) {
        for (size_t t = 0; t < kTallies; ++t)
          tallies[t] += weigh_row(space, key, value)[t];
        if (space == Space::kItems)
          c.expect(keys.insert(key).second, "a row is in both children: " + key);
      }
    }
    const auto state = c.describe(child);
    c.expect(state && state->tallies == tallies, "a child's tallies are not those of its rows");
  }
  c.expect(keys.size() == 100 + kWorkers * kTimes,
           fmt::format("{} rows of {} are left", keys.size(), 100 + kWorkers * kTimes));
}

void all_is_there_after_reopening(Client& c) {
  make_parent(c);
  make_parent(c, PartitionId{80});
  c.create(PartitionId{81});
  c.split(split_at(40));
  c.drop(PartitionId{81});
  const auto before = c.describe(PartitionId{80});
  if (!c.reopen()) return;
  check_children(c, 40);
  const auto after = c.describe(PartitionId{80});
  c.expect(
      before && after && before->version == after->version && before->tallies == after->tallies,
      "a partition's version or tallies are not kept");
  c.expect(c.rows(PartitionId{80}, Space::kItems).size() == 100, "rows are not kept");
  c.expect(fetch_failure(c, kParent, Space::kItems) == Failure::Kind::kSealed,
           "a sealed partition is not kept so");
  c.expect(fetch_failure(c, PartitionId{81}, Space::kItems) == Failure::Kind::kNoSuchPartition,
           "a dropped partition is back");
  c.split(split_at(40));
  const auto next = c.must_commit(PartitionId{80}, batch_of({put(Space::kItems, "x", "y")}));
  c.expect(after && next == Version{static_cast<uint64_t>(after->version) + 1},
           "versions do not go on where they were");
  // A batch from before must not get past the new engine's short memory.
  Batch stale = batch_of({put(Space::kItems, "x", "z")});
  stale.guard = Batch::Guard::kKeys;
  stale.read_at = Version{1};
  stale.depends_on = {{Space::kItems, key_of(50)}};
  c.expect(c.commit(PartitionId{80}, std::move(stale)).kind == Kind::kConflict,
           "a conflict with a write before reopening is missed");
}

}  // namespace

std::vector<Rule> partition_rules() {
  return {
      {"CreateAndDropMayBeRepeated", create_and_drop_may_be_repeated},
      {"DroppedPartitionIsGone", dropped_partition_is_gone},
      {"SplitDividesTheRows", split_divides_the_rows},
      {"SealedParentKeepsItsJournalOnly", sealed_parent_keeps_its_journal_only},
      {"ChildKeepsToItsRange", child_keeps_to_its_range},
      {"GrandchildrenAndSiblingsAreApart", grandchildren_and_siblings_are_apart},
      {"SplitUnderLoadLosesNothing", split_under_load_loses_nothing},
      {"AllIsThereAfterReopening", all_is_there_after_reopening},
  };
}

}  // namespace jedlik::engine::conformance
