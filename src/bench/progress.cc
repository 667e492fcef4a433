#include "bench/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "bench/number_text.h"

namespace jedlik::bench {

ProgressLine::ProgressLine() : is_terminal_(isatty(STDERR_FILENO) == 1) {}

void ProgressLine::show(std::string_view text) {
  if (!is_terminal_) return;
  fmt::print(stderr, "\r{}\x1b[K", text);
  std::fflush(stderr);
  is_shown_ = true;
}

void ProgressLine::clear() {
  if (!is_shown_) return;
  fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
  is_shown_ = false;
}

std::string progress_text(const Settings& settings, const Results& results,
                          std::chrono::nanoseconds elapsed, uint64_t last_count) {
  using std::chrono::duration_cast;
  using std::chrono::seconds;
  const std::string time =
      fmt::format("{} of {} s", duration_cast<seconds>(elapsed).count(),
                  duration_cast<seconds>(settings.warm_up + settings.duration).count());
  if (elapsed < settings.warm_up) return time + "  warming up";
  Histogram all;
  for (const auto& operation : results.operations)
    all.merge(operation.latencies);
  if (all.count() + results.failed() == 0) return time + "  measuring";
  return fmt::format("{}  {}/s  p50 {} ms  p99 {} ms  {} errors", time,
                     with_commas(all.count() - last_count), milliseconds_text(all.percentile(50)),
                     milliseconds_text(all.percentile(99)), with_commas(results.failed()));
}

}  // namespace jedlik::bench
