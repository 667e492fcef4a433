#pragma once

#include <sys/epoll.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <span>

namespace jedlik::bench {

// Which sockets are ready: epoll(7), level-triggered. Used directly, as a request then costs one
// write and one read, and a share of one wait. One thread at a time; throws std::system_error where
// the system has nothing left to give.
class Poller {
 public:
  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  // `owner` is what wait() tells of the socket. A socket that is closed leaves by itself.
  void add(int fd, void* owner, bool wants_write);
  void change(int fd, void* owner, bool wants_write);

  // Those that are ready, waiting for the first one at most until `timeout` is over; valid until
  // the next call. The owner is `data.ptr`.
  std::span<const epoll_event> wait(std::chrono::nanoseconds timeout);

 private:
  int epoll_;
  bool has_fine_timeouts_ = true;
  std::array<epoll_event, 256> events_{};
};

}  // namespace jedlik::bench
