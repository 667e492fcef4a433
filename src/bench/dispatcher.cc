#include "bench/dispatcher.h"

#include <algorithm>

namespace jedlik::bench {

namespace {
// How long a source that has nothing to do is left alone.
constexpr std::chrono::milliseconds kSourcePause{5};
}  // namespace

bool Dispatcher::begin(Exchange& exchange, TimePoint now) {
  if (is_over(now)) return false;
  const auto start = schedule_.take(now);
  if (!start) return false;
  const auto begun = source_.begin(exchange);
  source_waits_ = begun == OperationSource::Begun::kNotYet;
  source_is_over_ = begun == OperationSource::Begun::kOver;
  exchange.intended_start = *start;
  return begun == OperationSource::Begun::kYes;
}

bool Dispatcher::answered(Exchange& exchange, const Answer& answer, TimePoint now) {
  Failure failure;
  const auto outcome = source_.answered(exchange, answer, failure);
  if (outcome == OperationSource::Outcome::kGoesOn) return true;
  if (!is_measured(exchange.intended_start)) return false;
  Results::OfOperation& results = results_.of(exchange.operation);
  if (outcome == OperationSource::Outcome::kDone) {
    results.latencies.record(now - exchange.intended_start);
  } else {
    ++results.errors;
    results_.add_error(failure);
  }
  return false;
}

void Dispatcher::lost(Exchange& exchange, const Failure& failure) {
  source_.lost(exchange);
  if (!is_measured(exchange.intended_start)) return;
  ++results_.of(exchange.operation).errors;
  results_.add_error(failure);
}

void Dispatcher::connection_failed(const Failure& failure, TimePoint now) {
  if (is_measured(now) && !is_over(now)) results_.add_error(failure);
}

std::optional<TimePoint> Dispatcher::next_begin(TimePoint now) const {
  if (is_over(now)) return std::nullopt;
  if (source_waits_) return now + kSourcePause;
  return schedule_.is_open_loop() ? std::max(now, schedule_.next()) : now;
}

void Dispatcher::finish() {
  if (source_is_over_) return;  // there was no more to begin
  results_.never_begun += schedule_.missed(window_.from, window_.end);
}

}  // namespace jedlik::bench
