#include <fmt/format.h>

#include <algorithm>

#include "tests/engine/conformance.h"

// What one commit does, and what it depends on.
namespace jedlik::engine::conformance {
namespace {

constexpr PartitionId kPartition{41};
constexpr PartitionId kNeighbour{42};
using Guard = Batch::Guard;
using Kind = Committed::Kind;

uint64_t number(Version version) {
  return static_cast<uint64_t>(version);
}

void new_partition_is_empty(Client& c) {
  c.create(kPartition);
  const auto state = c.describe(kPartition);
  c.expect(state && state->version == Version{0} && state->tallies == Tallies{},
           "a new partition has a version or tallies");
  c.expect(!c.get(kPartition, Space::kItems, "a"), "a new partition has a key");
  const auto page = c.page(kPartition, Space::kItems, {}, Direction::kForward, {10, 10});
  c.expect(page && page->size() == 0 && !page->more, "a new partition has rows");
}

void commit_does_all_that_it_says(Client& c) {
  c.create(kPartition);
  Batch batch = batch_of({put(Space::kItems, "k", "item"), put(Space::kLocalIndex, "k", "index"),
                          put(Space::kMetadata, "k", "metadata"), put(Space::kItems, "l", "")});
  batch.tally_changes = {3, -5};
  batch.journal_record = "record";
  const auto version = c.must_commit(kPartition, batch);
  const auto fetched =
      c.fetch(kPartition, {{Space::kItems, "k"},
                           {Space::kLocalIndex, "k"},
                           {Space::kMetadata, "k"},
                           {Space::kItems, "l"},
                           {Space::kItems, "m"},
                           {Space::kJournal, journal_key(version.value_or(Version{1}))}});
  if (!c.expect(fetched.has_value(), "nothing can be fetched")) return;
  const std::vector<std::optional<Bytes>> found(fetched->values.begin(), fetched->values.end());
  const std::vector<std::optional<Bytes>> wanted{"item", "index",      "metadata",
                                                 "",     std::nullopt, "record"};
  c.expect(!version || found == wanted, "a commit's values are not all there");
  const auto state = c.describe(kPartition);
  c.expect(state && state->tallies == Tallies{3, -5}, "a commit's tallies are not there");
}

void each_commit_raises_the_version_by_one(Client& c) {
  c.create(kPartition);
  for (uint64_t i = 1; i <= 40; ++i) {
    Batch batch;
    if (i % 3 != 0) batch = batch_of({put(Space::kItems, std::to_string(i % 5), "v")});
    const Committed committed = c.commit(kPartition, std::move(batch));
    if (!c.expect(committed.kind == Kind::kDone, "a commit is not done")) return;
    c.expect(committed.versions.size() == 1 && committed.versions[0] == Version{i},
             fmt::format("commit {} has another version", i));
    const auto state = c.describe(kPartition);
    c.expect(state && state->version == Version{i}, "describe gives another version");
    const auto fetched = c.fetch(kPartition, {{Space::kItems, "1"}});
    c.expect(fetched && fetched->version == Version{i}, "fetch gives another version");
    const auto page = c.page(kPartition, Space::kItems, {}, Direction::kForward, {9, 9});
    c.expect(page && page->version == Version{i}, "scan gives another version");
  }
}

void keys_and_values_of_all_sizes(Client& c) {
  c.create(kPartition);
  const std::vector<Bytes> keys{Bytes(1, '\0'), Bytes(1, '\xFF'), Bytes(kMaxKeyBytes, '\xFF'),
                                Bytes(kMaxKeyBytes, '\0'), "plain"};
  size_t size = 0;
  for (const Bytes& key : keys) {
    c.must_commit(kPartition, batch_of({put(Space::kItems, key, Bytes(size, '\x80'))}));
    c.expect(c.get(kPartition, Space::kItems, key) == Bytes(size, '\x80'),
             fmt::format("a value of {} bytes is not kept", size));
    size = size * 40 + 1;
  }
  for (const Bytes& key : keys)
    c.expect(c.get(kPartition, Space::kItems, key).has_value(), "a key was lost");
  c.expect(!c.get(kPartition, Space::kItems, Bytes(2, '\0')), "a key was found that is not there");
}

void keys_are_replaced_and_removed(Client& c) {
  c.create(kPartition);
  c.must_commit(kPartition, batch_of({put(Space::kItems, "a", "1"), put(Space::kItems, "b", "1")}));
  c.must_commit(kPartition, batch_of({put(Space::kItems, "a", "2"), remove(Space::kItems, "b")}));
  c.expect(c.get(kPartition, Space::kItems, "a") == "2", "a value was not replaced");
  c.expect(!c.get(kPartition, Space::kItems, "b"), "a key was not removed");
  c.must_commit(kPartition, batch_of({remove(Space::kItems, "b"), remove(Space::kItems, "never")}));
  c.must_commit(kPartition, batch_of({put(Space::kItems, "b", "3")}));
  c.expect(c.get(kPartition, Space::kItems, "b") == "3", "a removed key does not come back");
}

void spaces_and_partitions_are_apart(Client& c) {
  c.create(kPartition);
  c.create(kNeighbour);
  c.must_commit(kPartition, batch_of({put(Space::kItems, "k", "1")}));
  c.must_commit(kNeighbour, batch_of({put(Space::kLocalIndex, "k", "2")}));
  c.expect(!c.get(kPartition, Space::kLocalIndex, "k") && !c.get(kPartition, Space::kMetadata, "k"),
           "a key is in another space");
  c.expect(!c.get(kNeighbour, Space::kItems, "k"), "a key is in another partition");
  c.expect(c.rows(kPartition, Space::kItems).size() == 1, "a scan sees another partition's rows");
}

void unguarded_batch_never_conflicts(Client& c) {
  c.create(kPartition);
  for (int i = 0; i < 10; ++i) {
    Batch batch = batch_of({put(Space::kItems, "a", std::to_string(i))});
    batch.depends_on = {{Space::kItems, "a"}};
    c.expect(c.commit(kPartition, std::move(batch)).kind != Kind::kConflict,
             "an unguarded batch conflicts");
  }
}

// Commits a batch that depends on "a" as it was at `read_at`.
Committed depending(Client& c, Guard guard, Version read_at) {
  Batch batch = batch_of({put(Space::kItems, "result", "x"), remove(Space::kItems, "kept")});
  batch.guard = guard;
  batch.read_at = read_at;
  batch.depends_on = {{Space::kItems, "a"}, {Space::kMetadata, "b"}};
  batch.tally_changes = {100, 100};
  batch.journal_record = "of the depending batch";
  return c.commit(kPartition, std::move(batch));
}

void fresh_batch_does_not_conflict(Client& c) {
  c.create(kPartition);
  for (const Guard guard : {Guard::kKeys, Guard::kPartition}) {
    c.must_commit(kPartition, batch_of({put(Space::kItems, "a", "1")}));
    const auto fetched = c.fetch(kPartition, {{Space::kItems, "a"}});
    c.expect(fetched && depending(c, guard, fetched->version).kind == Kind::kDone,
             "a batch conflicts although nothing was written since");
  }
  const auto fetched = c.fetch(kPartition, {{Space::kItems, "a"}});
  c.must_commit(kPartition, batch_of({put(Space::kItems, "unrelated", "1")}));
  c.expect(fetched && depending(c, Guard::kPartition, fetched->version).kind == Kind::kConflict,
           "a batch that depends on the partition's version is done at a later one");
}

// Any of these writes must be noticed.
void written_key_is_a_conflict(Client& c) {
  c.create(kPartition);
  c.must_commit(kPartition,
                batch_of({put(Space::kItems, "a", "1"), put(Space::kItems, "kept", "")}));
  const std::vector<Mutation> writes{put(Space::kItems, "a", "2"), put(Space::kItems, "a", "2"),
                                     remove(Space::kItems, "a"),   remove(Space::kItems, "a"),
                                     put(Space::kItems, "a", "1"), put(Space::kMetadata, "b", "1"),
                                     remove(Space::kMetadata, "b")};
  for (const Guard guard : {Guard::kKeys, Guard::kPartition}) {
    for (const Mutation& write : writes) {
      const auto before = c.fetch(kPartition, {{Space::kItems, "a"}});
      c.must_commit(kPartition, batch_of({write}));
      // Further writes must not make the engine forget.
      const uint64_t further = c.draw(2) * c.draw(20);
      for (uint64_t i = 0; i < further; ++i)
        c.must_commit(kPartition, batch_of({put(Space::kItems, std::to_string(i), "x")}));
      const auto state = c.describe(kPartition);
      if (!before || !state) return;
      Committed late = depending(c, guard, before->version);
      while (c.faulty() && (late.kind == Kind::kRefused || late.kind == Kind::kUnknown))
        late = depending(c, guard, before->version);
      c.expect(late.kind == Kind::kConflict, "a batch is done although what it depends on changed");
      run(c.settle(kPartition));
      c.expect(!c.get(kPartition, Space::kItems, "result") &&
                   c.get(kPartition, Space::kItems, "kept").has_value(),
               "a batch that conflicts is applied");
      const auto after = c.describe(kPartition);
      c.expect(after && after->tallies == state->tallies, "a batch that conflicts is counted");
    }
  }
}

void conflict_does_not_raise_the_version(Client& c) {
  c.create(kPartition);
  c.must_commit(kPartition, batch_of({put(Space::kItems, "a", "1")}));
  c.expect(depending(c, Guard::kKeys, Version{0}).kind == Kind::kConflict, "a conflict is missed");
  const auto state = c.describe(kPartition);
  c.expect(state && number(state->version) == 1, "a conflict raises the version");
  c.expect(c.rows(kPartition, Space::kJournal).empty(), "a conflict leaves a journal record");
}

void malformed_batch_is_refused(Client& c) {
  c.create(kPartition);
  const std::vector<Mutation> wrong{put(Space::kItems, "", "v"),
                                    put(Space::kItems, Bytes(kMaxKeyBytes + 1, 'k'), "v"),
                                    put(Space::kJournal, "k", "v"), put(Space{9}, "k", "v")};
  for (const Mutation& mutation : wrong) {
    const Batch batch = batch_of({put(Space::kItems, "fine", "v"), mutation});
    c.expect(c.commit(kPartition, batch).kind == Kind::kRefused,
             "a malformed batch is not refused");
  }
  c.expect(!c.get(kPartition, Space::kItems, "fine"), "a part of a refused batch is applied");
  c.expect(c.commit(PartitionId{99}, Batch{}).kind == Kind::kRefused,
           "a commit without a partition is not refused");
}

void tallies_follow_every_commit(Client& c) {
  c.create(kPartition);
  Tallies expected{};
  for (int i = 0; i < 60; ++i) {
    Batch batch;
    if (i % 4 != 0) batch = batch_of({put(Space::kItems, std::to_string(i % 7), "v")});
    batch.tally_changes = {static_cast<int64_t>(c.draw(1000)) - 500, i == 0 ? INT64_MAX : -1};
    const Tallies changes = batch.tally_changes;
    if (c.commit(kPartition, std::move(batch)).kind != Kind::kDone) {
      c.expect(false, "a commit is not done");
      return;
    }
    for (size_t t = 0; t < kTallies; ++t)
      expected[t] += changes[t];
    const auto state = c.describe(kPartition);
    if (!c.expect(state && state->tallies == expected, "the tallies are wrong")) return;
  }
}

void journal_holds_each_record_under_its_version(Client& c) {
  c.create(kPartition);
  Rows expected;
  for (int i = 0; i < 60; ++i) {
    Batch batch = batch_of({put(Space::kItems, "k", std::to_string(i))});
    if (i % 3 != 1) batch.journal_record = fmt::format("record {}", i);
    const auto record = batch.journal_record;
    const Committed committed = c.commit(kPartition, std::move(batch));
    if (!c.expect(committed.kind == Kind::kDone, "a commit is not done")) return;
    if (record) expected[journal_key(committed.versions.at(0))] = *record;
  }
  const RowList rows = c.rows(kPartition, Space::kJournal);
  c.expect(Rows(rows.begin(), rows.end()) == expected, "the journal is not what was committed");
}

void journal_is_trimmed_by_removals(Client& c) {
  c.create(kPartition);
  std::vector<Bytes> keys;
  for (int i = 0; i < 20; ++i) {
    Batch batch = batch_of({put(Space::kItems, "k", std::to_string(i))});
    batch.journal_record = std::to_string(i);
    keys.push_back(journal_key(c.commit(kPartition, batch).versions.at(0)));
  }
  Batch trim;
  for (int i = 0; i < 15; ++i)
    trim.mutations.push_back({Space::kJournal, keys[static_cast<size_t>(i)], std::nullopt});
  trim.mutations.push_back({Space::kMetadata, "trimmed", keys[14]});
  c.expect(c.commit(kPartition, trim).kind == Committed::Kind::kDone, "a journal is not trimmed");
  const auto rows = c.rows(kPartition, Space::kJournal);
  c.expect(rows.size() == 5 && rows.front().first == keys[15], "other records were removed");

  Batch write;
  write.mutations.push_back({Space::kJournal, keys[0], "again"});
  c.expect(c.commit(kPartition, write).kind == Committed::Kind::kRefused,
           "a mutation wrote into the journal");
}

void commit_all_is_whole_or_not_offered(Client& c) {
  c.create(kPartition);
  c.create(kNeighbour);
  const auto both = [&](Batch first, Batch second) {
    std::vector<PartitionBatch> batches;
    batches.push_back({kPartition, std::move(first)});
    batches.push_back({kNeighbour, std::move(second)});
    return run(c.engine().commit_all(std::move(batches)));
  };
  Committed committed =
      both(batch_of({put(Space::kItems, "a", "1")}), batch_of({put(Space::kItems, "b", "1")}));
  if (!c.engine().commits_across_partitions()) {
    c.expect(committed.kind == Kind::kRefused, "a commit of two partitions is not refused");
    c.expect(!c.get(kPartition, Space::kItems, "a"), "a refused commit is applied");
    return;
  }
  c.expect(committed.kind == Kind::kDone && committed.versions.size() == 2 &&
               committed.versions[0] == Version{1} && committed.versions[1] == Version{1},
           "a commit of two partitions is not done");
  Batch stale = batch_of({put(Space::kItems, "b", "2")});
  stale.guard = Guard::kPartition;
  committed = both(batch_of({put(Space::kItems, "a", "2")}), stale);
  c.expect(committed.kind == Kind::kConflict, "a conflict in the second partition is missed");
  c.expect(c.get(kPartition, Space::kItems, "a") == "1", "half a commit is applied");
  std::vector<PartitionBatch> twice;
  twice.push_back({kPartition, batch_of({put(Space::kItems, "a", "3")})});
  twice.push_back({kPartition, batch_of({put(Space::kItems, "c", "3")})});
  c.expect(run(c.engine().commit_all(std::move(twice))).kind == Kind::kRefused,
           "two batches for one partition are not refused");
  std::vector<PartitionBatch> missing;
  missing.push_back({kPartition, batch_of({put(Space::kItems, "a", "4")})});
  missing.push_back({PartitionId{99}, Batch{}});
  c.expect(run(c.engine().commit_all(std::move(missing))).kind == Kind::kRefused,
           "a commit to a missing partition is not refused");
  c.expect(c.get(kPartition, Space::kItems, "a") == "1", "a refused commit is applied");
}

}  // namespace

std::vector<Rule> commit_rules() {
  constexpr bool kCalm = true;
  return {
      {"NewPartitionIsEmpty", new_partition_is_empty},
      {"CommitDoesAllThatItSays", commit_does_all_that_it_says, kCalm},
      {"EachCommitRaisesTheVersionByOne", each_commit_raises_the_version_by_one, kCalm},
      {"KeysAndValuesOfAllSizes", keys_and_values_of_all_sizes},
      {"KeysAreReplacedAndRemoved", keys_are_replaced_and_removed},
      {"SpacesAndPartitionsAreApart", spaces_and_partitions_are_apart},
      {"UnguardedBatchNeverConflicts", unguarded_batch_never_conflicts},
      {"FreshBatchDoesNotConflict", fresh_batch_does_not_conflict, kCalm},
      {"WrittenKeyIsAConflict", written_key_is_a_conflict},
      {"ConflictDoesNotRaiseTheVersion", conflict_does_not_raise_the_version, kCalm},
      {"MalformedBatchIsRefused", malformed_batch_is_refused},
      {"TalliesFollowEveryCommit", tallies_follow_every_commit, kCalm},
      {"JournalHoldsEachRecordUnderItsVersion", journal_holds_each_record_under_its_version, kCalm},
      {"JournalIsTrimmedByRemovals", journal_is_trimmed_by_removals, kCalm},
      {"CommitAllIsWholeOrNotOffered", commit_all_is_whole_or_not_offered, kCalm},
  };
}

}  // namespace jedlik::engine::conformance
