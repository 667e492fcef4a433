#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "bench/bodies.h"
#include "bench/operation_source.h"
#include "bench/settings.h"

namespace jedlik::bench {

// How far the load of a table is, for all threads together. Any thread may call it.
class LoadState {
 public:
  explicit LoadState(uint64_t items) : items_(items) {}

  uint64_t items() const { return items_; }
  uint64_t written() const { return written_.load(std::memory_order_relaxed); }
  bool has_failed() const { return has_failed_.load(std::memory_order_relaxed); }
  // Why it failed, if it did.
  std::optional<Failure> failure() const;

  // The first of the next `count` items that nobody has taken; at or above items() when none is
  // left.
  uint64_t take(uint64_t count) { return next_.fetch_add(count, std::memory_order_relaxed); }
  void wrote(uint64_t count) { written_.fetch_add(count, std::memory_order_relaxed); }
  void fail(const Failure& failure);

 private:
  uint64_t items_;
  std::atomic<uint64_t> next_{0};
  std::atomic<uint64_t> written_{0};
  std::atomic<bool> has_failed_{false};
  mutable std::mutex mutex_;
  std::optional<Failure> failure_;
};

// Fills the table by BatchWriteItem. What is throttled, lost or left undone is sent again, after
// pauses that get longer; other refusals end the load, and so do ten minutes in which nothing is
// written. One thread at a time.
class LoadSource final : public OperationSource {
 public:
  // What is referred to outlives this.
  LoadSource(const Settings& settings, LoadState& state, const Clock& clock, uint64_t seed);

  Begun begin(Exchange& exchange) override;
  Outcome answered(Exchange& exchange, const Answer& answer, Failure& failure) override;
  void lost(Exchange& exchange) override;

 private:
  struct Batch {
    std::string body;
    uint64_t items;
  };
  void send_again(Batch batch, const Failure& why);

  LoadState& state_;
  const Clock& clock_;
  Bodies bodies_;
  std::vector<Batch> again_;
  TimePoint pause_end_;
  std::chrono::milliseconds pause_;
  TimePoint last_progress_;
  uint64_t under_way_ = 0;
};

}  // namespace jedlik::bench
