#include "tests/engine/conformance.h"

#include <fmt/format.h>

#include <cstdlib>
#include <random>

namespace jedlik::engine::conformance {
namespace {

// A call that fails this often in a row is broken, not unlucky.
constexpr int kPatience = 1000;

template <class Call>
auto until_available(Client& client, const char* what, Call call) -> decltype(call()) {
  for (int i = 0; i < kPatience; ++i) {
    auto outcome = call();
    if (outcome || outcome.error().kind != Failure::Kind::kUnavailable) return outcome;
    if (!client.faulty())
      client.expect(false, fmt::format("{} is unavailable: {}", what, outcome.error().detail));
  }
  client.expect(false, fmt::format("{} is never available", what));
  return call();
}

}  // namespace

std::string Report::text() const {
  std::string all;
  for (const std::string& complaint : complaints_)
    all += complaint + "\n";
  return all;
}

void Client::create(PartitionId partition) {
  const auto outcome =
      until_available(*this, "create", [&] { return run(engine().create(partition)); });
  expect(outcome.has_value(), "a partition cannot be created");
}

void Client::drop(PartitionId partition) {
  const auto outcome =
      until_available(*this, "drop", [&] { return run(engine().drop(partition)); });
  expect(outcome.has_value(), "a partition cannot be dropped");
}

void Client::split(const Split& split) {
  const auto outcome = until_available(*this, "split", [&] { return run(engine().split(split)); });
  expect(outcome.has_value(), "a partition cannot be split");
}

std::optional<PartitionState> Client::describe(PartitionId partition) {
  const auto outcome =
      until_available(*this, "describe", [&] { return run(engine().describe(partition)); });
  return outcome ? std::optional<PartitionState>(*outcome) : std::nullopt;
}

std::optional<Fetched> Client::fetch(PartitionId partition, const std::vector<KeyView>& keys) {
  auto outcome = until_available(
      *this, "fetch", [&] { return run(engine().fetch(partition, keys, Consistency::kStrong)); });
  if (!outcome) return std::nullopt;
  if (!expect(outcome->values.size() == keys.size(), "fetch gives another number of values"))
    return std::nullopt;
  return std::move(*outcome);
}

std::optional<Bytes> Client::get(PartitionId partition, Space space, BytesView key) {
  auto fetched = fetch(partition, {{space, key}});
  return fetched ? std::move(fetched->values.front()) : std::nullopt;
}

std::optional<Page> Client::page(PartitionId partition, Space space, Range range,
                                 Direction direction, Budget budget, Consistency consistency) {
  auto outcome = until_available(*this, "scan", [&] {
    return run(engine().scan(partition, space, range, direction, budget, consistency));
  });
  if (!outcome) return std::nullopt;
  return std::move(*outcome);
}

RowList Client::rows(PartitionId partition, Space space, Range range, Direction direction,
                     Budget budget) {
  RowList all;
  Bytes from(range.begin);
  Bytes to(range.end);
  while (true) {
    const auto next = page(partition, space, {from, to}, direction, budget);
    if (!next) return all;
    size_t bytes = 0;
    for (size_t i = 0; i < next->size(); ++i) {
      const Page::Row row = (*next)[i];
      expect(i < budget.rows && bytes < budget.bytes, "a page goes on after its budget");
      bytes += row.key.size() + row.value.size();
      // Where keys go back, pages may go round for ever.
      const bool is_next =
          all.empty() || (direction == Direction::kForward ? BytesView(all.back().first) < row.key
                                                           : row.key < BytesView(all.back().first));
      all.emplace_back(row.key, row.value);
      if (!expect(is_next, "a scan is out of order")) return all;
    }
    const bool full = next->size() >= budget.rows || bytes >= budget.bytes;
    expect(full || !next->more, "a page ends before its budget although there is more");
    if (!next->more || !full) return all;
    if (direction == Direction::kForward) {
      from = all.back().first + '\0';
    } else {
      to = all.back().first;
      // A range that ends before the smallest key is empty, not unbounded.
      if (to <= from) return all;
    }
  }
}

Committed Client::commit(PartitionId partition, Batch batch) {
  return run(engine().commit(partition, std::move(batch)));
}

std::optional<Version> Client::must_commit(PartitionId partition, const Batch& batch) {
  // Shows that the batch was applied, unless the value was there before.
  const auto witnessed = [&] {
    const Mutation& witness = batch.mutations.front();
    return get(partition, witness.space, witness.key) == witness.value;
  };
  const bool shows_nothing = faulty() && witnessed();
  for (int i = 0; i < kPatience; ++i) {
    const Committed committed = commit(partition, batch);
    if (committed.kind == Committed::Kind::kDone) {
      if (!expect(committed.versions.size() == 1, "a commit gives not one version")) return {};
      return committed.versions.front();
    }
    const bool may_be_applied = committed.kind == Committed::Kind::kUnknown;
    if (!faulty() || committed.kind == Committed::Kind::kConflict) {
      expect(false, fmt::format("an unguarded commit is not done but {}: {}",
                                static_cast<int>(committed.kind), committed.detail));
      return std::nullopt;
    }
    if (!may_be_applied) continue;
    run(settle(partition));
    if (!shows_nothing && witnessed()) return std::nullopt;
  }
  expect(false, "a commit is never done");
  return std::nullopt;
}

Task<Outcome<Fetched>> Client::fetch_again(PartitionId partition,
                                           const std::vector<KeyView>& keys) {
  while (true) {
    Outcome<Fetched> outcome = co_await engine().fetch(partition, keys, Consistency::kStrong);
    if (outcome || outcome.error().kind != Failure::Kind::kUnavailable || !faulty())
      co_return outcome;
  }
}

Task<bool> Client::takes_commits(PartitionId partition) {
  const auto state = co_await engine().describe(partition);
  if (!state && state.error().kind == Failure::Kind::kNoSuchPartition) co_return false;
  const Range nothing{"a", "a"};
  const Budget budget{1, 1};
  const auto page = co_await engine().scan(partition, Space::kItems, nothing, Direction::kForward,
                                           budget, Consistency::kStrong);
  co_return page || page.error().kind != Failure::Kind::kSealed;
}

Task<Committed> Client::commit_again(PartitionId partition, Batch batch) {
  while (true) {
    Batch copy = batch;
    Committed committed = co_await engine().commit(partition, std::move(copy));
    if (committed.kind != Committed::Kind::kRefused || !faulty()) co_return committed;
    const bool open = co_await takes_commits(partition);
    if (!open) co_return committed;
  }
}

Task<void> Client::settle(PartitionId partition) {
  bool open = true;
  while (open) {
    Batch empty;
    const Committed committed = co_await engine().commit(partition, std::move(empty));
    if (committed.kind == Committed::Kind::kDone || !faulty()) co_return;
    open = co_await takes_commits(partition);
  }
}

Task<void> Client::turn() {
  auto next_turn = [](Resume<bool> resume) { resume(true); };
  co_await suspend<bool>(std::move(next_turn));
}

Mutation put(Space space, Bytes key, Bytes value) {
  return {space, std::move(key), std::move(value)};
}

Mutation remove(Space space, Bytes key) {
  return {space, std::move(key), std::nullopt};
}

Batch batch_of(std::vector<Mutation> mutations) {
  Batch batch;
  batch.mutations = std::move(mutations);
  return batch;
}

uint64_t test_seed() {
  const char* given = std::getenv("JEDLIK_SEED");
  if (given == nullptr) return 1;
  if (std::string_view(given) == "random") return std::random_device()();
  return std::strtoull(given, nullptr, 10);
}

const std::vector<Rule>& rules() {
  static const std::vector<Rule> all = [] {
    std::vector<Rule> joined;
    for (const auto& part :
         {commit_rules(), scan_rules(), concurrency_rules(), partition_rules(), random_rules()})
      joined.insert(joined.end(), part.begin(), part.end());
    return joined;
  }();
  return all;
}

}  // namespace jedlik::engine::conformance
