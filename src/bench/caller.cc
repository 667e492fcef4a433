#include "bench/caller.h"

#include <poll.h>

#include <algorithm>

namespace jedlik::bench {

Caller::Caller(const Settings& settings, const Peer& peer, const Clock& clock)
    : settings_(settings), clock_(clock), connection_(peer), writer_(settings) {}

// Until something comes of it.
Connection::Event Caller::go_on(TimePoint deadline) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - clock_.steady_now());
    pollfd socket{connection_.fd(),
                  static_cast<int16_t>(connection_.wants_write() ? POLLOUT : POLLIN), 0};
    if (left.count() <= 0) {
      connection_.close();
      return Connection::Event::kNothing;
    }
    if (::poll(&socket, 1, static_cast<int>(left.count())) <= 0) continue;
    const Connection::Event event = connection_.go_on();
    if (event != Connection::Event::kNothing) return event;
  }
}

bool Caller::can_connect() {
  auto event = connection_.open();
  if (event == Connection::Event::kNothing) event = go_on(clock_.steady_now() + settings_.timeout);
  connection_.close();
  return event == Connection::Event::kOpened;
}

tl::expected<Answer, Failure> Caller::call(Request request, std::string_view body) {
  const Failure timeout{"Timeout", "There was no answer in time."};
  const TimePoint deadline = clock_.steady_now() + settings_.timeout;
  // A connection that was not in use may have been closed meanwhile, so each call has its own.
  connection_.close();
  auto event = connection_.open();
  if (event == Connection::Event::kNothing) event = go_on(deadline);
  if (event == Connection::Event::kOpened) {
    writer_.set_time(clock_.now());
    writer_.write(connection_.request(), request, body);
    event = connection_.send();
    if (event == Connection::Event::kNothing) event = go_on(deadline);
  }
  switch (event) {
    case Connection::Event::kAnswered:
      return connection_.answer();
    case Connection::Event::kLost:
      return tl::unexpected(connection_.failure());
    default:
      return tl::unexpected(timeout);
  }
}

}  // namespace jedlik::bench
