#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <tl/expected.hpp>

#include "base/clock.h"
#include "bench/results.h"
#include "bench/settings.h"

namespace jedlik::bench {

struct Outcome {
  Results results;
  std::chrono::nanoseconds elapsed;  // that was measured
};

// A run from beginning to end: finds the server, sees to the table and its items, puts the load on
// it. Progress is shown on stderr if that is a terminal. `stop` ends it early. What keeps it from
// measuring is refused with a sentence.
tl::expected<Outcome, std::string> run(const Settings& settings, const Clock& clock,
                                       const std::atomic<bool>& stop);

}  // namespace jedlik::bench
