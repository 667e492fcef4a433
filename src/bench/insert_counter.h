#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <set>
#include <vector>

namespace jedlik::bench {

// Numbers for items that are added, and how many items are there without a gap, so that the newest
// can be read as soon as they are answered for. Any thread may call it.
class InsertCounter {
 public:
  // `items`: how many are there already, 0 to `items` - 1.
  explicit InsertCounter(uint64_t items) : end_(items), next_(items) {}

  // The number of an item to add. What becomes of it is told to succeeded() or failed().
  uint64_t take();
  void succeeded(uint64_t number);
  // The number is given to a later take().
  void failed(uint64_t number);

  // All items below this are there.
  uint64_t end() const { return end_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> end_;
  std::mutex mutex_;
  uint64_t next_;
  std::vector<uint64_t> given_back_;
  std::set<uint64_t> beyond_a_gap_;
};

}  // namespace jedlik::bench
