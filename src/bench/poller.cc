#include "bench/poller.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace jedlik::bench {

namespace {

epoll_event event_of(void* owner, bool wants_write) {
  epoll_event event{};
  event.events = wants_write ? EPOLLOUT : EPOLLIN;
  event.data.ptr = owner;
  return event;
}

}  // namespace

Poller::Poller() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_ < 0) throw std::system_error(errno, std::system_category(), "epoll_create1");
}

Poller::~Poller() {
  ::close(epoll_);
}

void Poller::add(int fd, void* owner, bool wants_write) {
  epoll_event event = event_of(owner, wants_write);
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0)
    throw std::system_error(errno, std::system_category(), "epoll_ctl");
}

void Poller::change(int fd, void* owner, bool wants_write) {
  epoll_event event = event_of(owner, wants_write);
  if (epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event) != 0)
    throw std::system_error(errno, std::system_category(), "epoll_ctl");
}

std::span<const epoll_event> Poller::wait(std::chrono::nanoseconds timeout) {
  using std::chrono::duration_cast;
  timeout = std::max(timeout, std::chrono::nanoseconds(0));
  const auto seconds = duration_cast<std::chrono::seconds>(timeout);
  int count = -1;
  if (has_fine_timeouts_) {
    const timespec time{seconds.count(), (timeout - seconds).count()};
    count = epoll_pwait2(epoll_, events_.data(), static_cast<int>(events_.size()), &time, nullptr);
    has_fine_timeouts_ = count >= 0 || errno != ENOSYS;  // Linux 5.11
  }
  if (!has_fine_timeouts_) {
    // Rounded down, so that the last millisecond is spent asking: late is worse than busy.
    const auto ms = duration_cast<std::chrono::milliseconds>(timeout).count();
    count =
        epoll_wait(epoll_, events_.data(), static_cast<int>(events_.size()), static_cast<int>(ms));
  }
  if (count < 0 && errno != EINTR)
    throw std::system_error(errno, std::system_category(), "epoll_wait");
  return {events_.data(), static_cast<size_t>(std::max(count, 0))};
}

}  // namespace jedlik::bench
