#include "table/latches.h"

#include <algorithm>
#include <optional>

namespace jedlik::table {

Latches::Latch* Latches::Shard::find(uint64_t key) {
  const auto found = std::find_if(held.begin(), held.end(),
                                  [key](const Latch& latch) { return latch.key == key; });
  return found == held.end() ? nullptr : &*found;
}

bool Latches::try_lock(uint64_t key) {
  Shard& shard = shard_of(key);
  const std::lock_guard lock(shard.mutex);
  if (shard.find(key) != nullptr) return false;
  shard.held.push_back({key, {}});
  return true;
}

Task<std::optional<Latches::Held>> Latches::wait(uint64_t key, Errand* errand) {
  // The one that releases a latch with somebody waiting hands it over: it stays in the list.
  auto queue_up = [this, key, errand](Resume<std::optional<Held>> resume) {
    {
      Shard& shard = shard_of(key);
      const std::lock_guard lock(shard.mutex);
      if (Latch* latch = shard.find(key)) {
        latch->waiting.push_back({std::move(resume), errand});
        return;
      }
      shard.held.push_back({key, {}});
    }
    resume(Held(*this, key));
  };
  return suspend<std::optional<Held>>(queue_up);
}

Task<Latches::Held> Latches::lock(uint64_t key) {
  if (try_lock(key)) co_return Held(*this, key);
  std::optional<Held> held = co_await wait(key, nullptr);
  co_return *std::move(held);
}

Task<std::optional<Latches::Held>> Latches::lock(uint64_t key, Errand& errand) {
  if (try_lock(key)) co_return Held(*this, key);
  co_return co_await wait(key, &errand);
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
  std::optional<Waiting> next;
  {
    Shard& shard = shard_of(key);
    const std::lock_guard lock(shard.mutex);
    Latch* latch = shard.find(key);
    if (latch->waiting.empty()) {
      std::swap(*latch, shard.held.back());
      shard.held.pop_back();
    } else {
      next.emplace(std::move(latch->waiting.front()));
      latch->waiting.pop_front();
    }
  }
  if (next) next->resume(Held(*this, key));
}

}  // namespace jedlik::table
