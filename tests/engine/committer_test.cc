#include "engine/rocksdb/committer.h"

#include <gtest/gtest.h>

#include <boost/asio/thread_pool.hpp>
#include <future>

#include "engine/rocksdb/changes.h"
#include "tests/engine/run.h"
#include "tests/engine/temporary_folder.h"

// What happens to commits that wait together. A change that waits for the test holds the committer
// up, so that what waits behind it makes one group.
namespace jedlik::engine::rocks {
namespace {

constexpr PartitionId kPartition{5};

class HoldUp final : public Change {
 public:
  HoldUp(std::promise<void>& begun, std::future<void> until)
      : begun_(begun), until_(std::move(until)) {}
  Outcome<void> prepare(rocksdb::WriteBatch&) override {
    begun_.set_value();
    until_.wait();
    return {};
  }
  void publish() override {}

 private:
  std::promise<void>& begun_;
  std::future<void> until_;
};

class CommitterTest : public testing::Test {
 protected:
  CommitterTest() {
    options_.path = folder_.path();
    options_.waiting_commits = 10;
    options_.waiting_bytes = 10'000;
    auto opened = Store::open(options_);
    ENSURE(opened.has_value(), opened.error());
    store_ = std::move(*opened);
    committer_ = std::make_unique<Committer>(*store_, partitions_, options_);
    std::unique_ptr<Change> create =
        std::make_unique<CreateChange>(*store_, partitions_, kPartition);
    ENSURE(run(committer_->change(std::move(create))).has_value(), "no partition");
  }

  // The outcomes of batches that were all called while the committer was held up.
  std::vector<Committed> commit_together(const std::vector<Batch>& batches) {
    std::promise<void> go_on;
    std::promise<void> begun;
    committer_->post(std::make_unique<HoldUp>(begun, go_on.get_future()));
    // From here on it is no longer one of those that wait.
    begun.get_future().wait();
    std::vector<Committed> outcomes(batches.size());
    boost::asio::io_context io;
    for (size_t i = 0; i < batches.size(); ++i) {
      Committer::Batches each;
      each.push_back({kPartition, batches[i]});
      boost::asio::co_spawn(io, committer_->commit(std::move(each)),
                            [&, i](const std::exception_ptr&, Committed committed) {
                              outcomes[i] = std::move(committed);
                            });
    }
    // Each coroutine enqueues its commit; one that is refused at once ends.
    io.poll();
    go_on.set_value();
    io.run();
    return outcomes;
  }

  static Batch put(Bytes key, Bytes value) {
    Batch batch;
    batch.mutations.push_back({Space::kItems, std::move(key), std::move(value)});
    return batch;
  }

  TemporaryFolder folder_;
  RocksdbOptions options_;
  std::unique_ptr<Store> store_;
  PartitionMap partitions_;
  std::unique_ptr<Committer> committer_;
};

TEST_F(CommitterTest, WhatWaitsTogetherIsOneWrite) {
  const uint64_t before = committer_->groups();
  std::vector<Batch> batches;
  for (int i = 0; i < 10; ++i)
    batches.push_back(put("key", std::to_string(i)));
  const auto outcomes = commit_together(batches);
  for (size_t i = 0; i < outcomes.size(); ++i) {
    EXPECT_EQ(outcomes[i].kind, Committed::Kind::kDone);
    EXPECT_EQ(outcomes[i].versions.at(0), Version{i + 1});
  }
  EXPECT_EQ(committer_->groups(), before + 1);
  EXPECT_EQ(committer_->commits(), 10U);
  EXPECT_EQ(partitions_.find(kPartition)->version(), Version{10});
}

TEST_F(CommitterTest, AnEarlierCommitOfTheGroupIsAConflict) {
  std::vector<Batch> batches;
  for (const Batch::Guard guard : {Batch::Guard::kKeys, Batch::Guard::kPartition}) {
    batches.push_back(put("key", "value"));
    batches.back().guard = guard;
    batches.back().depends_on = {{Space::kItems, "key"}};
    batches.push_back(batches.back());
  }
  const auto outcomes = commit_together(batches);
  EXPECT_EQ(outcomes[0].kind, Committed::Kind::kDone);
  for (size_t i = 1; i < outcomes.size(); ++i)
    EXPECT_EQ(outcomes[i].kind, Committed::Kind::kConflict);
}

TEST_F(CommitterTest, PastALimitCommitsAreRefused) {
  const auto outcomes = commit_together(std::vector<Batch>(12, put("key", "value")));
  for (size_t i = 0; i < outcomes.size(); ++i)
    EXPECT_EQ(outcomes[i].kind, i < 10 ? Committed::Kind::kDone : Committed::Kind::kRefused);
  const auto large = commit_together(std::vector<Batch>(3, put("key", Bytes(4000, 'v'))));
  EXPECT_EQ(large[1].kind, Committed::Kind::kDone);
  EXPECT_EQ(large[2].kind, Committed::Kind::kRefused);
  EXPECT_EQ(commit_together({put("key", "value")})[0].kind, Committed::Kind::kDone);
}

TEST_F(CommitterTest, WhatWaitsIsFinishedAtTheEnd) {
  std::promise<void> go_on;
  std::promise<void> begun;
  committer_->post(std::make_unique<HoldUp>(begun, go_on.get_future()));
  boost::asio::io_context io;
  Committed outcome{};
  Committer::Batches batches;
  batches.push_back({kPartition, put("key", "value")});
  boost::asio::co_spawn(
      io, committer_->commit(std::move(batches)),
      [&](const std::exception_ptr&, Committed committed) { outcome = std::move(committed); });
  io.poll();
  go_on.set_value();
  committer_.reset();
  io.run();
  EXPECT_EQ(outcome.kind, Committed::Kind::kDone);
}

}  // namespace
}  // namespace jedlik::engine::rocks
