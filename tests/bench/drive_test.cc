#include "bench/drive.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "bench/endpoint.h"

namespace jedlik::bench {
namespace {

// Answers every request with {}, a thread for each connection. `after` is told how many answers it
// has given, before each; when it says no, the connection is closed without that answer.
class FakeServer {
 public:
  explicit FakeServer(std::function<bool(uint64_t)> after = [](uint64_t) { return true; })
      : after_(std::move(after)), listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(listener_, 64), 0);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    accepting_ = std::thread([this] { accept_all(); });
  }

  // When all its clients have gone.
  ~FakeServer() {
    shutdown(listener_, SHUT_RDWR);
    accepting_.join();
    for (std::thread& thread : serving_)
      thread.join();
    close(listener_);
  }
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;

  uint16_t port() const { return port_; }
  uint64_t answered() const { return answered_; }

 private:
  void accept_all() {
    for (;;) {
      const int connection = accept(listener_, nullptr, nullptr);
      if (connection < 0) return;
      serving_.emplace_back([this, connection] { serve(connection); });
    }
  }

  // The requests of this test have no body, so each ends with an empty line.
  void serve(int connection) {
    constexpr std::string_view kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    std::string received;
    std::array<char, 4096> buffer{};
    for (;;) {
      const ssize_t size = read(connection, buffer.data(), buffer.size());
      if (size <= 0) break;
      received.append(buffer.data(), static_cast<size_t>(size));
      if (!received.ends_with("\r\n\r\n")) continue;
      received.clear();
      if (!after_(answered_++)) break;
      if (write(connection, kAnswer.data(), kAnswer.size()) < 0) break;
    }
    close(connection);
  }

  std::function<bool(uint64_t)> after_;
  int listener_;
  uint16_t port_ = 0;
  std::atomic<uint64_t> answered_{0};
  std::vector<std::thread> serving_;
  std::thread accepting_;
};

// A number of gets, each of two requests.
class CountedSource final : public OperationSource {
 public:
  explicit CountedSource(uint64_t count) : left_(count) {}

  Begun begin(Exchange& exchange) override {
    if (left_ == 0) return Begun::kOver;
    --left_;
    exchange.operation = Operation::kGet;
    exchange.step = 0;
    exchange.body.clear();
    return Begun::kYes;
  }
  Outcome answered(Exchange& exchange, const Answer& answer, Failure& /*failure*/) override {
    EXPECT_EQ(answer.body, "{}");
    return exchange.step++ == 0 ? Outcome::kGoesOn : Outcome::kDone;
  }
  void lost(Exchange& /*exchange*/) override {}

 private:
  uint64_t left_;
};

class DriveTest : public testing::Test {
 protected:
  // `gets` on each of three threads.
  Results run(const FakeServer& server, uint64_t gets, double rate = 0) {
    settings_.endpoint = *parse_endpoint("http://127.0.0.1:" + std::to_string(server.port()));
    settings_.connections = 8;
    const Peer peer{resolve(settings_.endpoint)->front(), &settings_.endpoint, nullptr};
    std::vector<std::unique_ptr<OperationSource>> sources;
    for (int i = 0; i < 3; ++i)
      sources.push_back(std::make_unique<CountedSource>(gets));
    SharedResults results;
    const TimePoint start = clock_.steady_now();
    drive({settings_, peer, clock_, stop_, sources, rate, start, {start, TimePoint::max()}},
          results, [] {});
    Results all;
    results.read([&](const Results& read) { all.merge(read); });
    return all;
  }

  SystemClock clock_;
  Settings settings_;
  std::atomic<bool> stop_{false};
};

TEST_F(DriveTest, EveryOperationIsCountedOnce) {
  const FakeServer server;
  const Results results = run(server, 400);
  EXPECT_EQ(results.of(Operation::kGet).latencies.count(), 1200U);
  EXPECT_EQ(results.failed(), 0U);
  EXPECT_EQ(server.answered(), 2400U);
}

TEST_F(DriveTest, AnOpenLoopTakesItsTime) {
  const FakeServer server;
  const TimePoint start = clock_.steady_now();
  const Results results = run(server, 20, 600);
  EXPECT_GE(clock_.steady_now() - start, std::chrono::milliseconds(95));
  EXPECT_EQ(results.succeeded(), 60U);
}

TEST_F(DriveTest, ALostConnectionCostsOneOperation) {
  const FakeServer server([](uint64_t answered) { return answered % 100 != 99; });
  const Results results = run(server, 200);
  EXPECT_EQ(results.succeeded() + results.failed(), 600U);
  EXPECT_EQ(results.errors.at("ConnectionLost").count, results.failed());
  EXPECT_EQ(results.failed(), server.answered() / 100);
}

TEST_F(DriveTest, StopsWhenItIsTold) {
  const FakeServer server([this](uint64_t answered) {
    if (answered == 100) stop_ = true;
    return true;
  });
  const Results results = run(server, 1'000'000'000);
  EXPECT_GT(results.succeeded(), 0U);
}

}  // namespace
}  // namespace jedlik::bench
