#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "base/clock.h"
#include "wire/http_message.h"
#include "wire/http_options.h"
#include "wire/http_worker.h"

namespace jedlik::wire {

// An HTTP/1.1 server: so many threads, each with an accept queue of its own (SO_REUSEPORT), so that
// a connection stays on one thread. Construct, listen(), run(); stop() from any thread.
class HttpServer {
 public:
  // Called once for each thread, before it runs.
  using MakeHandler = std::function<std::unique_ptr<HttpHandler>()>;

  // `clock` must outlive the server, and so must what the handlers use. Coroutines that still wait
  // when run() returned are destroyed with the server: before that, nothing may be left that would
  // wake them.
  HttpServer(const HttpOptions& options, size_t threads, const Clock& clock);
  ~HttpServer();

  // Where other coroutines may run beside the requests; 0 <= `thread` < threads.
  boost::asio::any_io_executor executor(size_t thread);

  // Takes the port; 0 has the system choose. Gives the port, or why not in a sentence. `host` is a
  // numeric address.
  tl::expected<uint16_t, std::string> listen(const std::string& host, uint16_t port,
                                             const MakeHandler& make_handler);
  // Serves on as many threads, this one included, until stop() and what is in flight has ended.
  void run();
  void stop();

  // Does now, on every thread, what is done twice a second: for tests that move the clock. run()
  // must be under way; returns when it is done.
  void sweep();
  size_t connections() const { return shared_.connections.load(); }
  size_t buffered_bytes() const { return shared_.budget.used_bytes(); }

 private:
  void worker_drained();

  HttpShared shared_;
  std::atomic<size_t> undrained_;
  std::vector<std::unique_ptr<HttpWorker>> workers_;
};

}  // namespace jedlik::wire
