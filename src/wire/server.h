#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>

#include "base/clock.h"
#include "wire/http_options.h"
#include "wire/http_server.h"
#include "wire/operations.h"

namespace jedlik::wire {

struct ServerOptions {
  std::string host = "127.0.0.1";  // a numeric address
  uint16_t port = 8000;            // 0: the system chooses
  size_t threads = 1;
  std::string region = "us-east-1";
  HttpOptions http;
};

// The service on its port: HTTP (http_server.h) with the operations of a table.
//
//   Server server(options, clock);
//   auto port = server.start(operations);
//   server.run();  // until stop()
class Server {
 public:
  // `clock` must outlive the server. executor() may be used from here on.
  Server(const ServerOptions& options, const Clock& clock);

  // Where other coroutines may run beside the requests; 0 <= `thread` < threads. What they wait for
  // must be at rest before the server is destroyed, as they are destroyed with it.
  boost::asio::any_io_executor executor(size_t thread) { return http_.executor(thread); }

  // Takes the port and gives it, or says in a sentence why not. `operations` must outlive the
  // server.
  tl::expected<uint16_t, std::string> start(const OperationTable& operations);
  // Serves until stop(), and until what is in flight then has ended or its time is over.
  void run() { http_.run(); }
  // Any thread, any number of times.
  void stop() { http_.stop(); }

  HttpServer& http() { return http_; }

 private:
  ServerOptions options_;
  HttpServer http_;
};

}  // namespace jedlik::wire
