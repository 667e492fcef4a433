#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

// Time is passed in, never reached for, so that tests move it instead of sleeping.
namespace jedlik {

// Milliseconds since 1970-01-01T00:00:00Z.
struct Timestamp {
  int64_t ms = 0;

  friend auto operator<=>(const Timestamp&, const Timestamp&) = default;
};

// A source of time. Any thread may call it.
class Clock {
 public:
  virtual ~Clock() = default;

  // The time of day. It may jump when the machine's clock is set.
  virtual Timestamp now() const = 0;

  // A time that only goes forward, for measuring and for deadlines; its zero means nothing.
  virtual std::chrono::steady_clock::time_point steady_now() const = 0;
};

// The machine's clock.
class SystemClock final : public Clock {
 public:
  Timestamp now() const override;
  std::chrono::steady_clock::time_point steady_now() const override;
};

// A clock that stands still until a test moves it.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Timestamp start) : now_ms_(start.ms) {}

  Timestamp now() const override { return Timestamp{now_ms_.load()}; }
  std::chrono::steady_clock::time_point steady_now() const override {
    return std::chrono::steady_clock::time_point(std::chrono::milliseconds(now_ms_.load()));
  }
  void advance(std::chrono::milliseconds by) { now_ms_ += by.count(); }

 private:
  std::atomic<int64_t> now_ms_;
};

}  // namespace jedlik
