#include "base/together.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <memory>

namespace jedlik {

namespace {

struct Running {
  size_t left;
  Resume<bool> resume;
  std::exception_ptr thrown;
};

}  // namespace

Task<void> together(std::vector<Task<void>> tasks) {
  if (tasks.empty()) co_return;
  const auto executor = co_await boost::asio::this_coro::executor;
  std::exception_ptr thrown;
  auto start = [&](Resume<bool> resume) {
    const auto running = std::make_shared<Running>(Running{tasks.size(), std::move(resume), {}});
    for (Task<void>& task : tasks) {
      boost::asio::co_spawn(executor, std::move(task),
                            [running, &thrown](const std::exception_ptr& threw) {
                              if (threw && !running->thrown) running->thrown = threw;
                              if (--running->left > 0) return;
                              thrown = running->thrown;
                              running->resume(true);
                            });
    }
  };
  co_await suspend<bool>(std::move(start));
  if (thrown) std::rethrow_exception(thrown);
}

}  // namespace jedlik
