#include "bench/drive.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "bench/worker.h"

namespace jedlik::bench {

namespace {

// How many threads are still at work.
class Running {
 public:
  explicit Running(size_t count) : count_(count) {}

  void one_ended() {
    const std::lock_guard lock(mutex_);
    if (--count_ == 0) none_.notify_all();
  }

  // True when none is, at the latest after a second.
  bool none_after_a_second() {
    std::unique_lock lock(mutex_);
    return none_.wait_for(lock, std::chrono::seconds(1), [this] { return count_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable none_;
  size_t count_;
};

// Each thread's starts lie between those of the others.
Schedule schedule_of(const Drive& drive, size_t thread) {
  if (drive.rate == 0) return {};
  const double seconds = static_cast<double>(thread) / drive.rate;
  return {drive.start + std::chrono::nanoseconds(static_cast<int64_t>(seconds * 1e9)),
          drive.rate / static_cast<double>(drive.sources.size())};
}

}  // namespace

void drive(const Drive& drive, SharedResults& results, const std::function<void()>& each_second) {
  const size_t count = drive.sources.size();
  Running running(count);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < count; ++i) {
    const uint64_t connections =
        drive.settings.connections / count + (i < drive.settings.connections % count ? 1 : 0);
    const Worker::Task task{std::max<uint64_t>(connections, 1), schedule_of(drive, i),
                            drive.window};
    threads.emplace_back([&drive, &results, &running, task, i] {
      Worker worker(drive.settings, drive.peer, drive.clock, task, *drive.sources[i], results);
      worker.run(drive.stop);
      running.one_ended();
    });
  }
  while (!running.none_after_a_second())
    each_second();
  for (std::thread& thread : threads)
    thread.join();
}

}  // namespace jedlik::bench
