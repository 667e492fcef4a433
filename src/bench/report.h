#pragma once

#include <chrono>
#include <string>

#include "bench/results.h"
#include "bench/settings.h"

// What a run found, for people and for programs.
namespace jedlik::bench {

struct Report {
  const Settings& settings;
  const Results& results;
  std::chrono::nanoseconds elapsed;  // of the window in which operations were measured
};

// A table with a line for each operation, and the errors by type.
std::string report_table(const Report& report);

// One JSON object; docs/benchmarking.md describes its members.
std::string report_json(const Report& report);

}  // namespace jedlik::bench
