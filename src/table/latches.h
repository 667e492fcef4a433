#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <mutex>
#include <vector>

#include "base/task.h"

// Latches by key: two writes to one item on one node queue up here, so that they do not conflict in
// the engine. A coroutine waits, no thread does. Latches are for speed and fairness; correctness is
// the engine's version check.
namespace jedlik::table {

// Any thread may use it. It outlives every latch that it has given.
class Latches {
 public:
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

   private:
    Latches* latches_;
    uint64_t key_;
  };

  // `key` is a hash of what is to be locked; two things with one hash queue up, which is harmless.
  Task<Held> lock(uint64_t key);

  // All of them, in increasing order whatever the order given, so that two callers cannot wait for
  // each other. Duplicates count once.
  Task<std::vector<Held>> lock_all(std::vector<uint64_t> keys);

 private:
  struct Latch {
    uint64_t key;
    std::list<Resume<Held>> waiting;  // the first is next
  };
  // What is held now: few at a time, so a list that is searched is enough.
  struct alignas(64) Shard {
    std::mutex mutex;
    std::vector<Latch> held;
  };

  Shard& shard_of(uint64_t key) { return shards_[key % shards_.size()]; }
  bool try_lock(uint64_t key);
  void release(uint64_t key);

  std::array<Shard, 64> shards_;
};

}  // namespace jedlik::table
