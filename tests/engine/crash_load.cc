#include "tests/engine/crash_load.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <sstream>

#include "tests/engine/run.h"

namespace jedlik::engine::crash_load {
namespace {

constexpr int kRowsOfAPartition = 10;

Tallies weigh_row(Space, BytesView, BytesView value) {
  return {1, static_cast<int64_t>(value.size())};
}

// Each row is an item, an index row, a journal record, and a count.
Batch row_batch(const Bytes& name) {
  Batch batch;
  const Bytes value = name + Bytes(name.size() * 7 % 300, '.');
  batch.mutations.push_back({Space::kItems, name, value});
  batch.mutations.push_back({Space::kLocalIndex, name, value});
  batch.tally_changes = {2, 2 * static_cast<int64_t>(value.size())};
  batch.journal_record = name;
  return batch;
}

Bytes key_in(uint64_t id, int row) {
  return fmt::format("{}/{:02}", id, row);
}

// The partitions of a round: ids that were never used before, and never will be.
struct Family {
  explicit Family(uint64_t number)
      : parent(1000 + number * 10), left(parent + 1), right(parent + 2) {}
  uint64_t parent;
  uint64_t left;
  uint64_t right;
};

std::vector<std::pair<Bytes, Bytes>> rows(Engine& engine, PartitionId partition, Space space) {
  std::vector<std::pair<Bytes, Bytes>> all;
  Bytes from;
  bool more = true;
  while (more) {
    const Budget budget{500, 1 << 20};
    const auto page = run(engine.scan(partition, space, {from, {}}, Direction::kForward, budget,
                                      Consistency::kStrong));
    if (!page) return all;
    for (size_t i = 0; i < page->size(); ++i)
      all.emplace_back((*page)[i].key, (*page)[i].value);
    more = page->more;
    if (more) from = all.back().first + '\0';
  }
  return all;
}

class Checker {
 public:
  Checker(Engine& engine, const std::vector<std::string>& said) : engine_(engine) {
    for (const std::string& line : said) {
      std::istringstream words(line);
      std::string what;
      words >> what;
      if (what == "row") {
        std::string name;
        std::getline(words >> std::ws, name);
        names_.insert(name);
      } else {
        uint64_t id = 0;
        words >> id;
        done_[what].insert(id);
      }
    }
  }

  std::vector<std::string> check() {
    check_rows();
    for (const uint64_t parent : done_["created"])
      check_family(parent);
    return std::move(wrong_);
  }

 private:
  void check_rows() {
    const auto items = rows(engine_, kPartition, Space::kItems);
    const auto index = rows(engine_, kPartition, Space::kLocalIndex);
    const auto journal = rows(engine_, kPartition, Space::kJournal);
    if (items != index) wrong_.push_back("half a commit is there: items and index differ");
    std::set<std::string> found;
    Tallies tallies{};
    for (const auto& [name, value] : items) {
      found.insert(name);
      if (value != *row_batch(name).mutations[0].value)
        wrong_.push_back("a value is wrong: " + name);
      for (size_t t = 0; t < kTallies; ++t)
        tallies[t] += row_batch(name).tally_changes[t];
    }
    std::set<std::string> records;
    for (const auto& [key, record] : journal)
      records.insert(record);
    if (records != found || journal.size() != found.size())
      wrong_.push_back("half a commit is there: items and journal differ");
    for (const std::string& name : names_)
      if (found.count(name) == 0) wrong_.push_back("an acknowledged commit is lost: " + name);
    const auto state = run(engine_.describe(kPartition));
    if (found.empty()) return;
    if (!state || state->tallies != tallies) wrong_.push_back("the tallies are wrong");
    if (!state || state->version != Version{journal.size()})
      wrong_.push_back("the version is not the number of commits");
  }

  void check_family(uint64_t parent) {
    const PartitionId left{parent + 1};
    const PartitionId right{parent + 2};
    const bool dropped = done_["dropped"].count(parent) > 0;
    const auto children =
        rows(engine_, left, Space::kItems).size() + rows(engine_, right, Space::kItems).size();
    const auto own = rows(engine_, PartitionId{parent}, Space::kItems).size();
    if (done_["split"].count(parent) == 0) {
      // What followed the creation may have been done, but not been said.
      if (own > 0 && children > 0) wrong_.push_back("rows are in a parent and its children");
      return;
    }
    if (own > 0) wrong_.push_back("a sealed partition has rows");
    if (!dropped && children != kRowsOfAPartition && run(engine_.describe(left)))
      wrong_.push_back(fmt::format("the children of {} have {} rows", parent, children));
    if (dropped && run(engine_.describe(left))) wrong_.push_back("a dropped partition is back");
    if (dropped && children != kRowsOfAPartition / 2)
      wrong_.push_back("dropping one child takes rows of the other");
  }

  Engine& engine_;
  std::set<std::string> names_;
  std::map<std::string, std::set<uint64_t>> done_;
  std::vector<std::string> wrong_;
};

}  // namespace

Task<void> commit_without_end(Engine& engine, int round, int worker, Say say) {
  const auto created = co_await engine.create(kPartition);
  if (!created) co_return;
  for (int i = 0;; ++i) {
    const Bytes name = fmt::format("{} {} {}", round, worker, i);
    Batch batch = row_batch(name);
    const Committed committed = co_await engine.commit(kPartition, std::move(batch));
    if (committed.kind != Committed::Kind::kDone) co_return;
    say("row " + name);
  }
}

Task<void> change_partitions_without_end(Engine& engine, int round, Say say) {
  for (uint64_t i = 0;; ++i) {
    const Family family(static_cast<uint64_t>(round) * 100'000 + i);
    const PartitionId parent{family.parent};
    const auto created = co_await engine.create(parent);
    if (!created) co_return;
    say(fmt::format("created {}", family.parent));
    for (int row = 0; row < kRowsOfAPartition; ++row) {
      Batch batch = row_batch(key_in(family.parent, row));
      const Committed committed = co_await engine.commit(parent, std::move(batch));
      if (committed.kind != Committed::Kind::kDone) co_return;
    }
    Split split{parent, key_in(family.parent, kRowsOfAPartition / 2), PartitionId{family.left},
                PartitionId{family.right}, weigh_row};
    const auto was_split = co_await engine.split(std::move(split));
    if (!was_split) co_return;
    say(fmt::format("split {}", family.parent));
    const auto left_dropped = co_await engine.drop(PartitionId{family.left});
    if (!left_dropped) co_return;
    say(fmt::format("dropped {}", family.parent));
  }
}

std::vector<std::string> check(Engine& engine, const std::vector<std::string>& said) {
  return Checker(engine, said).check();
}

}  // namespace jedlik::engine::crash_load
