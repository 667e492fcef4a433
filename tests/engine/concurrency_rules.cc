#include <fmt/format.h>

#include <atomic>
#include <set>

#include "tests/engine/conformance.h"

// Many coroutines at once.
namespace jedlik::engine::conformance {
namespace {

constexpr PartitionId kPartition{61};
constexpr PartitionId kOther{62};
using Guard = Batch::Guard;
using Kind = Committed::Kind;

// Adds one to the value of `counter`, exactly once whatever the commits end in: the batch depends
// on a token that it writes itself.
Task<void> increment_once(Client& c, Bytes counter, Bytes token, Guard guard) {
  std::vector<KeyView> keys{{Space::kItems, counter}, {Space::kItems, token}};
  while (true) {
    const auto fetched = co_await c.fetch_again(kPartition, keys);
    if (!c.expect(fetched.has_value(), "a counter cannot be read")) co_return;
    if (fetched->values[1]) co_return;
    const int count = std::stoi(fetched->values[0].value_or("0"));
    Batch batch = batch_of(
        {put(Space::kItems, counter, std::to_string(count + 1)), put(Space::kItems, token, "")});
    batch.guard = guard;
    batch.read_at = fetched->version;
    batch.depends_on = {{Space::kItems, counter}, {Space::kItems, token}};
    batch.tally_changes = {1, -2};
    batch.journal_record = token;
    const Committed committed = co_await c.commit_again(kPartition, std::move(batch));
    if (committed.kind == Kind::kDone) co_return;
    if (!c.faulty() && committed.kind != Kind::kConflict)
      c.expect(false, "a commit is neither done nor in conflict: " + committed.detail);
  }
}

Task<void> increment_many(Client& c, int worker, int times, int counters, Guard guard) {
  for (int i = 0; i < times; ++i) {
    Bytes counter = fmt::format("counter {}", (worker + i) % counters);
    Bytes token = fmt::format("done {} {}", worker, i);
    co_await increment_once(c, std::move(counter), std::move(token), guard);
  }
}

void count_up(Client& c, int workers, int times, int counters, Guard guard) {
  c.create(kPartition);
  std::vector<Task<void>> tasks;
  for (int worker = 0; worker < workers; ++worker)
    tasks.push_back(increment_many(c, worker, times, counters, guard));
  c.together(std::move(tasks));
  run(c.settle(kPartition));

  const int total = workers * times;
  int sum = 0;
  for (int i = 0; i < counters; ++i)
    sum += std::stoi(c.get(kPartition, Space::kItems, fmt::format("counter {}", i)).value_or("0"));
  c.expect(sum == total, fmt::format("{} increments add up to {}", total, sum));
  const auto state = c.describe(kPartition);
  c.expect(state && state->tallies == Tallies{total, -2 * total}, "the tallies are wrong");
  std::multiset<Bytes> records;
  for (const auto& [key, record] : c.rows(kPartition, Space::kJournal))
    records.insert(record);
  c.expect(records.size() == static_cast<size_t>(total) &&
               std::set<Bytes>(records.begin(), records.end()).size() == records.size(),
           "not one journal record for each increment");
}

void no_increment_is_lost_with_guarded_keys(Client& c) {
  count_up(c, 16, 25, 3, Guard::kKeys);
}

void no_increment_is_lost_with_guarded_version(Client& c) {
  count_up(c, 6, 15, 2, Guard::kPartition);
}

Task<void> write_the_same_everywhere(Client& c, int worker, int times, std::atomic<int>& working) {
  for (int i = 0; i < times; ++i) {
    const Bytes value = fmt::format("{} {}", worker, i);
    Batch batch =
        batch_of({put(Space::kItems, "a", value), put(Space::kItems, "z", value),
                  put(Space::kLocalIndex, "m", value), put(Space::kMetadata, "m", value)});
    const Committed committed = co_await c.commit_again(kPartition, std::move(batch));
    c.expect(c.faulty() || committed.kind == Kind::kDone, "an unguarded commit is not done");
  }
  --working;
}

Task<void> read_the_same_everywhere(Client& c, std::atomic<int>& working) {
  const std::vector<KeyView> keys{{Space::kMetadata, "m"},
                                  {Space::kItems, "z"},
                                  {Space::kLocalIndex, "m"},
                                  {Space::kItems, "a"}};
  do {
    co_await c.turn();
    const auto fetched = co_await c.fetch_again(kPartition, keys);
    if (!c.expect(fetched.has_value(), "nothing can be read")) co_return;
    for (const auto& value : fetched->values)
      c.expect(value == fetched->values[0], "a fetch sees a part of a commit");
    Range all{};
    Budget budget{10, 1000};
    const auto page = co_await c.engine().scan(kPartition, Space::kItems, all, Direction::kBackward,
                                               budget, Consistency::kStrong);
    if (page && page->size() > 0)
      c.expect(page->size() == 2 && (*page)[0].value == (*page)[1].value,
               "a scan sees a part of a commit");
  } while (working > 0);
}

void readers_see_whole_commits(Client& c) {
  c.create(kPartition);
  std::atomic<int> working = 4;
  std::vector<Task<void>> tasks;
  for (int worker = 0; worker < 4; ++worker)
    tasks.push_back(write_the_same_everywhere(c, worker, 50, working));
  for (int i = 0; i < 3; ++i)
    tasks.push_back(read_the_same_everywhere(c, working));
  c.together(std::move(tasks));
}

// Moves the only row of the items about; where it is, the metadata say.
Task<void> move_the_row(Client& c, int worker, int times, std::atomic<int>& working) {
  const std::vector<KeyView> keys{{Space::kMetadata, "where"}};
  for (int i = 0; i < times; ++i) {
    const auto fetched = co_await c.fetch_again(kPartition, keys);
    if (!c.expect(fetched && fetched->values[0], "the row is nowhere")) break;
    const Bytes from = *fetched->values[0];
    const Bytes to = fmt::format("{:02}", (worker * 7 + i * 11) % 40);
    if (from == to) continue;
    Batch batch = batch_of({remove(Space::kItems, from), put(Space::kItems, to, "row"),
                            put(Space::kMetadata, "where", to)});
    batch.guard = Guard::kKeys;
    batch.read_at = fetched->version;
    batch.depends_on = {{Space::kMetadata, "where"}};
    const Committed committed = co_await c.commit_again(kPartition, std::move(batch));
    c.expect(c.faulty() || committed.kind == Kind::kDone || committed.kind == Kind::kConflict,
             "a commit fails: " + committed.detail);
  }
  --working;
}

Task<void> look_for_the_row(Client& c, std::atomic<int>& working) {
  do {
    co_await c.turn();
    Range all{};
    Budget budget{100, 10'000};
    const auto page = co_await c.engine().scan(kPartition, Space::kItems, all, Direction::kForward,
                                               budget, Consistency::kStrong);
    if (page) c.expect(page->size() == 1, fmt::format("a page has {} of one row", page->size()));
  } while (working > 0);
}

void scan_misses_no_row_that_moves(Client& c) {
  c.create(kPartition);
  c.must_commit(kPartition,
                batch_of({put(Space::kItems, "00", "row"), put(Space::kMetadata, "where", "00")}));
  std::atomic<int> working = 4;
  std::vector<Task<void>> tasks;
  for (int worker = 0; worker < 4; ++worker)
    tasks.push_back(move_the_row(c, worker, 60, working));
  for (int i = 0; i < 3; ++i)
    tasks.push_back(look_for_the_row(c, working));
  c.together(std::move(tasks));
}

Task<void> write_rising_numbers(Client& c, int times, std::atomic<int>& acknowledged,
                                std::atomic<int>& working) {
  for (int i = 1; i <= times; ++i) {
    Batch batch = batch_of({put(Space::kItems, "n", std::to_string(i))});
    const Committed committed = co_await c.commit_again(kPartition, std::move(batch));
    if (committed.kind == Kind::kDone) acknowledged = i;
    c.expect(c.faulty() || committed.kind == Kind::kDone, "an unguarded commit is not done");
  }
  --working;
}

Task<void> read_what_is_acknowledged(Client& c, std::atomic<int>& acknowledged,
                                     std::atomic<int>& working) {
  const std::vector<KeyView> keys{{Space::kItems, "n"}};
  do {
    co_await c.turn();
    const int before = acknowledged;
    const auto fetched = co_await c.fetch_again(kPartition, keys);
    if (!c.expect(fetched.has_value(), "nothing can be read")) co_return;
    const int read = std::stoi(fetched->values[0].value_or("0"));
    c.expect(read >= before, fmt::format("a strong read sees {} after {} was done", read, before));
  } while (working > 0);
}

void strong_read_sees_what_is_acknowledged(Client& c) {
  c.create(kPartition);
  std::atomic<int> acknowledged = 0;
  std::atomic<int> working = 1;
  std::vector<Task<void>> tasks;
  tasks.push_back(write_rising_numbers(c, 150, acknowledged, working));
  for (int i = 0; i < 3; ++i)
    tasks.push_back(read_what_is_acknowledged(c, acknowledged, working));
  c.together(std::move(tasks));
  const int last = std::stoi(c.get(kPartition, Space::kItems, "n").value_or("0"));
  c.expect(last >= acknowledged, "the last acknowledged commit is not there");
}

// Applied wholly or not at all; and not at all if refused or in conflict.
void every_outcome_is_whole(Client& c) {
  c.create(kPartition);
  std::vector<std::pair<Bytes, Kind>> outcomes;
  for (int i = 0; i < 250; ++i) {
    const Bytes id = fmt::format("{:03}", i);
    Batch batch = batch_of({put(Space::kItems, id + " a", id), put(Space::kItems, id + " b", id),
                            put(Space::kLocalIndex, id, id), put(Space::kMetadata, id, id)});
    batch.journal_record = id;
    batch.tally_changes = {1, 0};
    if (i % 4 == 0) batch.guard = Guard::kPartition;  // read_at is 0: a conflict, save once
    outcomes.emplace_back(id, c.commit(kPartition, std::move(batch)).kind);
  }
  run(c.settle(kPartition));
  std::map<Bytes, int> records;
  for (const auto& [key, record] : c.rows(kPartition, Space::kJournal))
    ++records[record];
  int64_t applied = 0;
  for (const auto& [id, kind] : outcomes) {
    const Bytes a = id + " a";
    const Bytes b = id + " b";
    const auto fetched = c.fetch(
        kPartition,
        {{Space::kItems, a}, {Space::kItems, b}, {Space::kLocalIndex, id}, {Space::kMetadata, id}});
    if (!fetched) return;
    int parts = records[id];
    for (const auto& value : fetched->values)
      parts += value ? 1 : 0;
    if (kind == Kind::kDone) c.expect(parts == 5, "a commit that is done is not there");
    if (kind == Kind::kConflict || kind == Kind::kRefused)
      c.expect(parts == 0, "a commit that was not done is there");
    if (kind == Kind::kUnknown)
      c.expect(parts == 0 || parts == 5, "half an unknown commit is there");
    if (parts == 5) ++applied;
  }
  const auto state = c.describe(kPartition);
  c.expect(state && state->tallies[0] == applied, "the tallies count other commits");
}

Task<void> transfer(Client& c, int worker, int times) {
  const std::vector<KeyView> keys{{Space::kItems, "balance"}};
  for (int i = 0; i < times; ++i) {
    const PartitionId from = (worker + i) % 2 == 0 ? kPartition : kOther;
    const PartitionId to = from == kPartition ? kOther : kPartition;
    const auto a = co_await c.fetch_again(from, keys);
    const auto b = co_await c.fetch_again(to, keys);
    if (!c.expect(a && b, "a balance cannot be read")) co_return;
    std::vector<PartitionBatch> batches;
    for (const auto& [partition, read, change] :
         {std::tuple(from, &a, -1), std::tuple(to, &b, 1)}) {
      const int balance = std::stoi((*read)->values[0].value_or("0"));
      Batch batch = batch_of({put(Space::kItems, "balance", std::to_string(balance + change))});
      batch.guard = Guard::kKeys;
      batch.read_at = (*read)->version;
      batch.depends_on = {{Space::kItems, "balance"}};
      batch.tally_changes = {change, 0};
      batches.push_back({partition, std::move(batch)});
    }
    const Committed committed = co_await c.engine().commit_all(std::move(batches));
    c.expect(c.faulty() || committed.kind == Kind::kDone || committed.kind == Kind::kConflict,
             "a transfer fails: " + committed.detail);
  }
}

void transfers_keep_the_sum(Client& c) {
  if (!c.engine().commits_across_partitions()) return;
  c.create(kPartition);
  c.create(kOther);
  std::vector<Task<void>> tasks;
  for (int worker = 0; worker < 8; ++worker)
    tasks.push_back(transfer(c, worker, 30));
  c.together(std::move(tasks));
  // A transfer that ended as unknown may still be on its way, and come between two reads.
  for (const PartitionId partition : {kPartition, kOther})
    run(c.settle(partition));
  int64_t sum = 0;
  for (const PartitionId partition : {kPartition, kOther}) {
    const int balance = std::stoi(c.get(partition, Space::kItems, "balance").value_or("0"));
    const auto state = c.describe(partition);
    c.expect(state && state->tallies[0] == balance, "a tally differs from the balance");
    sum += balance;
  }
  c.expect(sum == 0, fmt::format("transfers made {} out of nothing", sum));
}

}  // namespace

std::vector<Rule> concurrency_rules() {
  return {
      {"NoIncrementIsLostWithGuardedKeys", no_increment_is_lost_with_guarded_keys},
      {"NoIncrementIsLostWithGuardedVersion", no_increment_is_lost_with_guarded_version},
      {"ReadersSeeWholeCommits", readers_see_whole_commits},
      {"ScanMissesNoRowThatMoves", scan_misses_no_row_that_moves},
      {"StrongReadSeesWhatIsAcknowledged", strong_read_sees_what_is_acknowledged},
      {"EveryOutcomeIsWhole", every_outcome_is_whole},
      {"TransfersKeepTheSum", transfers_keep_the_sum},
  };
}

}  // namespace jedlik::engine::conformance
