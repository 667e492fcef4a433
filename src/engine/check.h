#pragma once

#include <optional>
#include <string>

#include "engine/engine.h"

// Checks of arguments that every engine makes alike.
namespace jedlik::engine {

// What is wrong with a batch by itself, for the log; nothing if it is well formed. A key that is
// written twice is not looked for: see writes_a_key_twice.
std::optional<std::string> find_fault(const Batch& batch);

// The contract forbids it; to look for it costs a sort.
bool writes_a_key_twice(const Batch& batch);

}  // namespace jedlik::engine
