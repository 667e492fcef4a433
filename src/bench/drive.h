#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "bench/dispatcher.h"
#include "bench/operation_source.h"
#include "bench/results.h"
#include "bench/settings.h"
#include "bench/stream.h"

namespace jedlik::bench {

// Sends what `sources` give, each on a thread of its own, with an equal part of the connections and
// of `rate` (operations a second; 0: as fast as answers come), and waits until all is done or
// `stop` is set. Meanwhile `each_second` is called on the calling thread.
struct Drive {
  const Settings& settings;
  const Peer& peer;
  const Clock& clock;
  const std::atomic<bool>& stop;
  std::vector<std::unique_ptr<OperationSource>>& sources;
  double rate;
  TimePoint start;
  Dispatcher::Window window;
};

void drive(const Drive& drive, SharedResults& results, const std::function<void()>& each_second);

}  // namespace jedlik::bench
