#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <thread>

#include "base/clock.h"
#include "tests/wire/http_text.h"
#include "tests/wire/test_client.h"
#include "tests/wire/test_operations.h"
#include "wire/server.h"

namespace jedlik::wire::test {

// A server on a free port with the operations for tests, whose clock stands still.
class TestServer {
 public:
  explicit TestServer(const HttpOptions& http = {}, size_t threads = 1)
      : server_(std::make_unique<Server>(options(http, threads), clock_)) {
    const auto started = server_->start(operations_);
    EXPECT_TRUE(started) << started.error();
    port_ = started.value_or(0);
    thread_ = std::thread([this] { server_->run(); });
  }
  ~TestServer() {
    stop();
    // Nothing may be left that would wake what is destroyed with the server.
    context_.sleepers.forget_all();
  }

  // Stops and waits for the end.
  void stop() {
    if (!thread_.joinable()) return;
    server_->stop();
    context_.sleepers.wake_all();
    thread_.join();
  }

  // Moves the clock and has the server look at it.
  void pass(std::chrono::milliseconds time) {
    server_->http().sweep();  // what goes on is timed from here
    clock_.advance(time);
    server_->http().sweep();
  }

  uint16_t port() const { return port_; }
  Server& server() { return *server_; }
  HttpServer& http() { return server_->http(); }
  TestContext& context() { return context_; }
  std::thread& thread() { return thread_; }

 private:
  static ServerOptions options(const HttpOptions& http, size_t threads) {
    ServerOptions options;
    options.port = 0;
    options.threads = threads;
    options.http = http;
    return options;
  }

  ManualClock clock_{Timestamp{1'700'000'000'000}};
  TestContext context_;
  OperationTable operations_ = test_operations(context_);
  std::unique_ptr<Server> server_;  // destroyed before what it uses
  uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace jedlik::wire::test
