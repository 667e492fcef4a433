#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
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

// Runs many tasks at once, on so many threads, until all have ended.
inline void run_all(std::vector<Task<void>> tasks, int threads = 1) {
  boost::asio::io_context io;
  std::mutex mutex;
  std::exception_ptr thrown;
  for (Task<void>& task : tasks)
    boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr e) {
      const std::lock_guard lock(mutex);
      if (e) thrown = e;
    });
  std::vector<std::thread> others;
  for (int i = 1; i < threads; ++i)
    others.emplace_back([&io] { io.run(); });
  io.run();
  for (std::thread& other : others)
    other.join();
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace jedlik
