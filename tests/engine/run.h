#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

#include "base/ensure.h"
#include "base/task.h"

// Running tasks to their end in a test.
namespace jedlik {

// Runs one task on this thread and gives its value. What the task throws, this throws.
template <class T>
T run(Task<T> task) {
  boost::asio::io_context io;
  std::exception_ptr thrown;
  if constexpr (std::is_void_v<T>) {
    boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr e) { thrown = e; });
    io.run();
    if (thrown) std::rethrow_exception(thrown);
  } else {
    std::optional<T> result;
    boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr e, T value) {
      thrown = e;
      result = std::move(value);
    });
    io.run();
    if (thrown) std::rethrow_exception(thrown);
    ENSURE(result.has_value(), "the task never ended");
    return std::move(*result);
  }
}

// Runs many tasks at once, on this thread, until all have ended.
inline void run_all(std::vector<Task<void>> tasks) {
  boost::asio::io_context io;
  std::exception_ptr thrown;
  for (Task<void>& task : tasks)
    boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr e) {
      if (e) thrown = e;
    });
  io.run();
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace jedlik
