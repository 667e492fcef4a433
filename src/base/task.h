#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <utility>

// Coroutines that wait without blocking a thread. A Task runs on the executor of the coroutine that
// awaits it, and comes back to that executor wherever the work was done in between.
namespace jedlik {

template <class T>
using Task = boost::asio::awaitable<T>;

// Wakes one suspended coroutine with a value. Move-only. Call it exactly once, from any thread; the
// coroutine goes on on its own executor, never inside the call. Dropping one that was not called
// destroys the coroutine without resuming it.
template <class T>
class Resume {
 public:
  template <class Handler>
  explicit Resume(Handler handler)
      : waiter_(std::make_unique<Model<Handler>>(std::move(handler))) {}

  void operator()(T value) {
    auto waiter = std::move(waiter_);
    waiter->resume(std::move(value));
  }

 private:
  struct Waiter {
    virtual ~Waiter() = default;
    virtual void resume(T value) = 0;
  };

  template <class Handler>
  struct Model final : Waiter {
    // The executor counts as having work while the coroutine waits.
    using Executor = std::decay_t<decltype(boost::asio::prefer(
        std::declval<boost::asio::associated_executor_t<Handler>>(),
        boost::asio::execution::outstanding_work.tracked))>;

    explicit Model(Handler h)
        : handler(std::move(h)),
          executor(boost::asio::prefer(boost::asio::get_associated_executor(handler),
                                       boost::asio::execution::outstanding_work.tracked)) {}

    void resume(T value) override {
      boost::asio::post(executor, [h = std::move(handler), v = std::move(value)]() mutable {
        std::move(h)(std::move(v));
      });
    }

    Handler handler;
    Executor executor;
  };

  std::unique_ptr<Waiter> waiter_;
};

// Suspends the calling coroutine and hands the means to wake it to `start(Resume<T>)`, which may
// keep it in a queue or give it to another thread.
template <class T, class Start>
Task<T> suspend(Start start) {
  co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(T)>(
      [](auto handler, Start begin) { begin(Resume<T>(std::move(handler))); },
      boost::asio::use_awaitable, std::move(start));
}

// Runs `work()` on `executor` (a thread pool's, say) and gives its value to the awaiting coroutine.
// `work` must not throw.
template <class Executor, class Work>
auto run_on(Executor executor, Work work) -> Task<std::invoke_result_t<Work>> {
  using T = std::invoke_result_t<Work>;
  auto start = [executor, work = std::move(work)](Resume<T> resume) mutable {
    boost::asio::post(executor, [work = std::move(work), resume = std::move(resume)]() mutable {
      resume(work());
    });
  };
  return suspend<T>(std::move(start));
}

}  // namespace jedlik
