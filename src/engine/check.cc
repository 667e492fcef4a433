#include "engine/check.h"

#include <algorithm>
#include <tuple>

namespace jedlik::engine {
namespace {

bool is_key(BytesView bytes) {
  return !bytes.empty() && bytes.size() <= kMaxKeyBytes;
}

bool is_space(Space space) {
  return static_cast<size_t>(space) < kSpaces;
}

}  // namespace

std::optional<std::string> find_fault(const Batch& batch) {
  for (const auto& [space, key] : batch.depends_on)
    if (!is_space(space) || !is_key(key)) return "a key that the batch depends on is not a key";
  for (const Mutation& mutation : batch.mutations) {
    if (!is_space(mutation.space)) return "a mutation names no space";
    if (mutation.space == Space::kJournal && mutation.value)
      return "a mutation writes into the journal";
    if (!is_key(mutation.key)) return "a mutation's key is empty or too long";
    if (mutation.value && mutation.value->size() > kMaxValueBytes)
      return "a mutation's value is too long";
  }
  if (batch.journal_record && batch.journal_record->size() > kMaxValueBytes)
    return "the journal record is too long";
  return std::nullopt;
}

bool writes_a_key_twice(const Batch& batch) {
  std::vector<std::pair<Space, BytesView>> keys;
  keys.reserve(batch.mutations.size());
  for (const Mutation& mutation : batch.mutations)
    keys.emplace_back(mutation.space, mutation.key);
  std::sort(keys.begin(), keys.end());
  return std::adjacent_find(keys.begin(), keys.end()) != keys.end();
}

}  // namespace jedlik::engine
