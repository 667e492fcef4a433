#include "bench/insert_counter.h"

namespace jedlik::bench {

uint64_t InsertCounter::take() {
  const std::lock_guard lock(mutex_);
  if (given_back_.empty()) return next_++;
  const uint64_t number = given_back_.back();
  given_back_.pop_back();
  return number;
}

void InsertCounter::succeeded(uint64_t number) {
  const std::lock_guard lock(mutex_);
  uint64_t end = end_.load(std::memory_order_relaxed);
  if (number != end) {
    beyond_a_gap_.insert(number);
    return;
  }
  ++end;
  auto first = beyond_a_gap_.begin();
  for (; first != beyond_a_gap_.end() && *first == end; ++end)
    first = beyond_a_gap_.erase(first);
  end_.store(end, std::memory_order_relaxed);
}

void InsertCounter::failed(uint64_t number) {
  const std::lock_guard lock(mutex_);
  given_back_.push_back(number);
}

}  // namespace jedlik::bench
