#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "bench/operation_source.h"

namespace jedlik::bench {

// When operations are to begin: at a steady rate, whatever becomes of those before (open loop), or
// whenever there is somebody to begin one (closed loop). One thread at a time.
class Schedule {
 public:
  // Closed loop.
  Schedule() = default;
  // Open loop: at `first`, and then `per_second` times a second.
  Schedule(TimePoint first, double per_second) : first_(first), per_second_(per_second) {}

  // Takes the earliest start that is due. One that was not taken in time keeps its place: what
  // waits for it, waits since then. In a closed loop `now` is always due.
  std::optional<TimePoint> take(TimePoint now) {
    if (per_second_ == 0) return now;
    const TimePoint due = next();
    if (due > now) return std::nullopt;
    ++taken_;
    return due;
  }

  // The earliest start that was not taken. Of an open loop only.
  TimePoint next() const {
    const double seconds = static_cast<double>(taken_) / per_second_;
    return first_ + std::chrono::nanoseconds(static_cast<int64_t>(seconds * 1e9));
  }

  bool is_open_loop() const { return per_second_ > 0; }

  // How many starts before `end` were not taken, from `from` on.
  uint64_t missed(TimePoint from, TimePoint end) {
    uint64_t count = 0;
    if (per_second_ == 0) return count;
    for (TimePoint due = next(); due < end; due = next()) {
      ++taken_;
      if (due >= from) ++count;
    }
    return count;
  }

 private:
  TimePoint first_;
  double per_second_ = 0;
  uint64_t taken_ = 0;
};

}  // namespace jedlik::bench
