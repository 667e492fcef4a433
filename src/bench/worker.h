#pragma once

#include <atomic>
#include <boost/circular_buffer.hpp>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "bench/connection.h"
#include "bench/dispatcher.h"
#include "bench/poller.h"
#include "bench/request_writer.h"
#include "bench/results.h"
#include "bench/settings.h"

namespace jedlik::bench {

// One thread of the load: its connections, the operations on them, what was measured.
class Worker {
 public:
  struct Task {
    uint64_t connections;
    Schedule schedule;
    Dispatcher::Window window;
  };

  // What is referred to outlives this. `results` gets what was measured, now and then and at the
  // end.
  Worker(const Settings& settings, const Peer& peer, const Clock& clock, const Task& task,
         OperationSource& source, SharedResults& results);

  // Until the window is over, or the source, and all answers are there; or until `stop`. Called
  // once, on the thread.
  void run(const std::atomic<bool>& stop);

 private:
  // A connection and what it is used for.
  struct Lane {
    explicit Lane(const Peer& peer) : connection(peer) {}
    Connection connection;
    Exchange exchange;
    bool is_busy = false;       // a request is under way
    bool is_free = false;       // it is among free_
    bool has_answered = false;  // since it was opened
    int polled_fd = -1;
    bool polled_for_write = false;
    TimePoint since;    // when it was last opened or sent on
    TimePoint open_at;  // of a closed one: not before
  };

  void open(Lane& lane);
  void handle(Lane& lane, Connection::Event event);
  void handle_answer(Lane& lane);
  void handle_loss(Lane& lane);
  void send(Lane& lane, TimePoint now);
  void set_free(Lane& lane);
  void begin_what_is_due(TimePoint now);
  void poll(Lane& lane);
  void look_after_lanes(TimePoint now);
  void give_up(Lane& lane, TimePoint now);
  std::chrono::nanoseconds time_to_wait(TimePoint now) const;
  bool is_over(TimePoint now) const;

  const Settings& settings_;
  const Clock& clock_;
  SharedResults& shared_;
  Results results_;
  Dispatcher dispatcher_;
  RequestWriter writer_;
  Poller poller_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  // Those that wait for something to do, the one that waits longest first, so that all are used.
  boost::circular_buffer<Lane*> free_;
  uint64_t busy_count_ = 0;
  TimePoint next_look_;
  bool is_stopped_ = false;
};

}  // namespace jedlik::bench
