#include "wire/http_worker.h"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/redirect_error.hpp>

namespace jedlik::wire {
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr std::chrono::milliseconds kSweepInterval{500};
// How long to wait when the system has no file descriptor for another connection.
constexpr std::chrono::milliseconds kAcceptPause{100};

}  // namespace

HttpWorker::HttpWorker(HttpShared& shared)
    : shared_(shared), context_(1), acceptor_(context_), sweep_timer_(context_) {}

HttpWorker::~HttpWorker() {
  is_drained_ = true;  // nobody waits for the connections that end with it
}

void HttpWorker::start(tcp::acceptor acceptor, std::unique_ptr<HttpHandler> handler,
                       std::function<void()> drained) {
  acceptor_ = std::move(acceptor);
  handler_ = std::move(handler);
  drained_ = std::move(drained);
  date_ = http_date(shared_.clock.now());
  asio::co_spawn(context_, accept(), asio::detached);
  asio::co_spawn(context_, sweep_now_and_then(), asio::detached);
}

void HttpWorker::run() {
  const auto work = asio::make_work_guard(context_);
  while (!context_.stopped()) {
    try {
      context_.run();
    } catch (const std::exception& error) {
      // Only a handler that is no coroutine can get here; nothing else ends for it.
      SPDLOG_ERROR("event=handler_failed error=\"{}\"", error.what());
    }
  }
}

Task<void> HttpWorker::accept() {
  while (acceptor_.is_open()) {
    boost::system::error_code error;
    tcp::socket socket =
        co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (!error) {
      admit(std::move(socket));
      continue;
    }
    if (error == asio::error::operation_aborted) break;
    SPDLOG_WARN("event=accept_failed error=\"{}\"", error.message());
    asio::steady_timer pause(context_, kAcceptPause);
    co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
  }
}

void HttpWorker::admit(tcp::socket socket) {
  if (stopping_ ||
      shared_.connections.load(std::memory_order_relaxed) >= options().max_connections) {
    ++refused_connections_;
    return;
  }
  boost::system::error_code error;
  socket.set_option(tcp::no_delay(true), error);
  if (!error) socket.non_blocking(true, error);
  if (error) return;  // the client has gone already
  auto connection = std::make_unique<HttpConnection>(*this, std::move(socket));
  asio::co_spawn(context_, HttpConnection::serve(std::move(connection)),
                 [](const std::exception_ptr& failure) {
                   if (!failure) return;
                   try {
                     std::rethrow_exception(failure);
                   } catch (const std::exception& problem) {
                     SPDLOG_ERROR("event=connection_failed error=\"{}\"", problem.what());
                   }
                 });
}

void HttpWorker::connection_opened(HttpConnection& connection) {
  connections_.push_back(connection);
  shared_.connections.fetch_add(1, std::memory_order_relaxed);
}

void HttpWorker::connection_closed() {
  shared_.connections.fetch_sub(1, std::memory_order_relaxed);
  if (stopping_ && connections_.empty()) finish_stop();
}

Task<void> HttpWorker::sweep_now_and_then() {
  for (;;) {
    boost::system::error_code error;
    sweep_timer_.expires_after(kSweepInterval);
    co_await sweep_timer_.async_wait(asio::redirect_error(asio::use_awaitable, error));
    if (error) break;
    sweep();
  }
}

void HttpWorker::sweep() {
  const auto now = shared_.clock.steady_now();
  date_ = http_date(shared_.clock.now());
  // Closing a socket ends its coroutine later, so the list does not change here.
  for (HttpConnection& connection : connections_)
    connection.sweep(now);
  if (refused_connections_ > 0) {
    SPDLOG_WARN("event=connections_refused count={} limit={}", refused_connections_,
                options().max_connections);
    refused_connections_ = 0;
  }
  budget().release_memory_of_floods();
  if (stopping_ && now >= drain_until_) finish_stop();
}

void HttpWorker::begin_stop() {
  if (stopping_) return;
  stopping_ = true;
  drain_until_ = shared_.clock.steady_now() + options().drain_timeout;
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  for (HttpConnection& connection : connections_)
    connection.stop();
  if (connections_.empty()) finish_stop();
}

void HttpWorker::finish_stop() {
  if (is_drained_) return;
  is_drained_ = true;
  for (HttpConnection& connection : connections_)
    connection.close();
  if (drained_) drained_();
}

}  // namespace jedlik::wire
