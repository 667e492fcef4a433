#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bench/histogram.h"
#include "bench/results.h"
#include "bench/settings.h"

namespace jedlik::bench {

// A line on a terminal that is written over and over. On anything but a terminal it shows nothing.
// One thread at a time.
class ProgressLine {
 public:
  // To stderr.
  ProgressLine();
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(std::string_view text);
  void clear();

 private:
  bool is_terminal_;
  bool is_shown_ = false;
};

// What the line says of a run, `elapsed` after its start; `last_count` is what had succeeded a
// second before.
std::string progress_text(const Settings& settings, const Results& results,
                          std::chrono::nanoseconds elapsed, uint64_t last_count);

}  // namespace jedlik::bench
