#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "bench/histogram.h"
#include "bench/operation.h"
#include "bench/operation_source.h"

namespace jedlik::bench {

// What was measured, of one thread or of all. One thread at a time.
struct Results {
  struct OfOperation {
    Histogram latencies;  // of those that succeeded
    uint64_t errors = 0;
  };
  struct OfError {
    uint64_t count = 0;
    std::string first_message;
  };

  std::array<OfOperation, kOperationNames.size()> operations;
  std::map<std::string, OfError, std::less<>> errors;  // by type
  // Operations whose time had come, and for which there was no free connection until the end.
  uint64_t never_begun = 0;

  OfOperation& of(Operation operation) { return operations[static_cast<size_t>(operation)]; }
  const OfOperation& of(Operation operation) const {
    return operations[static_cast<size_t>(operation)];
  }

  void add_error(const Failure& failure);
  void merge(const Results& other);
  void clear();

  uint64_t succeeded() const;
  uint64_t failed() const;  // errors of connections, too
};

// The results of all threads. Any thread may call it.
class SharedResults {
 public:
  // Adds what `results` has, and clears it.
  void take(Results& results) {
    const std::lock_guard lock(mutex_);
    all_.merge(results);
    results.clear();
  }

  // Calls `look` with the results so far, while nobody changes them.
  template <class Look>
  auto read(Look look) const {
    const std::lock_guard lock(mutex_);
    return look(all_);
  }

 private:
  mutable std::mutex mutex_;
  Results all_;
};

}  // namespace jedlik::bench
