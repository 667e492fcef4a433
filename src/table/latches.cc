#include "table/latches.h"

#include <algorithm>
#include <optional>

namespace jedlik::table {

namespace {

template <class List>
auto find_latch(List& held, uint64_t key) {
  return std::find_if(held.begin(), held.end(),
                      [key](const auto& latch) { return latch.key == key; });
}

}  // namespace

bool Latches::try_lock(uint64_t key) {
  Shard& shard = shard_of(key);
  const std::lock_guard lock(shard.mutex);
  if (find_latch(shard.held, key) != shard.held.end()) return false;
  shard.held.push_back({key, {}});
  return true;
}

Task<Latches::Held> Latches::lock(uint64_t key) {
  if (try_lock(key)) co_return Held(*this, key);
  // The one that releases a latch with somebody waiting hands it over: it stays in the list.
  auto queue_up = [this, key](Resume<Held> resume) {
    {
      Shard& shard = shard_of(key);
      const std::lock_guard lock(shard.mutex);
      const auto latch = find_latch(shard.held, key);
      if (latch != shard.held.end()) {
        latch->waiting.push_back(std::move(resume));
        return;
      }
      shard.held.push_back({key, {}});
    }
    resume(Held(*this, key));
  };
  co_return co_await suspend<Held>(queue_up);
}

Task<std::vector<Latches::Held>> Latches::lock_all(std::vector<uint64_t> keys) {
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  std::vector<Held> all;
  all.reserve(keys.size());
  for (const uint64_t key : keys)
    all.push_back(co_await lock(key));
  co_return all;
}

void Latches::release(uint64_t key) {
  std::optional<Resume<Held>> next;
  {
    Shard& shard = shard_of(key);
    const std::lock_guard lock(shard.mutex);
    const auto latch = find_latch(shard.held, key);
    if (latch->waiting.empty()) {
      std::swap(*latch, shard.held.back());
      shard.held.pop_back();
    } else {
      next.emplace(std::move(latch->waiting.front()));
      latch->waiting.pop_front();
    }
  }
  if (next) (*next)(Held(*this, key));
}

}  // namespace jedlik::table
