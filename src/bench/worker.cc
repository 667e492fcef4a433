#include "bench/worker.h"

#include <fmt/format.h>

#include <algorithm>

#include "bench/number_text.h"

namespace jedlik::bench {

namespace {

using std::chrono::milliseconds;

// How often time-outs are looked for and connections opened again.
constexpr milliseconds kLookInterval{100};
// Before a connection that could not be had, or had no use, is tried again.
constexpr milliseconds kReopenPause{100};

}  // namespace

Worker::Worker(const Settings& settings, const Peer& peer, const Clock& clock, const Task& task,
               OperationSource& source, SharedResults& results)
    : settings_(settings),
      clock_(clock),
      shared_(results),
      dispatcher_(source, task.schedule, task.window, results_),
      writer_(settings),
      free_(task.connections) {
  for (uint64_t i = 0; i < task.connections; ++i)
    lanes_.push_back(std::make_unique<Lane>(peer));
}

void Worker::run(const std::atomic<bool>& stop) {
  writer_.set_time(clock_.now());
  for (auto& lane : lanes_)
    open(*lane);
  for (TimePoint now = clock_.steady_now(); !is_over(now); now = clock_.steady_now()) {
    const auto ready = poller_.wait(time_to_wait(now));
    writer_.set_time(clock_.now());
    for (const epoll_event& event : ready) {
      Lane& lane = *static_cast<Lane*>(event.data.ptr);
      handle(lane, lane.connection.go_on());
    }
    now = clock_.steady_now();
    begin_what_is_due(now);
    if (now < next_look_) continue;
    if (stop.load(std::memory_order_relaxed)) {
      is_stopped_ = true;
      dispatcher_.stop(now);
    }
    look_after_lanes(now);
  }
  dispatcher_.finish();
  shared_.take(results_);
}

bool Worker::is_over(TimePoint now) const {
  return is_stopped_ || (dispatcher_.is_over(now) && busy_count_ == 0);
}

std::chrono::nanoseconds Worker::time_to_wait(TimePoint now) const {
  TimePoint until = next_look_;
  if (!free_.empty()) {
    const auto next = dispatcher_.next_begin(now);
    if (next) until = std::min(until, *next);
  }
  return until - now;
}

void Worker::open(Lane& lane) {
  lane.has_answered = false;
  lane.polled_fd = -1;
  lane.since = clock_.steady_now();
  handle(lane, lane.connection.open());
}

void Worker::poll(Lane& lane) {
  const int fd = lane.connection.fd();
  const bool for_write = lane.connection.wants_write();
  if (fd != lane.polled_fd) {
    poller_.add(fd, &lane, for_write);
  } else if (for_write != lane.polled_for_write) {
    poller_.change(fd, &lane, for_write);
  }
  lane.polled_fd = fd;
  lane.polled_for_write = for_write;
}

void Worker::handle(Lane& lane, Connection::Event event) {
  switch (event) {
    case Connection::Event::kNothing:
      return poll(lane);
    case Connection::Event::kOpened:
      poll(lane);
      set_free(lane);
      return begin_what_is_due(clock_.steady_now());
    case Connection::Event::kAnswered:
      return handle_answer(lane);
    case Connection::Event::kLost:
      return handle_loss(lane);
  }
}

void Worker::handle_answer(Lane& lane) {
  const TimePoint now = clock_.steady_now();
  lane.has_answered = true;
  lane.is_busy = false;
  --busy_count_;
  const bool goes_on = dispatcher_.answered(lane.exchange, lane.connection.answer(), now);
  if (!lane.connection.is_open()) {
    if (goes_on)
      dispatcher_.lost(lane.exchange, {"ConnectionLost", "The server closed the connection."});
    return open(lane);
  }
  if (goes_on) return send(lane, now);
  set_free(lane);
  begin_what_is_due(now);
}

void Worker::handle_loss(Lane& lane) {
  const TimePoint now = clock_.steady_now();
  const Failure& failure = lane.connection.failure();
  if (lane.is_busy) {
    lane.is_busy = false;
    --busy_count_;
    dispatcher_.lost(lane.exchange, failure);
  } else if (failure.type == "ConnectionFailed") {
    // One that was closed while it was not in use is no error.
    dispatcher_.connection_failed(failure, now);
  }
  if (lane.is_free) {
    free_.erase(std::find(free_.begin(), free_.end(), &lane));
    lane.is_free = false;
  }
  lane.open_at = lane.has_answered ? now : now + kReopenPause;
}

void Worker::set_free(Lane& lane) {
  lane.is_free = true;
  free_.push_back(&lane);
}

void Worker::begin_what_is_due(TimePoint now) {
  while (!free_.empty() && dispatcher_.begin(free_.front()->exchange, now)) {
    Lane& lane = *free_.front();
    free_.pop_front();
    lane.is_free = false;
    send(lane, now);
  }
}

void Worker::send(Lane& lane, TimePoint now) {
  lane.is_busy = true;
  ++busy_count_;
  lane.since = now;
  writer_.write(lane.connection.request(), lane.exchange.request, lane.exchange.body);
  const Connection::Event event = lane.connection.send();
  if (event == Connection::Event::kLost) return handle_loss(lane);
  poll(lane);
}

void Worker::look_after_lanes(TimePoint now) {
  next_look_ = now + kLookInterval;
  for (auto& each : lanes_) {
    Lane& lane = *each;
    const bool waits = lane.connection.is_open() && !lane.is_free;
    if (waits && now - lane.since > settings_.timeout) give_up(lane, now);
    const bool is_wanted = !lane.connection.is_open() && !dispatcher_.is_over(now);
    if (is_wanted && now >= lane.open_at) open(lane);
  }
  shared_.take(results_);
}

// Of a request, or of a connection that is being opened.
void Worker::give_up(Lane& lane, TimePoint now) {
  lane.connection.close();
  lane.open_at = now;
  const std::string time = seconds_text(settings_.timeout);
  if (lane.is_busy) {
    lane.is_busy = false;
    --busy_count_;
    dispatcher_.lost(lane.exchange,
                     {"Timeout", fmt::format("There was no answer for {} s.", time)});
  } else {
    dispatcher_.connection_failed(
        {"ConnectionFailed", fmt::format("There was no connection for {} s.", time)}, now);
  }
}

}  // namespace jedlik::bench
