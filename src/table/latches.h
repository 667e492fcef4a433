#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <vector>

#include "base/task.h"

// Latches by key: two writes to one item on one node queue up here, so that they do not conflict in
// the engine. A coroutine waits, no thread does. Latches are for speed and fairness; correctness is
// the engine's version check.
//
// One who waits may leave an errand, which the holder of the latch may do along with its own work,
// as in flat combining (Hendler, Incze, Shavit, Tzafrir: SPAA 2010).
namespace jedlik::table {

// Any thread may use it. It outlives every latch that it has given.
class Latches {
 public:
  // What the holder of a latch may do for one who waits. Latches know no more of it than that it
  // lives as long as the coroutine that waits.
  class Errand {
   protected:
    ~Errand() = default;
  };
  class Errands;

  // Holds what was locked until it is destroyed; the first in the queue goes on then. It may be
  // destroyed on its way to a coroutine that is never resumed.
  class Held {
   public:
    Held(Latches& latches, uint64_t key) : latches_(&latches), key_(key) {}
    Held(Held&& other) noexcept : latches_(other.latches_), key_(other.key_) {
      other.latches_ = nullptr;
    }
    Held& operator=(Held&&) = delete;
    ~Held() {
      if (latches_ != nullptr) latches_->release(key_);
    }

    // Takes out of the queue those who left an errand that is `wanted(const Errand&)`, from the
    // first on, up to the first that is not, and no more than `most`.
    template <class Wanted>
    Errands take_errands(size_t most, Wanted wanted);

   private:
    Latches* latches_;
    uint64_t key_;
  };

  // `key` is a hash of what is to be locked; two things with one hash queue up, which is harmless.
  Task<Held> lock(uint64_t key);

  // The latch, or nothing when a holder has done the errand.
  Task<std::optional<Held>> lock(uint64_t key, Errand& errand);

  // All of them, in increasing order whatever the order given, so that two callers cannot wait for
  // each other. Duplicates count once.
  Task<std::vector<Held>> lock_all(std::vector<uint64_t> keys);

 private:
  struct Waiting {
    Resume<std::optional<Held>> resume;
    Errand* errand;  // none: it wants the latch itself
  };
  struct Latch {
    uint64_t key;
    std::list<Waiting> waiting;  // the first is next
  };
  // What is held now: few at a time, so a list that is searched is enough.
  struct alignas(64) Shard {
    std::mutex mutex;
    std::vector<Latch> held;

    // None if nobody holds it.
    Latch* find(uint64_t key);
  };

  Shard& shard_of(uint64_t key) { return shards_[key % shards_.size()]; }
  bool try_lock(uint64_t key);
  Task<std::optional<Held>> wait(uint64_t key, Errand* errand);
  void release(uint64_t key);

  std::array<Shard, 64> shards_;
};

// Errands that the holder of a latch has taken upon itself. Those who left them wait until
// all_done(); if it is never called their coroutines are destroyed with this.
class Latches::Errands {
 public:
  size_t size() const { return taken_.size(); }
  Errand& operator[](size_t i) const { return *taken_[i].errand; }
  void all_done() {
    for (Waiting& each : taken_)
      each.resume(std::nullopt);
    taken_.clear();
  }

 private:
  friend class Held;
  std::vector<Waiting> taken_;
};

template <class Wanted>
Latches::Errands Latches::Held::take_errands(size_t most, Wanted wanted) {
  Errands errands;
  Shard& shard = latches_->shard_of(key_);
  const std::lock_guard lock(shard.mutex);
  std::list<Waiting>& waiting = shard.find(key_)->waiting;
  while (errands.size() < most && !waiting.empty()) {
    const Errand* next = waiting.front().errand;
    if (next == nullptr || !wanted(*next)) break;
    errands.taken_.push_back(std::move(waiting.front()));
    waiting.pop_front();
  }
  return errands;
}

}  // namespace jedlik::table
