#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bench/settings.h"

namespace jedlik::bench {

// The workload of this name: a to f are YCSB's core workloads, the others one operation each.
// Nothing where there is none.
std::optional<Mix> find_mix(std::string_view name);

// The names, as a sentence has them: "a, b, ... or transact-write".
std::string mix_names();

}  // namespace jedlik::bench
