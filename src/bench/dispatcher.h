#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "bench/operation_source.h"
#include "bench/results.h"
#include "bench/schedule.h"

namespace jedlik::bench {

// Decides what is sent when, and measures how long it took. It knows connections as Exchanges only,
// and the time from its callers. One thread at a time.
//
// A latency is from the start that the schedule intended to the last answer of the operation. So
// when a server stalls, the operations that could not be begun meanwhile count with the time that
// they waited: there is no coordinated omission (Gil Tene, "How NOT to Measure Latency").
class Dispatcher {
 public:
  // What begins in this time is measured; what begins before warms up.
  struct Window {
    TimePoint from;
    TimePoint end;
  };

  // `source` and `results` outlive this.
  Dispatcher(OperationSource& source, Schedule schedule, Window window, Results& results)
      : source_(source), schedule_(schedule), window_(window), results_(results) {}

  // Gives a free exchange an operation to begin with, if there is one by now.
  bool begin(Exchange& exchange, TimePoint now);
  // Takes the answer to the request of an exchange. True when the exchange has a further request to
  // send; else it is free.
  bool answered(Exchange& exchange, const Answer& answer, TimePoint now);
  // There will be no answer: the exchange is free.
  void lost(Exchange& exchange, const Failure& failure);
  // A connection was lost without a request on it, or could not be had.
  void connection_failed(const Failure& failure, TimePoint now);

  // When begin() is worth another call, after it said no. Not before `now`; nothing: never.
  std::optional<TimePoint> next_begin(TimePoint now) const;
  // Nothing will begin any more.
  bool is_over(TimePoint now) const { return source_is_over_ || now >= window_.end; }
  // Ends the window now.
  void stop(TimePoint now) { window_.end = std::min(window_.end, now); }
  // Counts what should have begun and did not. Once, at the end.
  void finish();

 private:
  bool is_measured(TimePoint start) const { return start >= window_.from; }

  OperationSource& source_;
  Schedule schedule_;
  Window window_;
  Results& results_;
  bool source_waits_ = false;
  bool source_is_over_ = false;
};

}  // namespace jedlik::bench
