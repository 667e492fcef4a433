#pragma once

#include <algorithm>
#include <concepts>
#include <exception>
#include <memory>
#include <optional>
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
  virtual std::string_view name() const = 0;
  // Reads the request out of `json`, which need not outlive the call, and answers a refusal at
  // once, or gives back the task that will have answered when it ends; the task does not throw.
  virtual std::optional<Task<void>> start(JsonElement json, AwsAnswer answer) const = 0;
};

// The operations by name. Immutable once made; any thread may use it.
class OperationTable {
 public:
  explicit OperationTable(std::vector<std::unique_ptr<OperationRunner>> runners)
      : runners_(std::move(runners)) {
    std::sort(runners_.begin(), runners_.end(),
              [](const auto& a, const auto& b) { return a->name() < b->name(); });
  }

  // Null when there is none of the name.
  const OperationRunner* find(std::string_view name) const {
    const auto place =
        std::lower_bound(runners_.begin(), runners_.end(), name,
                         [](const auto& runner, std::string_view n) { return runner->name() < n; });
    return place != runners_.end() && (*place)->name() == name ? place->get() : nullptr;
  }

 private:
  std::vector<std::unique_ptr<OperationRunner>> runners_;
};

namespace detail {

template <class Operation, class Context>
class Runner final : public OperationRunner {
 public:
  using Request = typename Operation::Request;
  using Response = typename Operation::Response;

  explicit Runner(Context& context) : context_(context) {}

  std::string_view name() const override { return Operation::kName; }

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
};

}  // namespace detail

// The table of a list of operations, whose run() is given `context`; that must outlive the table.
template <class Context, class... Operations>
OperationTable make_operations(service::OperationList<Operations...> /*list*/, Context& context) {
  std::vector<std::unique_ptr<OperationRunner>> runners;
  (runners.push_back(std::make_unique<detail::Runner<Operations, Context>>(context)), ...);
  return OperationTable(std::move(runners));
}

}  // namespace jedlik::wire
