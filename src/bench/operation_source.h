#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/answer_reader.h"
#include "bench/operation.h"

namespace jedlik::bench {

using TimePoint = std::chrono::steady_clock::time_point;

// Why an operation did not succeed, as the report has it.
struct Failure {
  std::string type;     // "ProvisionedThroughputExceededException", "Timeout"
  std::string message;  // of the service, or a sentence; may be empty
};

// What an answer with another status than 200 says.
Failure failure_of(const Answer& answer);

// One operation under way on one connection. It is kept for the next, with the memory of its parts.
struct Exchange {
  Operation operation = Operation::kGet;
  Request request = Request::kGetItem;
  std::string body;             // of the request that is to be sent, or was
  TimePoint intended_start;     // when the operation was to begin
  uint64_t item = 0;            // that the operation is for
  uint64_t step = 0;            // of an operation of several requests
  std::vector<uint64_t> items;  // of an operation on several
};

// What is sent, and what the answers mean. Each thread has one of its own.
class OperationSource {
 public:
  virtual ~OperationSource() = default;

  enum class Begun {
    kYes,     // the exchange has an operation and its first request
    kNotYet,  // there will be something to do later
    kOver,    // there is nothing more to do
  };
  virtual Begun begin(Exchange& exchange) = 0;

  enum class Outcome {
    kDone,
    kGoesOn,  // the exchange has a further request of the same operation
    kFailed,
  };
  // The answer to the exchange's request, whatever its status. Sets `failure` when it is kFailed.
  virtual Outcome answered(Exchange& exchange, const Answer& answer, Failure& failure) = 0;

  // There will be no answer.
  virtual void lost(Exchange& exchange) = 0;
};

}  // namespace jedlik::bench
