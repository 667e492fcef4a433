#pragma once

#include <algorithm>
#include <concepts>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/task.h"
#include "service/operation.h"
#include "service/validate.h"
#include "wire/aws_answer.h"
#include "wire/shape_reader.h"
#include "wire/shape_writer.h"

// The operations of a service as the wire calls them: out of their declarations come the reading of
// a request, its validation and the writing of the response.
namespace jedlik::wire {

// One operation. Any thread may use it.
class OperationRunner {
 public:
  virtual ~OperationRunner() = default;
  // As the x-amz-target header has it: "DynamoDB_20120810.GetItem".
  virtual std::string_view target() const = 0;
  // Reads the request out of `json`, which need not outlive the call, and answers a refusal at
  // once, or gives back the task that will have answered when it ends; the task does not throw.
  virtual std::optional<Task<void>> start(JsonElement json, AwsAnswer answer) const = 0;
};

using OperationRunners = std::vector<std::unique_ptr<OperationRunner>>;

// The operations by their targets. Immutable once made; any thread may use it.
class OperationTable {
 public:
  explicit OperationTable(OperationRunners runners) : runners_(std::move(runners)) {
    std::sort(runners_.begin(), runners_.end(),
              [](const auto& a, const auto& b) { return a->target() < b->target(); });
  }

  // Null when there is none.
  const OperationRunner* find(std::string_view target) const {
    const auto place = std::lower_bound(
        runners_.begin(), runners_.end(), target,
        [](const auto& runner, std::string_view wanted) { return runner->target() < wanted; });
    return place != runners_.end() && (*place)->target() == target ? place->get() : nullptr;
  }

 private:
  OperationRunners runners_;
};

namespace detail {

template <class Operation, class Context>
class Runner final : public OperationRunner {
 public:
  using Request = typename Operation::Request;
  using Response = typename Operation::Response;

  Runner(std::string_view service, Context& context)
      : context_(context), target_(std::string(service) + "." + std::string(Operation::kName)) {}

  std::string_view target() const override { return target_; }

  std::optional<Task<void>> start(JsonElement json, AwsAnswer answer) const override {
    Request request;
    if (const Status status = read_request(json, request); !status) {
      answer.set_error(status.error());
      answer.finish();
      return std::nullopt;
    }
    return run(context_, std::move(request), answer);
  }

 private:
  static Status read_request(JsonElement json, Request& request) {
    RETURN_IF_REFUSED(read_structure(json, request));
    if constexpr (requires { Operation::check_first(request); }) {
      RETURN_IF_REFUSED(Operation::check_first(request));
    }
    return service::validate(request);
  }

  static Task<void> run(Context& context, Request request, AwsAnswer answer) {
    try {
      const Result<Response> result = co_await Operation::run(context, std::move(request));
      if (!result) {
        answer.set_error(result.error());
      } else if constexpr (!std::same_as<Response, service::NoContent>) {
        write_structure(answer.body(), *result);
      }
    } catch (const std::exception& failure) {
      answer.set_failure(Operation::kName, failure.what());
    }
    answer.finish();
  }

  Context& context_;
  const std::string target_;
};

}  // namespace detail

// Adds the operations of a service, "DynamoDB_20120810", whose run() is given `context`; that must
// outlive them.
template <class Context, class... Operations>
void add_operations(OperationRunners& to, std::string_view service,
                    service::OperationList<Operations...> /*list*/, Context& context) {
  (to.push_back(std::make_unique<detail::Runner<Operations, Context>>(service, context)), ...);
}

}  // namespace jedlik::wire
