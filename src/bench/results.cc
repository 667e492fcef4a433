#include "bench/results.h"

namespace jedlik::bench {

void Results::add_error(const Failure& failure) {
  OfError& error = errors[failure.type];
  if (error.count++ == 0) error.first_message = failure.message;
}

void Results::merge(const Results& other) {
  for (size_t i = 0; i < operations.size(); ++i) {
    operations[i].latencies.merge(other.operations[i].latencies);
    operations[i].errors += other.operations[i].errors;
  }
  for (const auto& [type, error] : other.errors) {
    OfError& mine = errors[type];
    if (mine.count == 0) mine.first_message = error.first_message;
    mine.count += error.count;
  }
  never_begun += other.never_begun;
}

void Results::clear() {
  for (OfOperation& operation : operations) {
    operation.latencies.clear();
    operation.errors = 0;
  }
  errors.clear();
  never_begun = 0;
}

uint64_t Results::succeeded() const {
  uint64_t count = 0;
  for (const OfOperation& operation : operations)
    count += operation.latencies.count();
  return count;
}

uint64_t Results::failed() const {
  uint64_t count = 0;
  for (const auto& [type, error] : errors)
    count += error.count;
  return count;
}

}  // namespace jedlik::bench
