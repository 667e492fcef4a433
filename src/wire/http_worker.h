#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "wire/http_connection.h"
#include "wire/http_message.h"
#include "wire/http_options.h"

namespace jedlik::wire {

// What the workers of a server have in common. Any thread.
struct HttpShared {
  HttpShared(const HttpOptions& http_options, const Clock& server_clock)
      : options(http_options), clock(server_clock), budget(http_options.max_buffered_bytes) {}

  const HttpOptions options;
  const Clock& clock;
  MemoryBudget budget;
  std::atomic<size_t> connections{0};
};

// One serving thread's share of a server: its io_context, its accept queue, its connections. All
// members but context() are for that thread, or for before it runs.
class HttpWorker {
 public:
  explicit HttpWorker(HttpShared& shared);
  ~HttpWorker();
  HttpWorker(const HttpWorker&) = delete;
  HttpWorker& operator=(const HttpWorker&) = delete;

  boost::asio::io_context& context() { return context_; }

  // Begins to accept from a listening socket. `drained` is called once, after begin_stop(), when
  // the last connection is gone or the time for that is over.
  void start(boost::asio::ip::tcp::acceptor acceptor, std::unique_ptr<HttpHandler> handler,
             std::function<void()> drained);
  // Runs the context until it is stopped.
  void run();
  void begin_stop();
  // Looks for what timed out, and brings the date up to date.
  void sweep();

  // For connections.
  const HttpOptions& options() const { return shared_.options; }
  MemoryBudget& budget() { return shared_.budget; }
  ExchangePool& pool() { return pool_; }
  HttpHandler& handler() { return *handler_; }
  std::string_view date() const { return date_; }
  HttpConnection::TimePoint now() const { return shared_.clock.steady_now(); }
  void connection_opened(HttpConnection& connection);
  void connection_closed();

 private:
  Task<void> accept();
  Task<void> sweep_now_and_then();
  void admit(boost::asio::ip::tcp::socket socket);
  void finish_stop();

  HttpShared& shared_;
  ExchangePool pool_;
  std::unique_ptr<HttpHandler> handler_;
  std::string date_;
  std::function<void()> drained_;
  bool stopping_ = false;
  bool is_drained_ = false;
  size_t refused_connections_ = 0;  // since the last sweep
  HttpConnection::TimePoint drain_until_{};
  boost::intrusive::list<HttpConnection, boost::intrusive::constant_time_size<false>> connections_;
  // Destroying it destroys the coroutines that still wait, and with them their connections, which
  // use all of the above.
  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer sweep_timer_;
};

}  // namespace jedlik::wire
