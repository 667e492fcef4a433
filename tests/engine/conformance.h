#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "tests/engine/run.h"

// The conformance suite of the engine contract (src/engine/engine.h). It is written once, against
// the contract, and run over every engine. A rule complains to a Report instead of asserting, so
// that a test can also expect that it complains: about an engine with a planted bug.
namespace jedlik::engine::conformance {

// An engine under test.
class Subject {
 public:
  virtual ~Subject() = default;
  virtual Engine& engine() = 0;
  // Closes the engine and opens it again. False, and nothing done, if it does not keep anything.
  virtual bool reopen() { return false; }
  // Whether calls fail although nothing is wrong.
  virtual bool faulty() const { return false; }
  // On how many threads concurrent calls are made.
  virtual int threads() const { return 1; }
};

// Any thread.
class Report {
 public:
  bool expect(bool holds, std::string complaint) {
    const std::lock_guard lock(mutex_);
    if (!holds && complaints_.size() < 20) complaints_.push_back(std::move(complaint));
    return holds;
  }
  bool clean() const { return complaints_.empty(); }
  std::string text() const;

 private:
  std::mutex mutex_;
  std::vector<std::string> complaints_;
};

using Rows = std::map<Bytes, Bytes>;
using RowList = std::vector<std::pair<Bytes, Bytes>>;

// The calls of the contract for rules to use: an answer that only says that the call failed is
// tried again, so that what is left is what the rule is about.
class Client {
 public:
  Client(Subject& subject, Report& report, uint64_t seed)
      : subject_(subject), report_(report), random_(seed) {}

  Engine& engine() { return subject_.engine(); }
  bool faulty() const { return subject_.faulty(); }
  bool reopen() { return subject_.reopen(); }
  bool expect(bool holds, std::string complaint) { return report_.expect(holds, complaint); }
  // A random number below `below`.
  uint64_t draw(uint64_t below) { return random_() % below; }

  void create(PartitionId partition);
  void drop(PartitionId partition);
  void split(const Split& split);

  // Nothing when the partition cannot be read at all (kNoSuchPartition, kSealed).
  std::optional<PartitionState> describe(PartitionId partition);
  std::optional<Fetched> fetch(PartitionId partition, const std::vector<KeyView>& keys);
  std::optional<Bytes> get(PartitionId partition, Space space, BytesView key);
  std::optional<Page> page(PartitionId partition, Space space, Range range, Direction direction,
                           Budget budget, Consistency consistency = Consistency::kStrong);
  // All rows of a range, page by page; complains where the pages break the contract.
  RowList rows(PartitionId partition, Space space, Range range = {},
               Direction direction = Direction::kForward, Budget budget = {1000, 1 << 20});

  // One call.
  Committed commit(PartitionId partition, Batch batch);
  // Until it is known to be applied: once if it changes its first key, else at least once. For
  // batches without a guard whose keys nobody else writes. The version is unknown if the engine
  // could not tell.
  std::optional<Version> must_commit(PartitionId partition, const Batch& batch);

  // The same for coroutines.
  Task<Outcome<Fetched>> fetch_again(PartitionId partition, const std::vector<KeyView>& keys);
  // Tries again what was refused by chance. What it gives back as refused is refused for good.
  Task<Committed> commit_again(PartitionId partition, Batch batch);
  // Makes sure that no commit called before by this coroutine is still to be applied.
  Task<void> settle(PartitionId partition);

  // Lets the other coroutines run: a call that is answered at once does not.
  Task<void> turn();

  // Runs tasks concurrently, on the subject's threads.
  void together(std::vector<Task<void>> tasks) { run_all(std::move(tasks), subject_.threads()); }

 private:
  Task<bool> takes_commits(PartitionId partition);

  Subject& subject_;
  Report& report_;
  std::mt19937_64 random_;
};

struct Rule {
  const char* name;
  void (*check)(Client&);
  // Exact about outcomes that a faulty engine leaves open.
  bool needs_calm = false;
};

const std::vector<Rule>& rules();

// 1, unless the environment has another, JEDLIK_SEED, or JEDLIK_SEED=random; each test prints it.
uint64_t test_seed();

// Small makers.
Mutation put(Space space, Bytes key, Bytes value);
Mutation remove(Space space, Bytes key);
Batch batch_of(std::vector<Mutation> mutations);

// The rules, by file.
std::vector<Rule> commit_rules();
std::vector<Rule> scan_rules();
std::vector<Rule> concurrency_rules();
std::vector<Rule> partition_rules();
std::vector<Rule> random_rules();

}  // namespace jedlik::engine::conformance
